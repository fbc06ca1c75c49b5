"""How well names are found in real captions: ``python -m tests.classify.measure_entities [FOLDER…]``.

``entities_truth.json`` holds the names of 244 captions and titles of the real data (the first 300 characters of each),
labelled by hand, by the digest of the text. Further pipelines of spaCy can be named, to set them beside ours. What
spaCy's search with beams would give as the confidence of a name is set beside how often such a name is right.
"""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np

from estampe.classify import entities
from estampe.classify.entities import Names
from estampe.learning.metrics import calibration_error
from estampe.settings import Settings
from estampe.weights import Entry, Models

HERE = Path(__file__).resolve().parent
DATA = Path(os.environ.get("ESTAMPE_TEST_DATA", HERE.parents[2] / "shared" / "data"))
LENGTH = 300
_BEAMS = 32
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


def sureness(names: Names, truth: dict[str, list[Span]]) -> list[tuple[float, bool]]:
    """Return of each name that is told what beams that have it weigh of all, and whether it and its kind are right."""
    told = names([{"caption": text} for text in truth], [()] * len(truth))
    *before, (_, finder) = names._model.pipeline
    found = []
    for (text, spans), mentions in zip(truth.items(), told, strict=True):
        document = names._model.make_doc(entities._readable(text))
        for _, part in before:
            document = part(document)
        [shares] = finder.scored_ents(finder.beam_parse([document], beam_width=_BEAMS, beam_density=1e-4))
        left = list(spans)
        for one in mentions:
            share = max(
                (
                    share
                    for (first, last, kind), share in shares.items()
                    if entities._KINDS.get(kind) == one.kind
                    and document[first].idx < one.end
                    and one.start < document[last - 1].idx + len(document[last - 1])
                ),
                default=0.0,
            )
            hit = next(
                (each for each in left if each[2] == one.kind and each[0] < one.end and one.start < each[1]), None
            )
            if hit:
                left.remove(hit)
            found.append((share, hit is not None))
    return found


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
    share, right = map(np.array, zip(*sureness(Names(models), truth), strict=True))
    print(f"calibration error of {_BEAMS} beams {calibration_error(share, right):.2f}")  # noqa: T201
    for low, high in pairwise((0, 0.5, 0.95, 0.999, 1.01)):
        some = (share >= low) & (share < high)
        print(f"{low} to {high}: {some.sum()} names, right {right[some].mean():.2f}")  # noqa: T201


if __name__ == "__main__":
    main()
