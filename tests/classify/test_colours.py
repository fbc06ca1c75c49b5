from __future__ import annotations

import pytest

from estampe.classify.colours import COLOUR_RUN, colour_labels, name_of
from estampe.records import Pixels
from estampe.vocabulary import vocabulary


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ("#000000", "black"),
        ("#1a1614", "black"),
        ("#ffffff", "white"),
        ("#f4f2ec", "white"),
        ("#808080", "neutral-grey"),
        ("#c0281e", "red"),
        ("#e8801c", "orange"),
        ("#f2d21f", "yellow"),
        ("#2f7d32", "green"),
        ("#1e4fa3", "blue"),
        ("#9cc4e4", "blue"),
        ("#6a2c91", "violet"),
        ("#f0a8b8", "pink"),
        ("#6b4423", "brown"),
        ("#e0cfa8", "beige"),
    ],
)
def test_colours_are_called_as_people_call_them(colour: str, name: str) -> None:
    assert name_of(colour) == name
    concept = vocabulary().concept(name)
    assert concept is not None and concept.facet == "colour"


def test_a_poster_s_colours_are_told_by_share_and_greys_have_none() -> None:
    palette = (("#f2d21f", 0.5), ("#e0c020", 0.2), ("#c0281e", 0.25), ("#1e4fa3", 0.05))
    labels = colour_labels(Pixels("colour", "#f2d21f", palette, "0" * 16))
    assert [(one.concept, one.confidence) for one in labels] == [("yellow", 0.7), ("red", 0.25)]
    assert {one.run for one in labels} == {COLOUR_RUN.id}
    assert colour_labels(Pixels("grey", "#f2d21f", palette, "0" * 16)) == ()


def test_rounded_shares_come_to_no_more_than_all() -> None:
    greys = tuple((f"#{tone:02x}{tone:02x}{tone:02x}", 0.3337) for tone in (0x7E, 0x80, 0x82))
    [label] = colour_labels(Pixels("colour", greys[0][0], greys, "0" * 16))
    assert (label.concept, label.confidence) == ("neutral-grey", 1.0)
