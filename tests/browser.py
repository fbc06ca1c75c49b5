"""What the tests in a browser share: Chromium, pages that fail on any error, servers, screenshots, axe.

Fixtures, for any test module:

* ``page``: a Playwright page, 1440 × 900, English, light, no motion. The test fails if the page logs an error, throws,
  or asks for an address outside this machine.
* ``open_page(**options)``: more such pages, with the options of Playwright's ``Browser.new_context``:
  ``open_page(locale="fr-FR", viewport={"width": 360, "height": 780}, color_scheme="dark", java_script_enabled=False)``.
* ``allowed_errors``: a list; append a piece of text, and an error that holds it is no failure (a picture missing on
  purpose: ``allowed_errors.append("404")``).
* ``serve(app)``: runs a WSGI application on a port of its own until the test ends; returns ``http://127.0.0.1:PORT``.
* ``front_end``: the folder that npm built (``platform/web/static/build``); skips where nothing was built.

Functions: ``serious(page)`` gives what axe finds serious or critical, as lines of text, so
``assert serious(page) == []``; ``shoot(page, name)`` saves ``test-results/NAME.png`` and returns it as a Pillow image.

Tests that use these fixtures get the marker ``browser``. Chromium is ``$ESTAMPE_TEST_CHROMIUM`` or the first
``chromium`` on the path; where there is none they are skipped.
"""

from __future__ import annotations

import io
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

ROOT = Path(__file__).resolve().parent.parent
_ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]
_CONTEXT: dict[str, Any] = {
    "viewport": {"width": 1440, "height": 900},
    "locale": "en-GB",
    "timezone_id": "Europe/Paris",
    "color_scheme": "light",
    "reduced_motion": "reduce",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


def executable() -> str | None:
    """Return where Chromium is, None where there is none."""
    return os.environ.get("ESTAMPE_TEST_CHROMIUM") or shutil.which("chromium")


def launch(playwright: Playwright) -> Browser:
    """Start Chromium so that it asks nothing of the world outside."""
    return playwright.chromium.launch(executable_path=executable(), args=_ARGUMENTS)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the session; its pages share nothing, each has a context of its own."""
    if not executable():
        pytest.skip("there is no chromium; install it, or name it in ESTAMPE_TEST_CHROMIUM")
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def allowed_errors() -> list[str]:
    """Pieces of the error messages that this test expects."""
    return []


@pytest.fixture
def open_page(
    browser: Browser, allowed_errors: list[str], serve: Callable[[Any], str]
) -> Iterator[Callable[..., Page]]:
    """Open pages; whatever error they meet fails the test at its end. Servers outlive them."""
    errors: list[str] = []
    contexts = []

    def logged(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(f"{message.text} ({message.location.get('url', '')})")

    def open_(**options: Any) -> Page:
        context = browser.new_context(**(_CONTEXT | options))
        contexts.append(context)
        context.set_default_timeout(20_000)
        context.on("console", logged)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        return context.new_page()

    yield open_
    for context in contexts:
        context.close()
    unexpected = [error for error in errors if not any(text in error for text in allowed_errors)]
    assert unexpected == []


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A page as most people see it."""
    return open_page()


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  # werkzeug calls it so
        """Say nothing of requests; what goes wrong is seen in the page."""


def _closing(app: Any) -> Any:
    """Close each answer even where the browser went before its end; werkzeug's server then leaves its file open."""

    def read(parts: Any) -> Iterator[bytes]:
        try:
            yield from parts
        finally:
            if hasattr(parts, "close"):
                parts.close()

    return lambda environ, start: read(app(environ, start))


@pytest.fixture
def serve() -> Iterator[Callable[[Any], str]]:
    """Run WSGI applications on ports of their own."""
    servers = []

    def start(app: Any) -> str:
        server = make_server("127.0.0.1", 0, _closing(app), threaded=True, request_handler=_Quiet)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def front_end() -> Path:
    """The folder that npm built."""
    folder = ROOT / "platform" / "web" / "static" / "build"
    if not (folder / "manifest.json").is_file():
        pytest.skip("the front end is not built; run `make viewer`")
    return folder


def serious(page: Page) -> list[str]:
    """Return what axe finds serious or critical on the page: the rule, and the elements."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{violation['id']}: {violation['help']}: {[node['html'][:200] for node in violation['nodes'][:5]]}"
        for violation in found
        if violation["impact"] in {"serious", "critical"}
    ]


def shoot(page: Page, name: str, **options: Any) -> Image.Image:
    """Save what is seen as ``test-results/NAME.png`` and return it; options are those of ``Page.screenshot``."""
    picture = page.screenshot(**options)
    target = ROOT / "test-results" / f"{name}.png"
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(picture)
    return Image.open(io.BytesIO(picture)).convert("RGB")
