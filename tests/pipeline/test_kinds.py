"""The kind of each page and the colours of each picture, from the run to the search and the data set."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from estampe.catalogue import Catalogue
from estampe.press import Order, print_corpus
from estampe.search import Query, open_index
from estampe.settings import Settings
from tests.pipeline.conftest import Inside, exported


def test_from_the_run_to_the_search(inside: Inside, tmp_path: Path) -> None:
    print_corpus(tmp_path / "press", [Order("book", "book", "fr", 6)])
    scan = sorted((tmp_path / "press" / "documents" / "book" / "images").iterdir())[2]
    with Image.open(scan) as printed:
        coloured = printed.convert("RGB")
    # By hand, as plates were.
    coloured.paste((30, 140, 60), (500, 500, 1000, 1000))
    coloured.save(scan)
    inside("run", "--quiet", "--offline", tmp_path / "press" / "documents")
    settings = Settings(home=inside.home)
    with Catalogue.open(settings.catalogue_url) as catalogue, open_index(settings, catalogue) as index:
        [document] = catalogue.documents()
        kinds = {page.number: [label.concept for label in page.labels] for page in catalogue.pages(document.id)}
        # A plate on every third page; where no model looks, nothing is known of the blank leaf.
        assert kinds[3] == kinds[6] == ["picture-page"] and kinds[4] == kinds[5] == ["text-page"] and not kinds[2]
        plates = index.search(Query(filters={"page": ("picture-page",)}), facets=("page", "colour"))
        rows = {row["id"]: row for row in exported(inside) if not row["noise"]}
        assert {hit.id for hit in plates.hits} == {id_ for id_, row in rows.items() if row["page"] in {3, 6}}
        assert "green" in [value.value for value in plates.facets["colour"]], "it is found by its colours"
    plate = next(row for row in rows.values() if row["page"] == 3)
    assert plate["page_labels"][0]["run"] == "page-kinds@1"
    colours = [label for label in plate["labels"] if label["facet"] == "colour"]
    assert colours and all(label["run"] == "colours@1" and 0 < label["confidence"] <= 1 for label in colours)
    assert "of which 0 were new" in inside("run", "--quiet", "--offline", tmp_path / "press" / "documents").output
