"""A sample of what ``make robustness`` does with every real file."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def robustness(data: Path, *arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "tests.robustness", str(data), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    return done.returncode, done.stdout


@pytest.mark.real_data
def test_a_sample_of_all_files_is_read_or_refused_clearly(data: Path) -> None:
    status, said = robustness(data, "--every", "40")
    assert status == 0, said
    assert "broken: 0\n" in said
    files = re.search(r"files: (\d+)", said)
    assert files and int(files[1]) > 40
    for kind in ("JSON: ReadManifest", "ALTO and METS: read", "ALTO and METS: refused", "pictures: read"):
        assert f"{kind}: " in said


def test_what_is_broken_is_told(tmp_path: Path) -> None:
    (tmp_path / "alto").mkdir()
    (tmp_path / "alto" / "whole.jpg").write_bytes(b"\xff\xd8\xff\xe0 and no picture")
    (tmp_path / "alto" / "fine.xml").write_text("<alto><Layout><Page WIDTH='9' HEIGHT='9'/></Layout></alto>")
    status, said = robustness(tmp_path)
    assert status == 1
    assert re.search(r"^BROKEN .*whole\.jpg: .*the whole picture is refused", said, re.MULTILINE)
    assert robustness(tmp_path / "alto")[0] == 1, "no file at all is no success"
