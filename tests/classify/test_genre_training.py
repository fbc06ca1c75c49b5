"""A classifier is trained and measured so that the numbers can be believed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from estampe.classify.genre import Weights
from estampe.classify.training.bank import Bank
from estampe.classify.training.configuration import Learning, read_training
from estampe.classify.training.lessons import Lesson, lessons
from estampe.classify.training.measuring import Known, cross_validated, fitted
from estampe.classify.training.reporting import reported
from estampe.classify.training.running import weights_of
from estampe.classify.training.telling import told_apart
from estampe.errors import EstampeError, ModelError, SettingsError, UsageError
from estampe.learning.metrics import accuracy

CLASSES = ("engraving", "map", "text")
COLUMNS = (np.arange(40), np.arange(40, 80), np.arange(80))


def lesson(label: str, group: str, *, scored: bool = True, made: str = "") -> Lesson:
    return Lesson(
        label, frozenset({group}), "a library", f"{group}.jpg", 1.0, scored, made, lambda: Image.new("RGB", (9, 9))
    )


def bank_of(signal: float, identity: float = 0.0, made: bool = False) -> Bank:
    """Features of 60 documents of 4 pictures: noise, what tells the class, and what tells the document."""
    draw = np.random.default_rng(4)
    rows, known = [], []
    for number in range(60):
        label, own = CLASSES[number % 3], draw.normal(size=80)
        for copy in range(4):
            row = draw.normal(size=80) + identity * own
            row[[number % 3, 40 + number % 3]] += signal
            rows.append(row)
            known.append(
                lesson(label, f"d{number}", scored=not (made and copy), made="varied" if made and copy else "")
            )
    features = np.array(rows, np.float32)
    return Bank(features, draw.normal(size=(len(rows), 50)).astype(np.float32), tuple(known), COLUMNS, COLUMNS[2:])


def right(bank: Bank) -> float:
    measured, _ = cross_validated(bank, Known.of(bank, CLASSES), Learning(components=60), 0)
    return accuracy(measured.truth, measured.said.argmax(axis=1))


def test_what_can_be_told_is_told_and_what_cannot_is_not() -> None:
    assert right(bank_of(signal=4)) > 0.95
    assert right(bank_of(signal=0)) < 0.5


@pytest.mark.parametrize("made", [False, True])
def test_no_picture_of_a_documents_fold_is_learnt_from(made: bool) -> None:
    """Where features tell the document alone, a head that had learnt from it would be right; ours is at chance."""
    assert right(bank_of(signal=0, identity=6, made=made)) < 0.5


def test_twins_are_one_document() -> None:
    bank = bank_of(signal=0)
    likeness = bank.likeness.copy()
    likeness[0] = likeness[5] + 0.01
    twins = Bank(bank.features, likeness, bank.lessons, COLUMNS).twins()
    assert twins["d0"] == twins["d1"] and len(set(twins.values())) == 59


def test_a_report_has_intervals_and_the_same_numbers_again() -> None:
    bank = bank_of(signal=2)
    known, learning = Known.of(bank, CLASSES), Learning(components=60)
    seeds = [cross_validated(bank, known, learning, seed)[0] for seed in (0, 1)]
    report = reported(bank, known, seeds, 0.95, [(1.0, 240, seeds[0])])
    assert report.all["accuracy"].low < report.all["accuracy"].value < report.all["accuracy"].high
    assert report.all["calibration"].value < 0.1 and report.all["right_shipped"].value > 0.9
    assert report.sources[0][:2] == ("a library", 240)
    again, _ = cross_validated(bank, known, learning, 0)
    assert np.array_equal(again.said, seeds[0].said)


def test_what_was_found_is_told_apart_by_heads_that_never_saw_its_document() -> None:
    """Boxes are learnt from too, but never in the fold that they are measured in: else the document would tell them."""
    for signal, identity, low, high in ((4.0, 0.0, 0.95, 1.0), (0.0, 6.0, 0.0, 0.6)):
        bank = bank_of(signal, identity)
        boxes = tuple(
            replace(one, scored=number % 4 == 0, found=number % 4 > 0 and one.label != "text")
            for number, one in enumerate(bank.lessons)
        )
        bank = replace(bank, lessons=boxes)
        known = Known.of(bank, CLASSES)
        _, apart = cross_validated(bank, known, Learning(components=60), 0)
        found = told_apart(known, [apart], {"engraving": "engraving", "map": "map"})
        assert found is not None and found.classes == ("engraving", "map", "other") and found.documents == 40
        assert low <= found.all["accuracy"].value <= high and found.pictures == np.sum(found.mistaken) == 120


def test_weights_say_the_same_after_they_were_written(tmp_path: Path) -> None:
    bank = bank_of(signal=3)
    known = Known.of(bank, CLASSES)
    training = read_training(
        written(tmp_path, 'name = "own"\n[[data]]\nfolders = "x"\n[facets]\nmap = { function = "map" }\n')
    )
    one = fitted(bank, known, np.arange(len(bank.lessons)), Learning(components=60), 0)
    weights = weights_of(training, known, one)
    weights.save(tmp_path / "own.npz")
    again = Weights.load(tmp_path / "own.npz")
    assert np.allclose(again.probabilities(bank.features), weights.probabilities(bank.features), atol=0.02)
    assert again.facets == {
        "engraving": {"subject": "engraving"},
        "map": {"function": "map"},
        "text": {"subject": "text"},
    }
    assert len(again.head.kernels) == 1
    (tmp_path / "cut.npz").write_bytes((tmp_path / "own.npz").read_bytes()[:200])
    for bad in ("cut.npz", "absent.npz"):
        with pytest.raises(ModelError):
            Weights.load(tmp_path / bad)


def written(folder: Path, text: str) -> Path:
    (folder / "training.toml").write_text(text)
    return folder / "training.toml"


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("name = ", "no TOML"),
        ('name = "x"', r"lacks 'name', or '\[\[data\]\]'"),
        ('name = "x"\ncolour = 1\n[[data]]\nfolders = "x"', "'colour' means nothing"),
        ('name = "x"\n[[data]]\nfolder = "x"', r"data\[0\] has 'folder'"),
        ('name = "x"\n[[data]]\nfolders = "x"\n[learning]\nseeds = 3', r"learning\.seeds"),
        ('name = "x"\n[[data]]\nfolders = "x"\n[learning]\nlooks = [1.0]', r"'learning\.looks' must have 4"),
        ('name = "x"\n[[data]]\nfolders = "x"\n[found]\nmap = 3', "'found' must say in one word"),
    ],
)
def test_a_wrong_configuration_is_told(tmp_path: Path, text: str, cause: str) -> None:
    with pytest.raises(SettingsError, match=cause):
        read_training(written(tmp_path, text))


def test_lessons_of_a_folder_a_class_and_what_is_made_of_them(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    for name in ("photograph", "print"):
        (tmp_path / "set" / name).mkdir(parents=True)
        for number in range(3):
            picture = Image.fromarray(np.uint8(draw.integers(0, 256, (90, 120, 3))))
            picture.save(tmp_path / "set" / name / f"{name}{number}.png")
    text = (
        'name = "own"\n[[data]]\nfolders = "set"\n[learning]\nvaried = 1\n'
        '[made]\n"mounted photograph" = 2\nwash = 2\ngouache = 1\n"tinted print" = 1\ncover = 1\nplan = 1\n'
        "faded = 1\nfaint = 1\n"
    )
    found = lessons(read_training(written(tmp_path, text)), tmp_path, 5)
    kinds = ["mounted photograph"] * 2 + ["wash"] * 2 + ["gouache", "tinted print", "cover", "plan", "faded", "faint"]
    assert [one.made for one in found] == [""] * 6 + ["varied"] * 6 + kinds
    assert all(one.groups for one in found if one.made != "plan") and not found[-3].groups
    assert [one.label for one in found[-2:]] == ["photograph", "drawing"]
    assert [one.scored for one in found] == [True] * 6 + [False] * 16
    for one in found:
        assert one.picture().mode == "RGB" and max(one.picture().size) <= 512
        assert one.picture().tobytes() == one.picture().tobytes()
    with pytest.raises(UsageError, match="'made' has 'fresco'"):
        lessons(read_training(written(tmp_path, text + "fresco = 1\n")), tmp_path, 5)
    with pytest.raises(EstampeError, match="no such folder"):
        lessons(read_training(written(tmp_path, text.replace('"set"', '"sett"'))), tmp_path, 5)
