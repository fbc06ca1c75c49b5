"""What the names of files and folders say: which document, which page, and in what order they follow."""

from __future__ import annotations

import re
from pathlib import Path

from ..identity import noid_check_character

#: Scans, the ones that are opened first where a page has several.
SCANS = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".jp2", ".j2k", ".jpx", ".gif")
#: What nothing here opens, though it is a scan.
UNREAD = ".bmp"
_EXTENSIONS = {*SCANS, UNREAD, ".xml", ".alto", ".hocr", ".html"}
_ARK_NAME = re.compile(r"(?:bpt6k|btv1[bc]|bd6t|bt6k)[0-9bcdfghjkmnpqrstvwxz]{3,20}")
_VIEW = re.compile(r"(?:^|[_.-])[A-Za-z]?0*(\d{1,8})$")


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key to sort names by as people do: ``f9`` before ``f10``; the same in every locale."""
    parts = re.split(r"(\d+)", name.casefold())
    return (*((1, int(part), "") if part.isdecimal() else (0, 0, part) for part in parts), (2, 0, name))


def stem(name: str) -> str:
    """Return a file's name without its endings, however many: ``f11`` for ``f11.tif.jpeg``."""
    path = Path(name)
    while path.suffix.lower() in _EXTENSIONS:
        path = path.with_suffix("")
    return path.name


def view_number(name: str) -> int | None:
    """Return the number at the end of a stem: 3 for ``X0000003``, ``f3``, ``bpt6k70526g_f3`` and ``issue-0003``."""
    match = _VIEW.search(name)
    return int(match[1]) if match else None


def without_view(name: str) -> str:
    """Return what the names of all views of a document share: the stem up to the view number at its end, if any."""
    own = stem(name)
    return _VIEW.sub("", own) or own


def ark_name(text: str) -> str:
    """Return the ARK name of the BnF that a text begins with, as folders and files carry it; empty where it has none.

    The name's check character must be right, so that nothing is taken for one by chance.
    """
    match = _ARK_NAME.match(text)
    if match is None or re.match(r"[A-Za-z0-9]", text[match.end() :]):
        return ""
    name = match[0]
    return name if noid_check_character(name[:-1]) == name[-1] else ""


def is_mistyped(text: str) -> bool:
    """Tell whether a text is the ARK name of a document of the BnF but for its check character, which is wrong."""
    return _ARK_NAME.fullmatch(text) is not None and noid_check_character(text[:-1]) != text[-1]


def is_number(text: str) -> bool:
    """Tell whether a name may be a digitisation number of the BnF: six to eight digits."""
    return re.fullmatch(r"\d{6,8}", text) is not None
