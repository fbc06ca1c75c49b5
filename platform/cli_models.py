"""The commands about models: what there is, what they see on image files, how they are trained."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from .classify import Backbone, Describer
from .errors import FormatError, ModelError
from .housekeeping import stores
from .images import LOOK, WHOLE, Scan
from .net import open_door
from .pipeline import AGAIN, Again, Finder, Matching, Stopping, patch_of
from .progress import ProgressBar, counter
from .search import follow, open_index
from .segmentation import MODEL as DETECTOR
from .settings import Settings
from .weights import Models

_FILES = click.argument("images", nargs=-1, required=True, metavar="IMAGE...", type=click.Path(path_type=Path))
#: Images that are looked at at once.
_BATCH = 8


@click.command()
@click.option("--fetch", is_flag=True, help="Fetch what has an address and is not here yet.")
@click.pass_obj
def models(settings: Settings, fetch: bool) -> None:
    """Say which models there are, under which licence, and which are missing.

    Each file is read and compared with the hash that the list of models has for it. Exit status: 0 all are there; 1 one
    is missing or is not what the list says. What does not need it works all the same.
    """
    with closing(open_door(settings)) as door:
        known = Models.open(settings, door)
        if fetch:
            for entry in known.entries:
                if entry.url:
                    try:
                        known.file(entry.name)
                    except ModelError as error:
                        click.echo(str(error), err=True)
        presences = known.presences()
    width = max((len(each.entry.name) for each in presences), default=0)
    for each in presences:
        said = each.trouble and f"MISSING: {each.trouble}"
        click.echo(f"{each.entry.name:<{width}}  {said or f'{each.bytes / 1e6:.1f} MB'}")
        click.echo(f"{'':<{width}}  {each.entry.what}; version {each.entry.version}; {each.entry.licence}")
        click.echo(f"{'':<{width}}  {each.entry.place}")
    if any(each.trouble for each in presences):
        sys.exit(1)


@contextmanager
def _models(settings: Settings) -> Iterator[Models]:
    with closing(open_door(settings)) as door:
        yield Models.open(settings, door)


@click.command()
@_FILES
@click.option("--least", default=0.0, type=click.FloatRange(0, 1), help="Tell only what is at least as sure as that.")
@click.option("--decoration", is_flag=True, help="Tell ornaments, initials and stamps too.")
@click.option("--alone", is_flag=True, help="Ask the detector alone what kind each is: faster, and wrong more often.")
@click.pass_obj
def detect(settings: Settings, images: Sequence[Path], least: float, decoration: bool, alone: bool) -> None:
    """Print the pictures that the detector sees on each IMAGE, a scan of a page: one JSON object a line.

    image is the file, bbox is [x, y, width, height] in its pixels, category is photograph, drawing, plan or print, and
    picture where that is not sure; score is the share of such boxes that are right, 0 to 1. The surest come first. A
    file that says how its picture is turned is looked at, and its pixels are counted, as it is shown: upright.

    What kind each is, the classifier of genres says with the detector, and what else is on the pages of its document:
    files of one folder that follow each other, and whose names differ in the number at their end alone.
    """
    with _models(settings) as models:
        # In patches it looks at pages as large as they are, of which one is enough to be held.
        patched = patch_of(models, DETECTOR)
        finder, files = Finder(models, alone=alone), _Files(images, WHOLE, 1) if patched else _Files(images)
        for trouble in finder.troubles.values():
            click.echo(str(trouble), err=True)
        pages = (page for some in files for page in finder(some))
        for path, size, found in finder.named(pages):
            for one in found:
                if one.confidence >= least and (one.is_picture or decoration or not finder.seeks_pictures):
                    x1, y1, x2, y2 = one.box
                    box = [x1 * size.w, y1 * size.h, (x2 - x1) * size.w, (y2 - y1) * size.h]
                    _print(
                        image=str(path),
                        bbox=[round(side, 1) for side in box],
                        category=one.kind,
                        # Thousands of boxes stand in one order by it.
                        score=round(one.confidence, 6),
                    )
    if finder.troubles or finder.failed or files.refused:
        sys.exit(1)


@click.command()
@_FILES
@click.pass_obj
def describe(settings: Settings, images: Sequence[Path]) -> None:
    """Print what the models say of each IMAGE, one picture a file: one JSON object a line.

    labels are facet, concept and confidence, 0 to 1, the surest first. Of the kinds of pictures (photograph, print,
    drawing, plan, poster, ornament, initial, text) all are told, however unlikely; of what else there is, what is seen.
    """
    with _models(settings) as models:
        describer, failed = Describer(models, without=("likeness", "words", "copies")), False
        files = _Files(images, 1024)
        for trouble in describer.troubles.values():
            click.echo(str(trouble), err=True)
        for some in files:
            said = describer([scan.picture for _, scan in some])
            for (path, _), one in zip(some, said, strict=True):
                for cause in one.failed.values():
                    click.echo(f"{path}: a model failed: {cause}", err=True)
                failed |= bool(one.failed)
                chances = {(label.facet, label.concept, label.run): label for label in [*one.labels, *one.chances]}
                labels = sorted(chances.values(), key=lambda label: -label.confidence)
                _print(
                    image=str(path),
                    labels=[
                        {"facet": label.facet, "concept": label.concept, "confidence": round(label.confidence, 4)}
                        for label in labels
                    ],
                )
        if describer.troubles or failed or files.refused:
            sys.exit(1)


@click.command()
@click.argument("documents", nargs=-1, metavar="[DOCUMENT]...")
@click.option("--again", "part", required=True, type=click.Choice(AGAIN), help="Which look of the models to ask.")
@click.option(
    "--offline", is_flag=True, help="Ask nothing of the network: look at files, and at what was fetched before."
)
@click.option("--quiet", is_flag=True, help="No progress bar.")
@click.pass_obj
def classify(settings: Settings, documents: tuple[str, ...], part: str, offline: bool, quiet: bool) -> None:
    """Have one model look again at the pictures of each DOCUMENT, or of all that are catalogued.

    What it said before is kept with its run, and no longer shown; what other models and people said is not touched.
    """
    settings = replace(settings, offline=settings.offline or offline)
    with stores(settings) as catalogue, closing(open_door(settings)) as door:
        with ProgressBar(sys.stderr, quiet=quiet) as bar:
            asked = Again(catalogue, door, settings, part, bar).ask(documents)
        with open_index(settings, catalogue) as index:
            follow(catalogue, index)
            if part == "copies":
                Matching(catalogue, index, door, Stopping()).run()
                follow(catalogue, index)
    click.echo(f"{asked} pictures were looked at")


class _Files:
    """Image files, opened so many at once as are looked at together; what is no image is told, and stops no other.

    Args:
        images: the files.
        longest: the longest side that is needed, in pixels.
        at_once: how many are opened at once.

    Attributes:
        refused: how many could not be opened so far.

    """

    def __init__(self, images: Sequence[Path], longest: int = LOOK, at_once: int = _BATCH) -> None:
        self._images, self._longest, self._at_once = images, longest, at_once
        self.refused = 0

    def __iter__(self) -> Iterator[list[tuple[Path, Scan]]]:
        opened: list[tuple[Path, Scan]] = []
        for path in self._images:
            try:
                opened.append((path, Scan.open(path, self._longest)))
            except FormatError as error:
                self.refused += 1
                click.echo(f"refused: {error}", err=True)
            if len(opened) == self._at_once:
                yield opened
                opened = []
        if opened:
            yield opened


def _print(**told: Any) -> None:
    click.echo(json.dumps(told, ensure_ascii=False))


@click.group()
def train() -> None:
    """Train a model on pages or pictures of one's own, or ours anew."""


@click.group()
def evaluate() -> None:
    """Measure what a training gives on documents that it did not learn from."""


_CONFIG = click.option(
    "--config", "configuration", required=True, type=click.Path(dir_okay=False, path_type=Path), help="A TOML file."
)
_DATA = click.option(
    "--data",
    "folder",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder that the configuration's paths count from.",
)
_KEPT = click.option(
    "--keep",
    "kept",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file that what networks saw is kept in: a training that was cut off goes on from there.",
)
_TO = click.option(
    "--to", "target", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where the weights go."
)


@train.command("detector")
@_CONFIG
@_DATA
@_TO
@_KEPT
@click.option(
    "--measure/--no-measure", default=True, help="Measure by cross-validation first; it takes folds times as long."
)
@click.pass_obj
def train_detector(
    settings: Settings, configuration: Path, folder: Path, target: Path, kept: Path | None, measure: bool
) -> None:
    """Train a detector; the model card is written beside its weights."""
    from .segmentation.training.running import train

    with _models(settings) as models, _steps() as (began, told):
        report = train(configuration, folder, models, target, measure=measure, kept=kept, began=began, told=told)
    _say_detector(report)


@evaluate.command("detector")
@_CONFIG
@_DATA
@_KEPT
@click.option("--without", default="", help="Sources, by commas, that are left out of the training and measured on.")
@click.option(
    "--failures",
    "sheet",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file (.png, .jpg; .svg for frames alone) for a sheet of the pages on which something is wrong.",
)
@click.pass_obj
def evaluate_detector(
    settings: Settings, configuration: Path, folder: Path, kept: Path | None, without: str, sheet: Path | None
) -> None:
    """Measure a detector's training by cross-validation, or on sources that are left out."""
    from .segmentation.training.running import evaluate

    with _models(settings) as models, _steps() as (began, told):
        report = evaluate(
            configuration, folder, models, began=began, told=told, kept=kept, without=without, sheet=sheet
        )
    _say_detector(report)


@train.command("genre")
@_CONFIG
@_DATA
@_TO
@_KEPT
@click.pass_obj
def train_genre(settings: Settings, configuration: Path, folder: Path, target: Path, kept: Path | None) -> None:
    """Train a classifier of pictures, measuring it first; the model card is written beside its weights."""
    from .classify.training.running import train

    with _models(settings) as models, counter(sys.stderr, "pictures") as bar:
        train(configuration, folder, Backbone(models), target, kept=kept, told=bar)
    click.echo(target.with_suffix(".md").read_text("utf-8"))


@evaluate.command("genre")
@_CONFIG
@_DATA
@_KEPT
@click.pass_obj
def evaluate_genre(settings: Settings, configuration: Path, folder: Path, kept: Path | None) -> None:
    """Measure a classifier's training by cross-validation."""
    from .classify.training.running import evaluate

    with _models(settings) as models, counter(sys.stderr, "pictures") as bar:
        report = evaluate(configuration, folder, Backbone(models), kept=kept, told=bar)
    found = {f"found {name}": value for name, value in report.found.all.items()} if report.found else {}
    for name, value in {**report.all, **found}.items():
        click.echo(f"{name + ':':<28} {value.value:.3f} ({value.low:.3f}–{value.high:.3f})")


@contextmanager
def _steps() -> Iterator[tuple[Any, Any]]:
    """Show how trainings go on, one after the other."""
    with counter(sys.stderr, "steps") as bar:
        begun = [0, 0]

        def began(number: int, count: int) -> None:
            begun[:] = number - 1, count

        def told(step: int, steps: int, loss: float) -> None:
            del loss
            bar(begun[0] * steps + step, begun[1] * steps)

        yield began, told


def _say_detector(report: Any) -> None:
    from .segmentation.training.reporting import COLUMNS

    if report is None:
        return
    rows = [COLUMNS, *report.lines]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    click.echo(f"threshold: {report.threshold:.2f}; calibration error: {report.error:.3f}")
