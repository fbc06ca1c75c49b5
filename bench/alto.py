"""Reading ALTO, measured against a bare ``lxml.etree.iterparse`` over the same files in the same run.

``python bench/alto.py [--json FILE] [FOLDER_OR_ARCHIVE …]``; without arguments all real ALTO beside the checkout.
"""

from __future__ import annotations

import argparse
import gc
import io
import json
import os
import re
import sys
import tarfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from lxml import etree

from estampe.errors import RefusedError
from estampe.ocr import page_words, read_alto

CEILING = 1.6
_NAMESPACE = re.compile(rb"<(?:alto|ALTO)\b[^>]*?\sxmlns=[\"']([^\"']+)")
_DATA = Path(os.environ.get("ESTAMPE_TEST_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


def files(places: list[Path]) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of every ALTO file in folders and tar archives."""
    for place in places:
        if place.is_dir():
            for path in sorted(p for p in place.rglob("*") if p.suffix.lower() == ".xml"):
                yield str(path), path.read_bytes()
            yield from files(sorted(place.rglob("*.tar.xz")))
        else:
            with tarfile.open(place) as archive:
                for member in archive:
                    if member.isfile() and (stream := archive.extractfile(member)):
                        yield f"{place}!{member.name}", stream.read()


def bare(content: bytes) -> None:
    """Parse and clear every element: the least that a reader on iterparse can do."""
    for _, element in etree.iterparse(io.BytesIO(content)):
        element.clear()


def ours(content: bytes) -> None:
    read_alto(content, name="bench")


def seconds(run: Callable[[bytes], None], contents: list[bytes]) -> float:
    gc.collect()
    start = time.process_time()
    for content in contents:
        run(content)
    return time.process_time() - start


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("places", nargs="*", type=Path, default=[_DATA])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", type=Path, help="write the numbers to this file as well")
    given = parser.parse_args()
    groups: dict[str, list[bytes]] = defaultdict(list)
    words = 0
    for name, content in files(given.places):
        try:
            page = read_alto(content, name=name)
        except RefusedError:
            continue
        words += sum(1 for _ in page_words(page))
        found = _NAMESPACE.search(content[:2000])
        space = found[1].decode().rpartition("/")[2].rstrip("#") if found else "none"
        groups[space].append(content)
    if not groups:
        print("no ALTO found", file=sys.stderr)
        return 2
    rows = {}
    for space, contents in sorted(groups.items()):
        # In turn, so that a busy machine slows both; the least of each, which was disturbed least.
        pairs = [(seconds(bare, contents), seconds(ours, contents)) for _ in range(given.rounds)]
        rows[space] = {
            "files": len(contents),
            "megabytes": sum(map(len, contents)) / 1e6,
            "bare": min(b for b, _ in pairs),
            "ours": min(o for _, o in pairs),
        }
    total = {key: sum(row[key] for row in rows.values()) for key in ("files", "megabytes", "bare", "ours")}
    rows["all"] = total
    print(f"{'namespace':16}{'files':>7}{'MB':>8}{'bare s':>9}{'ours s':>9}{'ratio':>7}{'MB/s':>7}")
    for space, row in rows.items():
        row["ratio"] = row["ours"] / row["bare"]
        print(
            f"{space:16}{row['files']:7.0f}{row['megabytes']:8.1f}{row['bare']:9.3f}{row['ours']:9.3f}"
            f"{row['ratio']:7.2f}{row['megabytes'] / row['ours']:7.1f}"
        )
    print(f"{words} words; ratio {total['ratio']:.2f}, at most {CEILING}")
    if given.json:
        given.json.write_text(json.dumps({"ceiling": CEILING, "words": words, "rows": rows}, indent=2) + "\n")
    return 0 if total["ratio"] <= CEILING else 1


if __name__ == "__main__":
    sys.exit(main())
