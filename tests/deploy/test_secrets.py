"""Every setting can be given as a file, so that no secret need stand in the environment."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from estampe.errors import SettingsError
from estampe.settings import Settings, is_set, variable_name


@pytest.mark.parametrize("setting", fields(Settings), ids=lambda setting: setting.name)
def test_every_setting_can_be_a_file(setting: object, tmp_path: Path) -> None:
    name, default = setting.name, setting.default  # type: ignore[attr-defined]
    if name == "base_url":
        text, value = "https://pictures.library.example", "https://pictures.library.example"
    else:
        text, value = ("1", True) if isinstance(default, bool) else ("7", type(default)("7"))
    file = tmp_path / "secret"
    file.write_text(f"{text}\n")
    environment = {f"{variable_name(name)}_FILE": str(file)}
    assert getattr(Settings.from_environment(environment), name) == value
    assert is_set(name, environment)


def test_one_end_of_line_is_no_part_of_a_secret_and_all_else_is(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    for written, read in ((b" a b \n", " a b "), (b"a\r\n", "a"), (b"a\n\n", "a\n"), (b"a", "a")):
        file.write_bytes(written)
        assert Settings.from_environment({"ESTAMPE_SECRET_KEY_FILE": str(file)}).secret_key == read


def test_given_twice_is_an_error_that_does_not_tell_the_secret(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("s3cret")
    with pytest.raises(SettingsError, match="ESTAMPE_SECRET_KEY and ESTAMPE_SECRET_KEY_FILE are both set") as error:
        Settings.from_environment({"ESTAMPE_SECRET_KEY": "0ther", "ESTAMPE_SECRET_KEY_FILE": str(file)})
    assert "s3cret" not in str(error.value) and "0ther" not in str(error.value)


@pytest.mark.parametrize(("content", "cause"), [(None, "No such file"), (b"\n", "empty"), (b"\xff\xfe", "UTF-8")])
def test_a_file_that_gives_nothing_is_named(content: bytes | None, cause: str, tmp_path: Path) -> None:
    file = tmp_path / "database_url"
    if content is not None:
        file.write_bytes(content)
    # An empty address would mean another catalogue, in the home folder.
    with pytest.raises(SettingsError, match=rf"ESTAMPE_DATABASE_URL_FILE is .*database_url.*{cause}"):
        Settings.from_environment({"ESTAMPE_DATABASE_URL_FILE": str(file)})
