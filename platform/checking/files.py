"""The files beside the catalogue: scans that are held by reference, and what was made of them."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ..catalogue import Catalogue
from ..images import Derivatives
from ..records import ImageSource
from .finding import Finding

_PART = "files"
_LOOK = "run its source again, or put the file back"


class FileCheck:
    """Compares scans with what the catalogue says of them, and finds derivatives of scans that it does not have.

    Eight bytes of memory a scan are all that it keeps.

    Args:
        catalogue: is believed.
        derivatives: the folder of derivatives.
        deep: read the scans, and compare their digests.
        mend: whether what can be thrown away is.

    """

    def __init__(self, catalogue: Catalogue, derivatives: Path, *, deep: bool, mend: bool) -> None:
        self._catalogue, self._derivatives = catalogue, Derivatives(derivatives)
        self._deep, self._mend = deep, mend
        self._known = array("Q")

    def scans(self, document: str) -> Iterator[Finding]:
        """Check the scans of a document that are files of this machine."""
        for page in self._catalogue.pages(document):
            if (scan := page.local_scan) is None:
                continue
            self._known.append(_number(Derivatives.name(Path(scan.address))))
            if what := self._differs(scan):
                yield Finding(_PART, page.id, f"{what}: {scan.address}", _LOOK, mendable=False)

    def leavings(self) -> Iterator[Finding]:
        """Check that there are no derivatives but of scans that were met."""
        known = np.unique(np.frombuffer(self._known, np.uint64)) if self._known else np.empty(0, np.uint64)
        for name in self._derivatives.names():
            number = np.uint64(_number(name))
            place = int(np.searchsorted(known, number))
            if place < len(known) and known[place] == number:
                continue
            if self._mend:
                self._derivatives.discard(name)
            yield Finding(_PART, name, "derivatives of a scan that no page has", "deleted", self._mend)

    def _differs(self, image: ImageSource) -> str:
        """Return what is wrong with a scan, empty where nothing is."""
        try:
            found = Path(image.address).stat()
            if image.bytes is not None and found.st_size != image.bytes:
                return f"the scan has {found.st_size} bytes and had {image.bytes}"
            if self._deep and image.sha256 and _digest(image.address) != image.sha256:
                return "the scan is another than it was"
        except OSError as error:
            return f"the scan cannot be read ({error.strerror})"
        return ""


def _number(name: str) -> int:
    return int(name[:16], 16)


def _digest(path: str) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
