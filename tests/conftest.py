"""What all tests share: the real pages, where they are, and a home of one's own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# Machines differ: no test is timed.
settings.register_profile("estampe", deadline=None)
settings.load_profile("estampe")

pytest_plugins = ["tests.browser", "tests.services"]
_ROOT = Path(__file__).resolve().parent.parent


#: What takes minutes is begun first, so that nobody waits for it at the end.
_LONG = ("storm", "elasticsearch-nodes")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        group = item.get_closest_marker("xdist_group")
        return _LONG.index(group.args[0]) if group and group.args[0] in _LONG else len(_LONG)

    items.sort(key=place)


@pytest.fixture(scope="session")
def data() -> Path:
    """The real pages beside the checkout (see CONTRIBUTING.md); skips where they are absent."""
    folder = Path(os.environ.get("ESTAMPE_TEST_DATA", _ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the real pages are not at {folder}; set ESTAMPE_TEST_DATA to their folder")
    return folder
