"""What all tests share: the real pages, where they are, and a home of one's own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# Machines differ: no test is timed.
settings.register_profile("estampe", deadline=None)
settings.load_profile("estampe")
# Several processes share the cores: threads of libraries that count would wait for each other, and take their time.
for _name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
    os.environ.setdefault(_name, "1")
# Models take seconds to be read; tests of what they say ask for them.
os.environ.setdefault("ESTAMPE_WITHOUT", "all")

pytest_plugins = ["tests.browser", "tests.services"]
_ROOT = Path(__file__).resolve().parent.parent


#: What takes minutes is begun first, so that nobody waits for it at the end.
_LONG = (
    "tests/worker/test_storm.py",
    "tests/web/test_browser.py",
    "tests/search/test_outage.py",
    "tests/viewer/",
    "tests/worker/",
    "tests/pipeline/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: next((n for n, name in enumerate(_LONG) if item.nodeid.startswith(name)), len(_LONG)))


@pytest.fixture(scope="session")
def data() -> Path:
    """The real pages beside the checkout (see CONTRIBUTING.md); skips where they are absent."""
    folder = Path(os.environ.get("ESTAMPE_TEST_DATA", _ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the real pages are not at {folder}; set ESTAMPE_TEST_DATA to their folder")
    return folder
