"""A door before Elasticsearch, with TLS and a lock, as a library has it."""

from __future__ import annotations

import base64
import http.client
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from estampe.catalogue import Catalogue
from estampe.errors import SettingsError, UnavailableIndexError
from estampe.search import Query, open_index
from estampe.settings import Settings
from tests.services.processes import lacking

LOGIN, KEY = "ada:ge@heim", "c2NobMO8c3NlbA=="
LETS_IN = {f"Basic {base64.b64encode(LOGIN.encode()).decode()}", f"ApiKey {KEY}"}


@dataclass
class Door:
    """Where it is, and the file that says who signed its certificate."""

    host: str
    authority: Path


@pytest.fixture
def door(tmp_path: Path, elastic_settings: Settings) -> Iterator[Door]:
    if reason := lacking("openssl", "OpenSSL"):
        pytest.skip(reason)
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
    )
    subprocess.run([*command.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True)
    behind = urlsplit(elastic_settings.elasticsearch_url).netloc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.headers.get("Authorization") not in LETS_IN:
                self.answer(401, b'{"error": {"type": "security_exception"}, "status": 401}')
                return
            passed = {name: value for name, value in self.headers.items() if name not in {"Authorization", "Host"}}
            connection = http.client.HTTPConnection(behind)
            connection.request(self.command, self.path, body, passed)
            answer = connection.getresponse()
            self.answer(answer.status, answer.read(), answer.headers.get("Content-Type", ""))
            connection.close()

        def answer(self, status: int, body: bytes, kind: str = "application/json") -> None:
            self.send_response(status)
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    for verb in ("GET", "HEAD", "PUT", "POST", "DELETE"):
        setattr(Handler, f"do_{verb}", Handler.handle_any)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Door(f"127.0.0.1:{server.server_port}", certificate)
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("settings", ["elasticsearch"], indirect=True)
def test_who_has_a_key_or_a_password_comes_in_and_nobody_else(
    settings: Settings, catalogue: Catalogue, door: Door
) -> None:
    trusting = replace(settings, elasticsearch_ca=str(door.authority))
    by_login = replace(trusting, elasticsearch_url=f"https://ada:ge%40heim@{door.host}")
    by_key = replace(trusting, elasticsearch_url=f"https://{door.host}", elasticsearch_api_key=KEY)
    for known in (by_login, by_key):
        with open_index(known, catalogue) as index:
            assert index.search(Query()).total == 0
    for stranger in (
        replace(by_key, elasticsearch_api_key="YW5kZXJlcg=="),
        replace(by_login, elasticsearch_url=f"https://ada:anderes@{door.host}"),
    ):
        with pytest.raises(SettingsError, match="does not know us") as raised:
            open_index(stranger, catalogue)
        assert not any(secret in str(raised.value) for secret in ("anderes", "YW5kZXJlcg", "ada"))
    with pytest.raises(UnavailableIndexError, match="ESTAMPE_ELASTICSEARCH_CA"):
        open_index(replace(by_key, elasticsearch_ca=""), catalogue)


@pytest.mark.parametrize("settings", ["elasticsearch"], indirect=True)
def test_what_is_no_elasticsearch_is_told(settings: Settings, catalogue: Catalogue) -> None:
    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Other) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        address = f"http://ada:geheim@127.0.0.1:{server.server_port}"
        with pytest.raises(SettingsError, match="no Elasticsearch") as raised:
            open_index(replace(settings, elasticsearch_url=address), catalogue)
        assert "geheim" not in str(raised.value)
        server.shutdown()
        thread.join()
