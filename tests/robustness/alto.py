"""Every real ALTO and METS file, whole and cut at ten places, is read or refused clearly, in little memory.

``python tests/robustness/alto.py [FOLDER_OR_ARCHIVE …]``; without arguments everything beside the checkout.
"""

from __future__ import annotations

import os
import resource
import sys
import tarfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from estampe.errors import RefusedError
from estampe.ocr import read_alto, read_mets

CUTS = 10
MEMORY = 500 * 1024 * 1024
_DATA = Path(os.environ.get("ESTAMPE_TEST_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))


def files(places: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of every XML file in folders and archives."""
    for place in places:
        if place.is_dir():
            for path in sorted(place.rglob("*")):
                if path.suffix.lower() == ".xml":
                    yield str(path), path.read_bytes()
                elif path.name.endswith(".tar.xz"):
                    yield from files([path])
        elif place.suffix.lower() == ".xml":
            yield str(place), place.read_bytes()
        else:
            with tarfile.open(place) as archive:
                for member in archive:
                    if member.isfile() and (stream := archive.extractfile(member)):
                        yield f"{place}!{member.name}", stream.read()


def cuts(content: bytes) -> Iterator[bytes]:
    """Yield the content whole, and cut at ten places from its first bytes to its last."""
    yield content
    for number in range(CUTS):
        yield content[: 1 + (len(content) - 2) * number // (CUTS - 1)]


def check(name: str, content: bytes) -> Counter[str]:
    """Read a file and its pieces in every way; anything but an answer or a clear refusal is raised."""
    seen: Counter[str] = Counter()
    for piece in cuts(content):
        for reader in (read_alto, read_mets):
            try:
                reader(piece, name=name)
            except RefusedError as refusal:
                if refusal.document != name or len(refusal.cause) < 10:
                    raise AssertionError(f"{name}: an unclear refusal: {refusal}") from refusal
                seen["refused"] += 1
            else:
                seen["read"] += 1
    return seen


def main(arguments: list[str]) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    seen: Counter[str] = Counter()
    for name, content in files(map(Path, arguments or [str(_DATA)])):
        seen += check(name, content)
        seen["files"] += 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{seen['files']} files: {seen['read']} readings, {seen['refused']} clear refusals, {peak} MiB at most")
    return 0 if seen["files"] else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
