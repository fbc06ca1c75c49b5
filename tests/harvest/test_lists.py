"""Lists of what to harvest."""

from __future__ import annotations

from pathlib import Path

import pytest

from estampe.errors import UsageError
from estampe.harvest import Harvester, licence_word, read_list
from estampe.harvest.licences import ANY, LICENCES, UNKNOWN
from estampe.harvest.lists import EVERY
from estampe.records import Rights
from estampe.settings import Settings
from tests.harvest.conftest import Harvest, harvest
from tests.harvest.test_folders import scan
from tests.harvest.test_join import canvas, manifest_of

ROOT = Path(__file__).resolve().parents[2]
LISTS = sorted((ROOT / "manifests").glob("*.yaml"))
GOOD = "name: Test\nlicences: any\nsources: [ark:/12148/bpt6k46000341]\n"


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.name)
def test_our_own_lists_are_right(path: Path) -> None:
    listed = read_list(path)
    assert {"fr", "en"} <= listed.name.keys() and {"fr", "en"} <= listed.description.keys()
    assert listed.provider and listed.sources


def test_there_are_some() -> None:
    assert len(LISTS) >= 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "begins with fields"),
        ("- a\n- b", "begins with fields"),
        ("name: [", "line 1: this is not YAML"),
        ("name: a\n\tb: c", "line 2: this is not YAML"),
        (GOOD + "colour: red", "colour: there is no such field"),
        (GOOD.replace("name: Test", ""), "name: this is missing"),
        (GOOD.replace("Test", "[1, 2]"), "name: this must be a text"),
        (GOOD.replace("Test", "{fr: 3}"), "name: this must be a text"),
        (GOOD.replace("any", "free"), "licences: 'free' is not known; there are public-domain"),
        (GOOD.replace("licences: any\n", ""), "licences: say which are accepted"),
        (GOOD + "every: fortnight", "every: 'fortnight' is not one of never, day"),
        (GOOD + "provider: 3", "provider: this must be a text"),
        (GOOD.replace("[ark:/12148/bpt6k46000341]", "[]"), "sources: this is missing"),
        (GOOD.replace("[ark:/12148/bpt6k46000341]", "{a: b}"), "sources: this must be a list"),
        (GOOD.replace("ark:/12148/bpt6k46000341", "other.yaml"), "a list does not lead to lists"),
        ("name: !!python/object/apply:os.system [ls]", "this is not YAML"),
        ("name: \0", "this is not YAML"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "list.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError) as caught:
        read_list(path)
    assert words in str(caught.value) and str(path) in str(caught.value)


def test_a_list_is_harvested_source_by_source(tmp_path: Path) -> None:
    scan(tmp_path / "scans/f1.png")
    (tmp_path / "list.yaml").write_text(
        "name: {fr: Essai, en: Test}\nprovider: Ma bibliothèque\nsource: Fonds Dupont\nlicences: [unknown]\n"
        "every: month\nsources:\n  - scans\n  - nowhere\n  - scans\n",
        "utf-8",
    )
    listed = read_list(tmp_path / "list.yaml")
    assert (listed.every, listed.sources, listed.accepts("unknown"), listed.accepts("cc0")) == (
        30,
        ("scans", "nowhere"),
        True,
        False,
    )
    found = harvest(tmp_path / "list.yaml")
    assert [(one.document.provider, one.document.source) for one in found] == [("Ma bibliothèque", "Fonds Dupont")]
    assert [one.source for one in found.refusals] == ["nowhere"]


def test_documents_are_taken_by_their_licence(tmp_path: Path) -> None:
    manifest_of(tmp_path / "m.json", canvas("https://example.org/canvas/1"))
    (tmp_path / "list.yaml").write_text("name: x\nlicences: [cc0]\nsources: m.json\n", "utf-8")
    [refusal] = Harvest(Harvester(None, Settings()), tmp_path / "list.yaml").refusals
    assert "not one that list.yaml accepts (add unknown to its licences)" in str(refusal.error)


@pytest.mark.parametrize(
    ("rights", "word"),
    [
        (Rights("http://creativecommons.org/publicdomain/mark/1.0/"), "public-domain"),
        (Rights("https://creativecommons.org/publicdomain/zero/1.0/"), "cc0"),
        (Rights("http://creativecommons.org/licenses/by/4.0/"), "cc-by"),
        (Rights("http://creativecommons.org/licenses/by-nc-sa/4.0/"), "cc-by-nc-sa"),
        (Rights("http://creativecommons.org/licenses/by-nc/2.0/fr/"), "cc-by-nc"),
        (Rights("https://gallica.bnf.fr/html/und/conditions-dutilisation-des-contenus-de-gallica"), "gallica"),
        (Rights(statement="domaine public; public domain"), "public-domain"),
        (Rights(statement="CC BY SA 4.0"), "cc-by-sa"),
        (Rights(statement="cc-by-nc"), "cc-by-nc"),
        (Rights(statement="pdm"), "public-domain"),
        (Rights("http://rightsstatements.org/vocab/InC/1.0/", statement="public domain"), "in-copyright"),
        (Rights("https://example.org/terms"), UNKNOWN),
        (Rights("http://www.creativecommons.org/licenses/by/4.0/legalcode/", attribution="© A library"), "cc-by"),
        (Rights("https://evil.example/?creativecommons.org/publicdomain/mark/1.0/"), UNKNOWN),
        (Rights("https://creativecommons.org.evil.example/publicdomain/mark/1.0/"), UNKNOWN),
        (Rights("https://creativecommons.org@evil.example/publicdomain/mark/1.0/"), UNKNOWN),
        (Rights(statement="http://creativecommons.org/licenses/by/4.0/; not for https://example.org"), "cc-by"),
        (Rights(statement="Not covered by https://creativecommons.org/licenses/by/4.0/"), UNKNOWN),
        (
            Rights(statement="http://creativecommons.org/licenses/by/4.0/; http://rightsstatements.org/vocab/InC/1.0/"),
            "in-copyright",
        ),
        (Rights("http://creativecommons.org/licenses/by/4.0/", statement="copyrighted"), "in-copyright"),
        (Rights("http://creativecommons.org/licenses/by/4.0/", attribution="CC BY-NC 4.0"), "cc-by-nc"),
        (Rights(statement="This work is not in the public domain."), "in-copyright"),
        (Rights(statement="In copyright; enters the public domain in 2051"), "in-copyright"),
        (Rights(statement="Tous droits réservés. Hors domaine public"), "in-copyright"),
        (Rights(statement="Never was public domain"), UNKNOWN),
        (Rights(statement="public domain; except for the plates"), UNKNOWN),
        (Rights(statement="No longer in copyright"), UNKNOWN),
        (Rights(), UNKNOWN),
    ],
)
def test_licences(rights: Rights, word: str) -> None:
    assert licence_word(rights) == word


def test_the_documentation_names_every_word_and_field() -> None:
    text = (ROOT / "docs/harvest.md").read_text("utf-8")
    fields = ("name", "description", "provider", "source", "licences", "every", "sources")
    for word in (*fields, *LICENCES, ANY, UNKNOWN, *EVERY):
        assert f"`{word}`" in text, word
