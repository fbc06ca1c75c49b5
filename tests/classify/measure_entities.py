"""How well names are found in real captions: ``python -m tests.classify.measure_entities [FOLDER…]``.

``entities_truth.json`` holds the names of 244 captions and titles of the real data (the first 300 characters of each),
labelled by hand, by the digest of the text. Further pipelines of spaCy can be named, to set them beside ours.
"""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
import sys
from collections import Counter
from pathlib import Path

from estampe.classify import entities
from estampe.classify.entities import Names
from estampe.settings import Settings
from estampe.weights import Entry, Models

HERE = Path(__file__).resolve().parent
DATA = Path(os.environ.get("ESTAMPE_TEST_DATA", HERE.parents[2] / "shared" / "data"))
LENGTH = 300
Span = tuple[int, int, str]


def captions() -> dict[str, list[Span]]:
    """Return the texts that are in the truth, with their names."""
    truth = json.loads((HERE / "entities_truth.json").read_text("utf-8"))
    found: dict[str, list[Span]] = {}
    for path in sorted((DATA / "alto" / "gallicapix-reference-output").rglob("*.xml")):
        for _, text in re.findall(r"<(leg|titraille)>(.*?)</\1>", path.read_text("utf-8", "replace"), re.DOTALL):
            start = " ".join(html.unescape(text).split())[:LENGTH]
            key = hashlib.sha256(start.encode()).hexdigest()[:16]
            if key in truth:
                found[start] = [(first, last, kind) for first, last, kind in truth[key]]
    return found


def score(names: Names, truth: dict[str, list[Span]]) -> dict[str, tuple[int, int, int]]:
    """Return for each kind, and for ``any``: right ones, those told, those there are. Right is what overlaps."""
    told = names([{"caption": text} for text in truth], [()] * len(truth))
    counts: dict[str, Counter[str]] = {}
    for mentions, spans in zip(told, truth.values(), strict=True):
        own = [(one.start, one.end, one.kind) for one in mentions]
        for kind in ("person", "place", "organisation", "any"):
            count = counts.setdefault(kind, Counter())
            left = [span for span in spans if kind in {span[2], "any"}]
            mine = [span for span in own if kind in {span[2], "any"}]
            count.update(told=len(mine), there=len(left))
            for start, end, _ in mine:
                hit = next((span for span in left if span[0] < end and start < span[1]), None)
                if hit:
                    left.remove(hit)
                    count["right"] += 1
    return {kind: (count["right"], count["told"], count["there"]) for kind, count in counts.items()}


def main() -> None:
    """Print precision and recall by kind, for our model and those named."""
    truth = captions()
    models = Models.open(Settings())
    others = [Models({entities.MODEL: Entry(entities.MODEL, "", "", "", path=each)}, Path()) for each in sys.argv[1:]]
    for title, each in zip([entities.MODEL, *sys.argv[1:]], [models, *others], strict=True):
        print(title, len(truth), "texts")  # noqa: T201
        for kind, (right, told, there) in score(Names(each), truth).items():
            line = f"{kind:14} precision {right / max(told, 1):.2f}  recall {right / max(there, 1):.2f}  of {there}"
            print(line)  # noqa: T201


if __name__ == "__main__":
    main()
