"""The folders below a root: in natural order, without what is hidden, and never out of the root."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..records import Diagnostic
from .names import natural

_SYSTEM = {"thumbs.db", "desktop.ini", "__macosx", "@eadir", "lost+found", "system volume information", "$recycle.bin"}
#: Folders within folders are entered so deep.
_DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder: its own files, its folders, and what was passed over for a reason that people should know."""

    path: Path
    files: tuple[Path, ...]
    folders: tuple[Folder, ...]
    remarks: tuple[Diagnostic, ...] = ()

    def all_files(self) -> Iterator[Path]:
        """Give the files of this folder and of all below it."""
        yield from self.files
        for folder in self.folders:
            yield from folder.all_files()


def read_folder(root: Path) -> Folder:
    """List a folder and all below it. Links are followed within the root only, and to each folder once."""
    return _read(root, root.resolve(), set(), 0)


def inside(root: Path, path: Path) -> bool:
    """Tell whether a path leads to something below the root, links followed."""
    try:
        return path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):
        return False


def _read(folder: Path, root: Path, seen: set[Path], depth: int) -> Folder:
    seen.add(folder.resolve())
    files: list[Path] = []
    folders: list[Folder] = []
    remarks: list[Diagnostic] = []
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: natural(entry.name))
    except OSError as error:
        message = f"the folder cannot be read: {error.strerror}"
        return Folder(folder, (), (), (Diagnostic("folder-unreadable", message, where=str(folder)),))
    for entry in entries:
        path = folder / entry.name
        if entry.name.startswith((".", "~$")) or entry.name.lower() in _SYSTEM:
            continue
        if entry.is_symlink() and not inside(root, path):
            remarks.append(
                Diagnostic("link-outside", "a link that leads out of the folder is not followed", where=str(path))
            )
        elif entry.is_dir():
            if path.resolve() in seen:
                continue
            if depth == _DEEPEST:
                remarks.append(Diagnostic("folder-too-deep", "folders within folders end here", where=str(path)))
                continue
            folders.append(_read(path, root, seen, depth + 1))
        elif entry.is_file():
            files.append(path)
    return Folder(folder, tuple(files), tuple(folders), tuple(remarks))
