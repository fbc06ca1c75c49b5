"""The README's pictures, made from the demonstration corpus: ``make screenshots``."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser, sync_playwright

from tests.browser import launch

_IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
_ESTAMPE = Path(sys.executable).with_name("estampe")


def main() -> None:
    with tempfile.TemporaryDirectory() as home, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        base = f"http://127.0.0.1:{port}"
        environment = os.environ | {"ESTAMPE_HOME": home, "ESTAMPE_BASE_URL": base}
        subprocess.run([_ESTAMPE, "demo", "--no-serve"], env=environment, check=True)
        exported = subprocess.run(
            [_ESTAMPE, "export", "illustrations"], env=environment, check=True, capture_output=True
        )
        rows = [json.loads(line) for line in exported.stdout.decode().splitlines()]
        shown = next(row for row in rows if row["front_page"] and row["noise"] is None and row["title"])
        server = subprocess.Popen([_ESTAMPE, "serve", "--port", str(port)], env=environment)
        try:
            _wait(f"{base}/en/")
            with sync_playwright() as playwright:
                browser = launch(playwright)
                _shoot(browser, f"{base}/en/search", "search")
                _shoot(browser, f"{base}/en/illustrations/{shown['id']}", "illustration", settle=3)
                _shoot(browser, f"{base}/en/documents/{shown['document']}", "mirador", settle=8)
                browser.close()
        finally:
            server.terminate()
            server.wait()


def _wait(address: str) -> None:
    for _ in range(60):
        try:
            urlopen(address, timeout=5)
            return
        except OSError:
            time.sleep(0.5)
    raise SystemExit(f"{address} does not answer")


def _shoot(browser: Browser, address: str, name: str, settle: float = 1.5) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    page.goto(address, wait_until="load")
    # Pictures and Mirador's canvas are drawn after the page has loaded.
    page.wait_for_timeout(settle * 1000)
    _IMAGES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=_IMAGES / f"{name}.jpg", type="jpeg", quality=80)
    page.close()


if __name__ == "__main__":
    main()
