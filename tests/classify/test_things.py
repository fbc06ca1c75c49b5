"""Objects, persons and faces, in photographs whose contents anyone can check."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from estampe.classify.backbone import Backbone, picture_for
from estampe.classify.classes import concepts_of, mistaken_by
from estampe.classify.things import OBJECT_RUN, PERSON_RUN, Things, named
from estampe.errors import ModelError
from estampe.records import Detection
from estampe.weights import Models

skimage = pytest.importorskip("skimage.data")


def photograph(name: str) -> Image.Image:
    return Image.fromarray(getattr(skimage, name)())


@pytest.fixture(scope="module")
def things(models: Models) -> Things:
    return Things(models)


def concepts(found: tuple[Detection, ...]) -> set[str]:
    return {each.concept for each in found}


def test_what_is_in_photographs_is_found_where_it_is(things: Things) -> None:
    astronaut, cup, cat = things([photograph(name) for name in ("astronaut", "coffee", "chelsea")])
    assert concepts(astronaut) == {"person", "face"} and concepts(cup) >= {"cup"} and concepts(cat) == {"cat"}
    (face,) = [each for each in astronaut if each.concept == "face"]
    (person,) = [each for each in astronaut if each.concept == "person"]
    # Her face is at the top, left of the middle, and inside her.
    assert 150 < face.box.x < 220 and 40 < face.box.y < 120 and face.box.covered_by(person.box) > 0.9
    assert face.run == person.run == PERSON_RUN.id and {each.run for each in cat} == {OBJECT_RUN.id}
    assert (face.facet, cat[0].facet) == ("person", "object")


def test_a_small_thing_in_a_large_picture_is_found_once(things: Things) -> None:
    """A face where four tiles meet, which is lost when the whole is shrunk."""
    sheet = Image.new("L", (1800, 1800), 230)
    sheet.paste(photograph("astronaut").convert("L").resize((500, 500)), (650, 650))
    (found,) = things([sheet])
    (face,) = [each for each in found if each.concept == "face"]
    assert 650 + 140 < face.box.x < 650 + 230 and 80 < face.box.w < 160


def test_of_a_sheet_only_what_is_on_it_is_looked_at(things: Things) -> None:
    sheet = Image.new("RGB", (1100, 1250), "#efe8d8")
    sheet.paste(photograph("coffee").resize((300, 200)), (420, 300))
    (found,) = things([sheet])
    (cup,) = [each for each in found if each.concept == "cup"]
    assert 400 < cup.box.x < 700 and 280 < cup.box.y < 480 and cup.box.w < 260


def test_a_face_that_shrinking_loses_is_found_where_a_person_was_seen(things: Things) -> None:
    scene = photograph("rocket").resize((1200, 800))
    scene.paste(photograph("astronaut").resize((200, 200)), (60, 580))
    (found,) = things([scene])
    (face,) = [each for each in found if each.concept == "face"]
    assert 110 < face.box.x < 135 and 590 < face.box.y < 615 and face.box.w < 50


def test_of_what_is_no_photograph_only_persons_are_told(things: Things) -> None:
    cat, astronaut = things([photograph("chelsea"), photograph("astronaut")], [False, False])
    assert cat == () and concepts(astronaut) == {"person", "face"}


def test_odd_pictures_do_no_harm(things: Things) -> None:
    odd = [Image.new("1", (1, 1)), Image.new("L", (1500, 3)), Image.new("RGBA", (20, 900)), Image.new("P", (64, 64))]
    assert things(odd) == [()] * 4
    assert things([]) == []


def test_a_sure_class_names_the_whole(backbone: Backbone) -> None:
    cat, cup = named(backbone([picture_for(photograph(name)) for name in ("chelsea", "coffee")]).classes)
    # The breeds of cats count together; what is in the cup has no concept of ours.
    assert [label.concept for label in cat] == ["cat"] and cat[0].confidence > 0.8 and cup == ()
    assert named(np.full((1, 1000), 0.001, np.float32)) == [()]


def test_every_class_of_coco_has_a_concept_of_ours() -> None:
    coco = concepts_of("coco")
    assert len(coco) == 80 and {concept.facet for concept in coco.values()} == {"object", "person"}
    assert max(concepts_of("imagenet")) < 1000
    for model in ("coco", "imagenet"):
        assert mistaken_by(model) <= {concept.id for concept in concepts_of(model).values()}


def test_without_models_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="ssd-mobilenet"):
        Things(Models({}, tmp_path))([Image.new("L", (10, 10))])
