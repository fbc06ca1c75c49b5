"""Estampe beside GallicaPix, on the documents whose results the BnF's prototype published.

python -m bench.gallicapix [--output FOLDER]    numbers, and a page with pictures of all illustrations
python -m bench.gallicapix --docs               the pictures of docs/segmentation.md, off the press
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from . import report
from .oracle import DATA, SOURCES, VERDICTS, read, unpack

_ROOT = Path(__file__).parents[2]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.gallicapix", description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=_ROOT / "test-results" / "gallicapix")
    parser.add_argument("--docs", action="store_true", help="make the pictures of docs/segmentation.md instead")
    given = parser.parse_args()
    if given.docs:
        from .specimen import make_pictures

        make_pictures(_ROOT / "docs" / "images")
        return
    if not DATA.is_dir():
        raise SystemExit(f"the real pages are not at {DATA}; set ESTAMPE_TEST_DATA to their folder")
    with tempfile.TemporaryDirectory() as scratch:
        unpack(Path(scratch))
        documents = {source.name: read(source, Path(scratch)) for source in SOURCES}
    given.output.mkdir(parents=True, exist_ok=True)
    report.write(documents, given.output / "index.html")
    *_, total = table = report.rows(documents)
    for row in table:
        counted = f"{row.equal:3} of {row.boxes:3} boxes, noise as there {row.noise:3}, titles the same {row.titles:3}"
        print(f"{counted}  {row.title}")
    for key, meaning in VERDICTS.items():
        print(f"{total.verdicts[key]:3} {meaning}")
    print(
        f"{total.replayed:3} of {total.replayable} captions without METS are as GallicaPix's published rule gives them"
    )
    print(f"{total.bare:3} of {total.bare_of} captions of METS are found without it")
    print(f"pictures: {given.output / 'index.html'}")


if __name__ == "__main__":
    main()
