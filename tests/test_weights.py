"""A name leads to a verified file; what is wrong is told, and nothing unverified is handed out."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner

from estampe.cli import main
from estampe.errors import ModelError, SettingsError, UnavailableError
from estampe.settings import Settings
from estampe.weights import OURS, Models, digest, read_list

ROOT = Path(__file__).resolve().parents[1]
BODY = b"weights"
HASH = hashlib.sha256(BODY).hexdigest()
HEAD = 'what = "w"\nversion = "1"\nlicence = "MIT"\n'
Listing = Callable[[str], Path]


@pytest.fixture
def listing(tmp_path: Path) -> Listing:
    def write(body: str) -> Path:
        path = tmp_path / "models.toml"
        path.write_text(body, "utf-8")
        return path

    return write


@dataclass
class Answer:
    path: Path


@dataclass
class Address:
    """Stands where the door does: gives a file for any address, and counts how often it is asked."""

    body: Path
    asked: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)

    def get(self, address: str, *, limit: int) -> Answer:
        self.asked.append(address)
        if not self.body.exists():
            raise UnavailableError(address, "nobody answers")
        return Answer(self.body)

    def forget(self, address: str) -> None:
        self.forgotten.append(address)


def models(path: Path, fetcher: Address | None = None) -> Models:
    return Models(read_list(path), path.parent / "kept", fetcher)


def test_every_model_of_ours_is_hashed_and_licensed() -> None:
    for entry in read_list(OURS).values():
        assert entry.sha256 and entry.licence, entry.name
        if entry.path:
            assert Path(entry.path).exists(), entry.name
            assert (ROOT / "models" / f"{entry.name}.md").is_file(), f"models/{entry.name}.md is the model's card"


def test_a_path_counts_from_the_list_and_is_verified(listing: Listing, tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(BODY)
    known = models(listing(f'[a]\n{HEAD}path = "a.bin"\nsha256 = "{HASH}"\n[a.config]\nside = 8\n'))
    assert known.file("a").read_bytes() == BODY
    assert known.entry("a").config["side"] == 8
    (tmp_path / "a.bin").write_bytes(b"others!")
    with pytest.raises(ModelError, match="SHA-256"):
        known.file("a")


def test_a_folder_is_verified_whole(listing: Listing, tmp_path: Path) -> None:
    (tmp_path / "saved" / "variables").mkdir(parents=True)
    (tmp_path / "saved" / "variables" / "index").write_bytes(BODY)
    known = models(listing(f'[a]\n{HEAD}path = "saved"\nsha256 = "{digest(tmp_path / "saved")}"\n'))
    assert known.file("a") == tmp_path / "saved"
    (tmp_path / "saved" / "more").write_bytes(b"")
    with pytest.raises(ModelError, match="SHA-256"):
        known.file("a")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Install a package that must never be imported."""
    site = tmp_path / "site"
    (site / "weights_of_others").mkdir(parents=True)
    (site / "weights_of_others" / "__init__.py").write_text("raise RuntimeError('imported')")
    (site / "weights_of_others" / "a.bin").write_bytes(BODY)
    (site / "weights_of_others-1.dist-info").mkdir()
    (site / "weights_of_others-1.dist-info" / "METADATA").write_text("Name: weights-of-others\nVersion: 1\n")
    monkeypatch.syspath_prepend(str(site))
    yield site
    assert "weights_of_others" not in sys.modules


def test_a_package_s_file_is_found_without_importing_it(listing: Listing, installed: Path) -> None:
    known = models(
        listing(f'[a]\n{HEAD}package = "weights-of-others"\nresource = "weights_of_others/a.bin"\nsha256 = "{HASH}"\n')
    )
    assert known.file("a").read_bytes() == BODY


def test_what_is_missing_says_what_to_do(listing: Listing, tmp_path: Path) -> None:
    known = models(
        listing(
            f'[a]\n{HEAD}package = "no-such-package"\nresource = "a"\nsha256 = "{HASH}"\n'
            f'[b]\n{HEAD}path = "nowhere.bin"\n'
        )
    )
    with pytest.raises(ModelError, match=r"no-such-package is not installed.*make install"):
        known.file("a")
    with pytest.raises(ModelError, match=r"nowhere\.bin.*ESTAMPE_MODELS"):
        known.file("b")
    with pytest.raises(ModelError, match="they name a, b"):
        known.file("c")


def test_an_address_is_asked_once(listing: Listing, tmp_path: Path) -> None:
    body = tmp_path / "body"
    body.write_bytes(BODY)
    path = listing(f'[a]\n{HEAD}url = "https://user:secret@models.example/a.onnx?token=secret"\nsha256 = "{HASH}"\n')
    door = Address(body)
    with pytest.raises(ModelError, match="--fetch"):
        models(path).file("a")
    kept = models(path, door).file("a")
    assert kept.read_bytes() == BODY and kept.suffix == ".onnx"
    # Later processes, offline too, take what is kept.
    body.unlink()
    assert models(path, door).file("a") == models(path).file("a") == kept
    assert len(door.asked) == 1
    assert "secret" not in models(path).entry("a").place


def test_what_an_address_gives_is_not_kept_unless_it_is_right(listing: Listing, tmp_path: Path) -> None:
    body = tmp_path / "body"
    body.write_bytes(b"<html>")
    path = listing(f'[a]\n{HEAD}url = "https://models.example/a.onnx"\nsha256 = "{HASH}"\n')
    door = Address(body)
    with pytest.raises(ModelError, match="SHA-256"):
        models(path, door).file("a")
    assert door.forgotten and not (tmp_path / "kept").exists()
    body.unlink()
    with pytest.raises(ModelError, match="nobody answers"):
        models(path, door).file("a")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("[a", "is no TOML"),
        ("a = 1", "must be a table"),
        (f'["A/../b"]\n{HEAD}path = "a"', "no name of a model"),
        ('[a]\npath = "a"', "lacks 'what'"),
        (f'[a]\n{HEAD}path = "a"\nshe256 = ""', "'she256', which means nothing"),
        (f"[a]\n{HEAD}path = 3", "must be text"),
        (f'[a]\n{HEAD}path = "a\\u0000"', "must be text"),
        (f'[a]\n{HEAD}path = "a"\nconfig = 1', "must be a table"),
        (f"[a]\n{HEAD}", "must have one of"),
        (f'[a]\n{HEAD}path = "a"\nurl = "https://b.example/"', "must have one of"),
        (f'[a]\n{HEAD}package = "a"\nsha256 = "{HASH}"', "together"),
        (f'[a]\n{HEAD}package = "a"\nresource = "b/../../c"\nsha256 = "{HASH}"', "out of its package"),
        (f'[a]\n{HEAD}package = "a"\nresource = "/etc/passwd"\nsha256 = "{HASH}"', "out of its package"),
        (f'[a]\n{HEAD}path = "a"\nsha256 = "abc"', "is none"),
        (f'[a]\n{HEAD}url = "https://b.example/"', "lacks 'sha256'"),
        (f'[a]\n{HEAD}url = "file:///etc/passwd"\nsha256 = "{HASH}"', "http or https"),
        ("\xff", "is no TOML"),
        ("a = " + "[" * 5000, "is no TOML"),
    ],
)
def test_a_wrong_list_is_told(tmp_path: Path, body: str, message: str) -> None:
    path = tmp_path / "models.toml"
    path.write_bytes(body.encode("latin-1"))
    with pytest.raises(SettingsError, match=message) as caught:
        read_list(path)
    assert str(path) in str(caught.value)


def test_the_operator_s_list_adds_and_replaces(listing: Listing, tmp_path: Path) -> None:
    (tmp_path / "mine.bin").write_bytes(BODY)
    ours = next(iter(read_list(OURS)))
    path = listing(f'[{ours}]\n{HEAD}path = "mine.bin"\n[clip-image]\n{HEAD}path = "mine.bin"\n')
    known = Models.open(Settings(home=tmp_path, models=str(path)))
    assert known.file(ours) == known.file("clip-image") == tmp_path / "mine.bin"
    with pytest.raises(SettingsError, match=r"nowhere\.toml cannot be read"):
        Models.open(Settings(home=tmp_path, models=str(tmp_path / "nowhere.toml")))


def test_the_command_lists_licences_and_what_is_missing(listing: Listing, tmp_path: Path) -> None:
    path = listing(f'[gone]\n{HEAD}path = "gone.bin"\n')
    result = CliRunner().invoke(
        main, ["--home", str(tmp_path / "home"), "models"], env={"ESTAMPE_MODELS": str(path), "ESTAMPE_OFFLINE": "1"}
    )
    assert result.exit_code == 1
    assert "LGPL-LR" in result.output and "MISSING: there is no" in result.output


def test_an_installed_estampe_finds_its_models(tmp_path: Path) -> None:
    """What `pip wheel` makes holds the list and the models, not links to them."""
    subprocess.run(
        [sys.executable, "-c", _BUILD, str(tmp_path)],
        cwd=_copy_of_the_sources(tmp_path / "sources"),
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    found = subprocess.run(
        # Without this environment's own packages, among which Estampe is a link to the checkout.
        [
            sys.executable,
            "-S",
            "-c",
            "from estampe.weights import OURS, read_list; print(*read_list(OURS)); print(OURS)",
        ],
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    assert found[0].split() == list(read_list(OURS))
    assert Path(found[1]).is_relative_to(tmp_path / "site") and not Path(found[1]).is_symlink()
    for entry in read_list(OURS).values():
        if entry.path:
            inside = Path(entry.path).relative_to(OURS.parent)
            assert digest(tmp_path / "site" / "estampe" / inside) == entry.sha256


_BUILD = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"


def _copy_of_the_sources(target: Path) -> Path:
    """Lay out what git tracks, with its links, so that nothing is built in the checkout."""
    listed = subprocess.run(
        ["git", "ls-files", "-coz", "--exclude-standard"], cwd=ROOT, capture_output=True, check=False, text=True
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    for name in listed.stdout.split("\0"):
        wanted = name.split("/")[0] in {"platform", "models", "src"} or "/" not in name
        if not name or not wanted or not (ROOT / name).exists():
            continue
        copy = target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_symlink():
            copy.symlink_to((ROOT / name).readlink())
        else:
            copy.hardlink_to(ROOT / name)
    return target
