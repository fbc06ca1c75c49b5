"""One exchange with one machine: the seam behind the door, and its real side by requests.

The transport follows no redirect, asks no resolver, reads no environment (proxies, netrc) and keeps no cookies: it
connects to the IP address it was given, says which host it means, and hands on what arrives, compressed as it came.
"""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse, HTTPResponse

from .addresses import Target

_CHUNK = 65536


class TransportError(Exception):
    """An exchange failed; the text says how. ``final`` where asking again cannot help."""

    def __init__(self, cause: str, *, final: bool = False) -> None:
        super().__init__(cause)
        self.final = final


class Response(Protocol):
    """What a machine answered; header names are lower case."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers."""

    def chunks(self) -> Iterator[bytes]:
        """Give the body as it arrives, not decompressed. Raises TransportError where it breaks off."""

    def close(self) -> None:
        """Let go of the connection; what was not read is dropped."""


class Transport(Protocol):
    """Exchanges a request for an answer."""

    def fetch(self, target: Target, ip: str, headers: Mapping[str, str]) -> Response:
        """Ask this IP address for a target. Raises TransportError."""

    def close(self) -> None:
        """Close all connections."""


class RequestsTransport:
    """The real transport, by requests and urllib3.

    Args:
        connect_seconds: how long a connection may take.
        silence_seconds: how long a machine may say nothing.
        total_seconds: how long the headers, and then the body, may take however much is said.
        verify: a file of certificates to trust, where those that `certifi` knows are not the right ones.

    """

    def __init__(
        self,
        *,
        connect_seconds: float = 10.0,
        silence_seconds: float = 30.0,
        total_seconds: float = 300.0,
        verify: str = "",
    ) -> None:
        self._timeout = (connect_seconds, silence_seconds)
        self._total = total_seconds
        self._verify = verify or True
        self._adapter = _PinnedAdapter(total_seconds)

    def fetch(self, target: Target, ip: str, headers: Mapping[str, str]) -> Response:
        """Ask this IP address for a target. Raises TransportError."""
        authority = f"[{ip}]:{target.port}" if ":" in ip else f"{ip}:{target.port}"
        address = urlsplit(target.address)._replace(netloc=authority).geturl()
        request = requests.Request("GET", address, headers={**headers, "Host": target.authority}).prepare()
        try:
            answer = self._adapter.send(request, stream=True, timeout=self._timeout, verify=self._verify)
        except requests.exceptions.SSLError as error:
            raise TransportError(f"its certificate cannot be trusted ({_reason(error)})", final=True) from error
        except requests.exceptions.ConnectTimeout as error:
            raise TransportError("no connection within the time allowed") from error
        except requests.exceptions.Timeout as error:
            raise TransportError("no answer within the time allowed") from error
        except (requests.exceptions.RequestException, HTTPError, http.client.HTTPException, ValueError) as error:
            raise TransportError(f"the connection failed ({_reason(error)})") from error
        return _RequestsResponse(answer, self._total)

    def close(self) -> None:
        """Close all connections."""
        self._adapter.close()


class _RequestsResponse:
    def __init__(self, answer: requests.Response, total_seconds: float) -> None:
        self._answer, self._total = answer, total_seconds
        self.status = answer.status_code
        self.headers = {name.lower(): value for name, value in answer.headers.items()}

    def chunks(self) -> Iterator[bytes]:
        raw: HTTPResponse = self._answer.raw
        expected = self.headers.get("content-length", "")
        received = 0
        with _cut_after(self._total, raw.shutdown) as was_cut:
            while True:
                try:
                    chunk = raw.read1(_CHUNK, decode_content=False)
                except (HTTPError, http.client.HTTPException, OSError, ValueError) as error:
                    raise TransportError(f"the answer broke off ({_reason(error)})") from error
                if not chunk:
                    break
                received += len(chunk)
                yield chunk
            if was_cut.is_set():
                raise TransportError(f"the answer took longer than {self._total:g} seconds")
        if "transfer-encoding" not in self.headers and expected.isdecimal() and received < int(expected):
            raise TransportError(f"the answer broke off after {received} of {expected} bytes")

    def close(self) -> None:
        self._answer.close()


@contextmanager
def _cut_after(seconds: float, cut: Callable[[], object]) -> Iterator[threading.Event]:
    """Cut a connection after so long: timeouts of sockets begin anew with each byte that drips in."""
    was_cut = threading.Event()

    def act() -> None:
        was_cut.set()
        with suppress(OSError, ValueError, RuntimeError):
            cut()

    timer = threading.Timer(seconds, act)
    timer.daemon = True
    timer.start()
    try:
        yield was_cut
    finally:
        timer.cancel()


def _reason(error: BaseException) -> str:
    """Return the innermost cause in few words: urllib3 wraps what happened in several layers, with object addresses."""
    inner: Any = error
    for _ in range(8):
        deeper = getattr(inner, "reason", None)
        if not isinstance(deeper, BaseException):
            deeper = next((arg for arg in getattr(inner, "args", ()) if isinstance(arg, BaseException)), None)
        if deeper is None:
            break
        inner = deeper
    text = str(getattr(inner, "strerror", None) or inner).rpartition(": ")[2]
    return text or type(inner).__name__


class _TimedHeaders:
    """Gives up on headers that drip; mixed into urllib3's connections."""

    total_seconds: float
    sock: Any

    def getresponse(self) -> BaseHTTPResponse:
        with _cut_after(self.total_seconds, lambda: self.sock.shutdown(socket.SHUT_RDWR)) as was_cut:
            response: BaseHTTPResponse = super().getresponse()  # type: ignore[misc]
        if was_cut.is_set():
            # http.client takes headers that break off for complete ones.
            response.close()
            raise TimeoutError
        return response


class _PinnedAdapter(HTTPAdapter):
    """Connects to the IP address in the URL, while certificate and SNI are those of the header ``Host``."""

    def __init__(self, total_seconds: float) -> None:
        self._total_seconds = total_seconds
        super().__init__(pool_connections=32, pool_maxsize=4)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any) -> None:
        super().init_poolmanager(connections, maxsize, block, **pool_kwargs)
        limit = {"total_seconds": self._total_seconds}
        plain = type("TimedHTTPConnection", (_TimedHeaders, HTTPConnection), limit)
        secure = type("TimedHTTPSConnection", (_TimedHeaders, HTTPSConnection), limit)
        self.poolmanager.pool_classes_by_scheme = {
            "http": type("TimedHTTPPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("TimedHTTPSPool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
        }

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        where, how = super().build_connection_pool_key_attributes(request, verify, cert)
        if where["scheme"] != "https":
            return where, how
        host = urlsplit(f"//{request.headers['Host']}").hostname
        return where, {**how, "server_hostname": host, "assert_hostname": host}
