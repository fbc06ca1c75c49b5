"""Crops, thumbnails and tiles of local scans: made on demand, named by what they are made of, and dispensable."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pyvips

from ..errors import FormatError
from ..records import Box, Size
from .decoding import opened, plain

_TILE = 512
_MAKING = "making-"
#: What began to be made so long ago, in seconds, was left by a process that was killed.
_ABANDONED = 24 * 3600.0
_QUALITY = 82


class Derivatives:
    """A folder of derivatives. Any of it may be deleted at any time, and is made again when it is asked for.

    A name is the digest of the scan's path, size and time, so that a scan that was replaced gets new derivatives. Files
    appear whole or not at all.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._swept = False

    def crop(self, scan: Path, box: Box, frame: Size, width: int) -> Path:
        """Return a JPEG of a box of the page's frame, at most ``width`` pixels wide. Raises FormatError."""

        def make(target: Path) -> None:
            page = opened(scan)
            part = box.scaled(page.width / frame.w, page.height / frame.h).clipped(Size(page.width, page.height))
            if part is None:
                raise FormatError(str(scan), f"the box {box.xywh} lies outside the page")
            if (shrink := _shrink(part.w / width)) > 1:
                # Decoded smaller at once, though never smaller than it is wanted.
                page, whole = opened(scan, shrink), page
                sized = part.scaled(page.width / whole.width, page.height / whole.height)
                part = sized.clipped(Size(page.width, page.height)) or sized
            _save(_narrowed(page.crop(part.x, part.y, part.w, part.h), width), target)

        return self._made(scan, f"crop-{box.xywh}-{frame.w}x{frame.h}-{width}.jpg", make)

    def thumbnail(self, scan: Path, width: int) -> Path:
        """Return a JPEG of the whole scan, at most ``width`` pixels wide. Raises FormatError."""

        def make(target: Path) -> None:
            shrink = _shrink(opened(scan).width / width)
            _save(_narrowed(opened(scan, shrink), width), target)

        return self._made(scan, f"thumbnail-{width}.jpg", make)

    def tiles(self, scan: Path) -> Path:
        """Return a folder with the scan as a static IIIF Image API 3 service of level 0: ``info.json`` and its files.

        Besides the tiles there is the whole scan, as ``full/max/0/default.jpg``. The ``id`` in ``info.json`` is a
        placeholder: who serves it puts the public address there.
        """

        def make(target: Path) -> None:
            page = plain(opened(scan))
            page.dzsave(str(target), layout="iiif3", tile_size=_TILE, suffix=f".jpg[Q={_QUALITY}]")
            whole = target / "full" / "max" / "0" / "default.jpg"
            whole.parent.mkdir(parents=True)
            _save(page, whole)
            info = json.loads((target / "info.json").read_text("utf-8"))
            if info["tiles"][0]["scaleFactors"] == [1]:
                info["sizes"] = [{"width": page.width, "height": page.height}]
            else:
                # OpenSeadragon takes as many sizes as there are levels, or one fewer, for the sizes of these levels.
                info.pop("sizes", None)
            (target / "info.json").write_text(json.dumps(info), "utf-8")

        return self._made(scan, "tiles", make)

    def forget(self, scan: Path) -> None:
        """Delete all derivatives of a scan, whatever its content was when they were made."""
        shutil.rmtree(self._home(scan), ignore_errors=True)

    @staticmethod
    def name(scan: Path) -> str:
        """Return what the derivatives of a scan are called: 32 hexadecimal digits."""
        return hashlib.sha256(os.fsencode(scan.absolute())).hexdigest()[:32]

    def names(self) -> Iterator[str]:
        """Yield what the derivatives are called that are here, of whatever scans."""
        for path in self._folder.glob("[0-9a-f][0-9a-f]/*"):
            if re.fullmatch("[0-9a-f]{32}", path.name):
                yield path.name

    def discard(self, name: str) -> None:
        """Delete all derivatives of a name."""
        shutil.rmtree(self._folder / name[:2] / name, ignore_errors=True)

    def _sweep(self) -> None:
        """Remove, once, what was left unmade; what another process may be making now is not touched."""
        if self._swept:
            return
        self._swept = True
        for left in self._folder.glob(f"{_MAKING}*"):
            with suppress(OSError):
                # The folder's own time is that of the last file that began in it.
                if left.stat().st_mtime < time.time() - _ABANDONED:
                    shutil.rmtree(left, ignore_errors=True)

    def _home(self, scan: Path) -> Path:
        name = self.name(scan)
        return self._folder / name[:2] / name

    def _made(self, scan: Path, name: str, make: Callable[[Path], None]) -> Path:
        try:
            facts = scan.stat()
        except OSError as error:
            raise FormatError(str(scan), f"the scan cannot be read: {error.strerror}") from error
        version = hashlib.sha256(f"{facts.st_size} {facts.st_mtime_ns}".encode()).hexdigest()[:16]
        target = self._home(scan) / version / name
        if target.exists():
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        self._sweep()
        with tempfile.TemporaryDirectory(dir=self._folder, prefix=_MAKING) as scratch:
            made = Path(scratch) / name
            try:
                make(made)
            except pyvips.Error as error:
                raise FormatError(
                    str(scan), f"the scan cannot be read: {str(error).strip().splitlines()[0]}"
                ) from error
            try:
                made.rename(target)
            except OSError:
                # Another process was faster: a folder is not renamed onto one that is there.
                if not target.exists():
                    raise
        return target


def _narrowed(page: pyvips.Image, width: int) -> pyvips.Image:
    scale = width / page.width
    return page.resize(scale) if scale < 1 else page


def _shrink(factor: float) -> int:
    return next((shrink for shrink in (8, 4, 2) if shrink <= factor), 1)


def _save(page: pyvips.Image, target: Path) -> None:
    plain(page).jpegsave(str(target), Q=_QUALITY, optimize_coding=True, keep="icc")
