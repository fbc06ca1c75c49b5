"""A whole training: measured by cross-validation, then learnt from everything, with a model card."""

from __future__ import annotations

import time
from pathlib import Path

import keras

from ...errors import UsageError
from ...weights import Models
from .configuration import read_training
from .crossing import Began, trials, tried
from .data import read_data
from .exporting import export
from .failures import SHEETS, failure_sheet, failures
from .learning import Told, learnt
from .reporting import Report, card, report


def evaluate(
    configuration: Path,
    folder: Path,
    models: Models,
    *,
    began: Began,
    told: Told,
    kept: Path | None = None,
    without: str = "",
    sheet: Path | None = None,
) -> Report:
    """Measure what a configuration gives: by cross-validation over documents, or on sources that are left out.

    Args:
        configuration: a TOML file (see `configuration`).
        folder: what its paths count from.
        models: where the network to begin from is.
        began: hears of each training that begins.
        told: hears how it goes on.
        kept: a file that keeps what was seen, so that what was cut off goes on where it was.
        without: names of sources, with commas, that are not learnt from but measured on.
        sheet: an image file for the pages on which something is wrong.

    Raises:
        SettingsError, FormatError, UsageError, ModelError.

    """
    if sheet and sheet.suffix.lower() not in SHEETS:
        # Said before hours of training, and not after.
        raise UsageError(f"{sheet}: a sheet of failures is one of {', '.join(SHEETS)}")
    training = read_training(configuration)
    data = read_data(training, folder)
    some = trials(training, data, without)
    found = tried(training, data, models, some, kept, began=began, told=told)
    measured = report(training, found)
    if sheet:
        wrong = failures(next(iter(found.values())), measured.threshold)
        failure_sheet(sorted(wrong, key=lambda one: one.seen.page.path), measured.threshold, sheet)
    return measured


def train(
    configuration: Path,
    folder: Path,
    models: Models,
    target: Path,
    *,
    measure: bool,
    began: Began,
    told: Told,
    kept: Path | None = None,
) -> Report | None:
    """Measure, if wanted, then learn from everything; write the network, and beside it its card and form in LiteRT."""
    training = read_training(configuration)
    data = read_data(training, folder)
    found = None
    if measure:
        some = trials(training, data)
        found = report(training, tried(training, data, models, some, kept, began=began, told=told))
    began(1, 1)
    started = time.monotonic()
    base = keras.saving.load_model(models.file(training.base), compile=False)
    network = learnt(base, data, training.shares, training.learning, training.measuring.seeds[0], told)
    target.parent.mkdir(parents=True, exist_ok=True)
    network.save(target)
    if keras.backend.backend() == "tensorflow":
        export(network, target.with_suffix(".tflite"))
    target.with_suffix(".md").write_text(card(training, data, found, time.monotonic() - started), "utf-8")
    return found
