"""What models say of the small library: boxes, names, vectors made of chance, and the same picture twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from PIL import Image

from estampe.catalogue import Catalogue, Said
from estampe.classify.backbone import Features
from estampe.records import Box, Detection, Label, Match, Mention, Run, Vector

SIZE: Final = 24
LOOKS = Run("looks@1", "looks", "1", "vector.visual", {"size": str(SIZE)})
COPIES = Run("reproductions@1", "reproductions", "1", "vector.reproduction", {"size": str(SIZE)})
JOINT = Run("joint-of-chance@1", "joint-of-chance", "1", "vector.joint", {"size": str(SIZE)})
THINGS = Run("things@1", "things", "1", "object")
PEOPLE = Run("people@1", "people", "1", "person")
NAMES = Run("names@1", "names", "1", "entity")
COLOURS = Run("colour-names@1", "colour-names", "1", "colour")
SAME = Run("verified@1", "verified", "1", "match")
KINDS = Run("page-kinds@1", "page-kinds", "1", "page")


class Joint:
    """A space of words and pictures in which each word stands where chance, fixed by its letters, puts it."""

    run = JOINT

    def pictures(
        self, pictures: Sequence[Image.Image], features: Features, labels: Sequence[Sequence[Label]]
    ) -> np.ndarray:
        raise NotImplementedError

    def texts(self, texts: Sequence[str]) -> np.ndarray:
        return np.stack([direction(text) for text in texts])


def direction(name: str) -> np.ndarray:
    """Return the unit vector that belongs to a name."""
    row = np.random.default_rng(list(name.encode())).normal(size=SIZE)
    return (row / np.linalg.norm(row)).astype(np.float16)


def look(catalogue: Catalogue, named: dict[str, str]) -> None:
    """Have models look at all pictures that have a scan, and read the words of the first one."""
    catalogue.put_runs((LOOKS, COPIES, JOINT, THINGS, PEOPLE, NAMES, COLOURS, SAME, KINDS))
    found = [
        one
        for document in catalogue.documents()
        for one in catalogue.illustrations_of(document=document.id)
        if one.id != named["absent"]
    ]
    for run in (LOOKS, COPIES, JOINT):
        catalogue.values.put(
            run.id, {one.id: Said(vector=Vector(one.id, run.id, direction(f"{one.caption} {one.id}"))) for one in found}
        )
    catalogue.values.put(
        JOINT.id, {named["long"]: Said(vector=Vector(named["long"], JOINT.id, direction("cavalerie au galop")))}
    )
    first = next(one for one in found if one.id == named["first"])
    box = first.box

    def part(x: float, y: float, w: float, h: float) -> Box:
        return Box(round(box.x + x * box.w), round(box.y + y * box.h), round(w * box.w), round(h * box.h))

    people = [
        Detection(part(0.1, 0.2, 0.25, 0.7), "person", "man", 0.91, PEOPLE.id),
        Detection(part(0.4, 0.25, 0.2, 0.6), "person", "man", 0.74, PEOPLE.id),
        Detection(part(0.16, 0.22, 0.1, 0.15), "person", "face", 0.88, PEOPLE.id),
    ]
    horse = Detection(part(0.6, 0.3, 0.45, 0.65), "object", "horse", 0.83, THINGS.id)
    catalogue.values.put(PEOPLE.id, {first.id: Said(detections=tuple(people))})
    catalogue.values.put(THINGS.id, {first.id: Said(detections=(horse,))})
    catalogue.values.put(COLOURS.id, {first.id: Said(labels=(Label("neutral-grey", "colour", 0.7, COLOURS.id),))})
    words = (("person", "Legagneux"), ("place", "Pau"), ("place", "Passy"), ("person", "Briand"))
    mentions = [
        Mention(kind, text, "caption", first.caption.index(text), first.caption.index(text) + len(text), NAMES.id)
        for kind, text in words
        if text in first.caption
    ]
    at = first.text_before.index("la Seine")
    mentions.append(Mention("place", "la Seine", "text_before", at, at + len("la Seine"), NAMES.id))
    catalogue.values.put(NAMES.id, {first.id: Said(mentions=tuple(mentions))})
    [empty] = [one for one in catalogue.documents() if not catalogue.illustrations_of(document=one.id)]
    bare = catalogue.pages(empty.id)[0]
    kinds = {
        first.page: Label("cover-page", "page", 0.66, KINDS.id),
        bare.id: Label("blank-page", "page", 0.8, KINDS.id),
    }
    catalogue.values.put_pages(KINDS.id, {page: [kind] for page, kind in kinds.items()})
    named["empty"] = empty.id
    one, other = sorted((first.id, named["hostile"]))
    third = next(own.id for own in found if own.document != first.document and own.id > first.id)
    catalogue.values.put_matches(
        SAME.id,
        [first.id],
        [
            Match(one, other, "rendering", 0.93, SAME.id),
            Match(*sorted((first.id, third)), kind="copy", score=0.99, run=SAME.id),
        ],
    )
