"""The command line with what people really type."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from PIL import Image

from estampe.press import Order, print_corpus
from tests.pipeline.command import Estampe


@pytest.fixture
def album(tmp_path: Path) -> Path:
    print_corpus(tmp_path / "corpus", [Order("album", "album", "fr", 1)])
    return tmp_path / "corpus" / "documents" / "album"


def test_a_forgotten_document_comes_back_when_it_is_asked_to(estampe: Estampe, album: Path) -> None:
    estampe("run", "--offline", album)
    before = estampe.export()
    estampe("forget", before[0]["document"])
    assert "--revive" in estampe("run", "--offline", album, status=1).errors
    assert estampe.export() == []
    estampe("run", "--offline", "--revive", album)
    assert estampe.export() == before


def test_a_scan_of_one_pixel_is_a_scan(estampe: Estampe, album: Path) -> None:
    Image.new("L", (1, 1), 200).save(album / "images" / "0001.jpg")
    assert "page-failed" not in estampe("run", "--offline", album).errors


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
