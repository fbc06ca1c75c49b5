"""The command line with what people really type."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from PIL import Image

from estampe.press import Order, print_corpus
from tests.pipeline.command import Estampe
from tests.pipeline.conftest import Inside, exported


@pytest.fixture
def album(tmp_path: Path) -> Path:
    print_corpus(tmp_path / "corpus", [Order("album", "album", "fr", 1)])
    return tmp_path / "corpus" / "documents" / "album"


def test_a_forgotten_document_comes_back_when_it_is_asked_to(inside: Inside, album: Path) -> None:
    inside("run", "--offline", album)
    before = exported(inside)
    inside("forget", before[0]["document"])
    assert "--revive" in inside("run", "--offline", album, status=1).errors
    assert exported(inside) == []
    inside("run", "--offline", "--revive", album)
    assert exported(inside) == before


def test_a_scan_of_one_pixel_is_a_scan(inside: Inside, album: Path) -> None:
    Image.new("L", (1, 1), 200).save(album / "images" / "0001.jpg")
    assert "page-failed" not in inside("run", "--offline", album).errors


@pytest.mark.parametrize(
    ("arguments", "variables", "status", "said"),
    [
        (["run", ""], {}, 2, "SOURCE is empty"),
        (["status"], {"ESTAMPE_BASE_URL": "foo"}, 2, "ESTAMPE_BASE_URL"),
        (["status"], {"ESTAMPE_HOME": __file__}, 2, "ESTAMPE_HOME"),
        (["serve", "--host", "nonsense.invalid"], {}, 2, "nonsense.invalid"),
    ],
)
def test_wrong_use_is_one_clear_line(
    tmp_path: Path, arguments: list[str], variables: dict[str, str], status: int, said: str
) -> None:
    ran = Estampe(tmp_path / "home", variables)(*arguments, status=status)
    assert said in ran.errors
    assert "Traceback" not in ran.errors


def test_a_port_in_use_is_told(estampe: Estampe) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = estampe("serve", "--port", str(port), status=2)
    assert str(port) in ran.errors
    assert "Traceback" not in ran.errors
