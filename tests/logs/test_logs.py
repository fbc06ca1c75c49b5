"""What is logged says what it is about, in lines for people and for programs, and tells no secrets."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from estampe.errors import SettingsError
from estampe.logs import _OTHERS, _OURS, FORMATS, configure, logged

_LOG = logging.getLogger("estampe.tests")


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], list[str]]]:
    """What has come out on standard error."""
    names = [*_OURS, *_OTHERS]
    before = {name: logging.getLogger(name).level for name in names}
    yield lambda: capsys.readouterr().err.splitlines()
    logging.captureWarnings(False)
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if type(handler).__module__ == "estampe.logs"]:
        root.removeHandler(handler)
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def objects(lines: list[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines]


def test_an_object_says_when_who_what_and_what_it_was_about(said: Callable[[], list[str]]) -> None:
    configure("json", "info")
    with logged(document="d1", job=3):
        with logged(task=17, host="iiif.example.org"):
            _LOG.info("page %d", 4, extra={"fields": {"status": 200}})
        _LOG.warning("done")
    _LOG.error("after")
    first, second, third = objects(said())
    assert first["time"].endswith("Z") and first["level"] == "info" and first["logger"] == "estampe.tests"
    assert first["message"] == "page 4" and first["status"] == 200
    assert (first["document"], first["job"], first["task"], first["host"]) == ("d1", 3, 17, "iiif.example.org")
    assert second["document"] == "d1" and "task" not in second
    assert "document" not in third and "job" not in third


def test_an_exception_is_a_field_and_the_object_one_line(said: Callable[[], list[str]]) -> None:
    configure("json", "info")
    try:
        raise ValueError("two\nlines")
    except ValueError:
        _LOG.exception("it failed")
    (one,) = objects(said())
    assert one["message"] == "it failed" and "ValueError: two\nlines" in one["exception"]


def test_a_line_for_people_says_what_it_was_about_and_cannot_be_forged(said: Callable[[], list[str]]) -> None:
    configure("text", "info")
    with logged(document="d1", job=3):
        _LOG.warning("title: %s", "Vogue\n2026-01-01T00:00:00Z ERROR forged \x1b[31m")
    (line,) = said()
    assert " WARNING estampe.tests: title: Vogue" in line and line.endswith("[document=d1 job=3]")
    assert "\x1b" not in line


@pytest.mark.parametrize("form", FORMATS)
def test_passwords_are_not_told(form: str, said: Callable[[], list[str]]) -> None:
    configure(form, "info")
    try:
        raise OSError("cannot reach redis://:s3cret@broker:6379/0")
    except OSError:
        _LOG.exception("postgresql+psycopg://estampe:s3cret@db/estampe", extra={"fields": {"at": "http://u:s3cret@h/"}})
    lines = said()
    assert "s3cret" not in "\n".join(lines) and "broker:6379" in "\n".join(lines)


def test_the_level_is_that_of_estampe_and_others_are_heard_from_a_warning_on(said: Callable[[], list[str]]) -> None:
    configure("text", "info")
    logging.getLogger("urllib3").info("chatter")
    _LOG.debug("detail")
    _LOG.info("news")
    configure("text", "error")
    _LOG.warning("hushed")
    assert [line.split(": ")[-1] for line in said()] == ["news"]


@pytest.mark.parametrize(("form", "level"), [("xml", "info"), ("json", "loud")])
def test_what_cannot_be_set_is_named(form: str, level: str) -> None:
    with pytest.raises(SettingsError, match="ESTAMPE_LOG_"):
        configure(form, level)
