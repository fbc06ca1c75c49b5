"""The door over a real server that answers 429, 500, truncated, slow and endless; no test waits."""

from __future__ import annotations

import gzip
import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from estampe.errors import (
    DeniedError,
    ForbiddenAddressError,
    GoneError,
    NetworkError,
    OfflineError,
    TooLargeError,
    UnavailableError,
)
from estampe.net import Door, RequestsTransport, TransportError
from estampe.net.addresses import Target, parse
from estampe.net.door import ATTEMPTS, MEMORY_OF_REFUSALS, user_agent
from estampe.net.transport import Response
from tests.net.server import Server

MakeDoor = Callable[..., Door]


def test_an_answer_lies_on_disk_and_a_run_asks_once(door: Door, server: Any) -> None:
    server.routes["/m.json"] = lambda h, n: h.give(200, b"{}", Content_Type="application/json")
    first, again = door.get(f"{server.url}/m.json"), door.get(f"{server.url}/m.json")
    assert (first.read(), first.content_type, first.from_cache) == (b"{}", "application/json", False)
    assert again.from_cache and again.path == first.path
    with again.open() as body:
        assert body.read() == b"{}"
    [request] = server.requests["/m.json"]
    assert request["User-Agent"] == "Estampe/test" and request["Accept"] == "*/*"
    assert request["Host"] == server.url.removeprefix("http://")


def test_what_one_asks_for_is_part_of_the_question(door: Door, server: Any) -> None:
    server.routes["/x"] = lambda h, n: h.give(200, h.headers["Accept"].encode())
    assert door.get(f"{server.url}/x", accept="a/b").read() == b"a/b"
    assert door.get(f"{server.url}/x", accept="c/d").read() == b"c/d"


def test_an_unusable_answer_is_forgotten(make_door: MakeDoor, server: Any) -> None:
    server.routes["/x"] = lambda h, n: h.give(200, b"<alto/>" if n else b"<html>busy</html>")
    door = make_door()
    door.get(f"{server.url}/x", accept="text/xml")
    door.forget(f"{server.url}/x#whatever")
    assert door.get(f"{server.url}/x", accept="text/xml").read() == b"<alto/>"


def test_a_run_that_goes_on_asks_nothing_again(make_door: MakeDoor, server: Any, clock: Any) -> None:
    server.routes["/old"] = server.routes["/new"] = lambda h, n: h.give(200, b"body")
    make_door().get(f"{server.url}/old")
    clock.time += 100
    began = clock.now()
    make_door().get(f"{server.url}/new")
    again = make_door()
    again.resume(began)
    for name in ("old", "new"):
        again.get(f"{server.url}/{name}")
    assert [len(server.requests[path]) for path in ("/old", "/new")] == [2, 1]


def test_another_run_asks_whether_it_changed(make_door: MakeDoor, server: Any) -> None:
    def route(handler: Any, seen: int) -> None:
        if handler.headers["If-None-Match"] == '"1"' and handler.headers["If-Modified-Since"] == "yesterday":
            handler.give(304)
        else:
            handler.give(200, b"body", ETag='"1"', Last_Modified="yesterday")

    server.routes["/x"] = route
    make_door().get(f"{server.url}/x")
    later = make_door()
    answer = later.get(f"{server.url}/x")
    assert answer.from_cache and answer.read() == b"body"
    later.get(f"{server.url}/x")
    assert len(server.requests["/x"]) == 2


def test_max_age_is_counted_from_the_last_confirmation(make_door: MakeDoor, server: Any, clock: Any) -> None:
    server.routes["/x"] = lambda h, n: h.give(200, str(n).encode())
    make_door().get(f"{server.url}/x")
    door = make_door()
    clock.time += 50
    assert door.get(f"{server.url}/x", max_age=60).read() == b"0"
    clock.time += 50
    assert door.get(f"{server.url}/x", max_age=60).read() == b"1"


def test_offline_the_cache_answers_and_nothing_else(make_door: MakeDoor, server: Any) -> None:
    server.routes["/x"] = lambda h, n: h.give(200, b"kept")
    make_door().get(f"{server.url}/x")
    door = make_door(offline=True)
    assert door.get(f"{server.url}/x", max_age=0).read() == b"kept"
    with pytest.raises(OfflineError, match="not in the cache"):
        door.get(f"{server.url}/y")
    assert len(server.requests["/x"]) == 1 and "/y" not in server.requests


def test_429_is_obeyed_to_the_second(door: Door, server: Any, clock: Any) -> None:
    server.routes["/x"] = lambda h, n: h.give(200, b"ok") if n else h.give(429, Retry_After="37")
    begun = clock.time
    assert door.get(f"{server.url}/x").read() == b"ok"
    assert clock.time - begun == 37.0


def test_429_with_a_date_is_obeyed_too(door: Door, server: Any, clock: Any) -> None:
    when = formatdate(clock.time + 90, usegmt=True)
    server.routes["/x"] = lambda h, n: h.give(200, b"ok") if n else h.give(429, Retry_After=when)
    begun = clock.time
    door.get(f"{server.url}/x")
    assert clock.time - begun == 90.0


def test_a_host_that_wants_hours_is_left_alone(door: Door, server: Any) -> None:
    server.routes["/x"] = lambda h, n: h.give(429, Retry_After="7200")
    server.routes["/y"] = lambda h, n: h.give(200)
    with pytest.raises(UnavailableError, match="left alone for 120 minutes"):
        door.get(f"{server.url}/x")
    with pytest.raises(UnavailableError, match="left alone"):
        door.get(f"{server.url}/y")
    assert len(server.requests["/x"]) == 1 and not server.requests["/y"]


def test_500_and_503_pass(door: Door, server: Any, clock: Any) -> None:
    server.routes["/x"] = lambda h, n: h.give(200, b"ok") if n > 1 else h.give(500 if n else 503)
    assert door.get(f"{server.url}/x").read() == b"ok"
    assert clock.slept == [1.0, 2.0]


def test_what_does_not_pass_is_given_up(door: Door, server: Any) -> None:
    server.routes["/x"] = lambda h, n: h.give(429)
    with pytest.raises(UnavailableError, match=r"fewer requests \(429\), also at attempt 4"):
        door.get(f"{server.url}/x")
    assert len(server.requests["/x"]) == ATTEMPTS


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (404, GoneError),
        (410, GoneError),
        (401, DeniedError),
        (403, DeniedError),
        (451, DeniedError),
        (400, NetworkError),
    ],
)
def test_refusals_are_not_asked_again(door: Door, server: Any, status: int, kind: type[NetworkError]) -> None:
    server.routes["/x"] = lambda h, n: h.give(status, b"<html>no</html>")
    with pytest.raises(kind, match=str(status)) as caught:
        door.get(f"{server.url}/x")
    assert caught.value.address == f"{server.url}/x"
    assert len(server.requests["/x"]) == 1


def test_refusals_are_remembered_for_a_while(door: Door, server: Any, clock: Any) -> None:
    server.routes["/x"] = lambda h, n: h.give(200, b"now") if n else h.give(404)
    for _ in range(3):
        with pytest.raises(GoneError):
            door.get(f"{server.url}/x")
    assert len(server.requests["/x"]) == 1
    clock.time += MEMORY_OF_REFUSALS + 1
    assert door.get(f"{server.url}/x").read() == b"now"


def test_cut_answers_are_asked_again_and_never_kept(make_door: MakeDoor, server: Any) -> None:
    def cut(handler: Any, seen: int) -> None:
        handler.give(200, b"half", Content_Length="8" if seen < 2 else "4")
        handler.close_connection = True

    server.routes["/x"] = cut
    assert make_door().get(f"{server.url}/x").read() == b"half"
    server.routes["/y"] = lambda h, n: cut(h, 0)
    with pytest.raises(UnavailableError, match="broke off"):
        make_door().get(f"{server.url}/y")
    with pytest.raises(OfflineError):
        make_door(offline=True).get(f"{server.url}/y")


def test_chunked_answers_that_break_off_are_noticed(door: Door, server: Any) -> None:
    def cut(handler: Any, seen: int) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"4\r\nhalf\r\n")
        handler.close_connection = True

    server.routes["/x"] = cut
    with pytest.raises(UnavailableError, match="broke off"):
        door.get(f"{server.url}/x")


def test_a_body_longer_than_it_says_ends_where_it_said(door: Door, server: Any) -> None:
    def long(handler: Any, seen: int) -> None:
        handler.give(200, b"four and more", Content_Length="4")
        handler.close_connection = True

    server.routes["/x"] = long
    assert door.get(f"{server.url}/x").read() == b"four"


def test_an_endless_answer_is_cut_at_the_ceiling(door: Door, server: Any) -> None:
    def endless(handler: Any, seen: int) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.close_connection = True
        while True:
            handler.wfile.write(b"x" * 65536)

    server.routes["/x"] = endless
    with pytest.raises(TooLargeError, match="larger than 1 MB"):
        door.get(f"{server.url}/x", limit=10**6)
    assert len(server.requests["/x"]) == 1


def test_an_endless_drip_is_cut_when_its_time_is_over(door: Door, server: Any, clock: Any) -> None:
    stop = threading.Event()

    def drip(handler: Any, seen: int) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.close_connection = True
        while not stop.wait(0.001):
            handler.wfile.write(b"x")

    server.routes["/x"] = drip
    clock.tick = 10.0
    with pytest.raises(UnavailableError, match="longer than 5 minutes"):
        door.get(f"{server.url}/x")
    stop.set()


def test_a_drip_that_never_completes_a_header_or_a_chunk_is_cut(make_door: MakeDoor, server: Any) -> None:
    stop = threading.Event()

    def drip_header(handler: Any, seen: int) -> None:
        handler.close_connection = True
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        while not stop.wait(0.01):
            handler.wfile.write(b"x")

    def drip_chunk(handler: Any, seen: int) -> None:
        handler.close_connection = True
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not stop.wait(0.01):
            handler.wfile.write(b"0")

    def drip_body(handler: Any, seen: int) -> None:
        handler.close_connection = True
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not stop.wait(0.01):
            handler.wfile.write(b"0")

    server.routes |= {"/header": drip_header, "/chunk": drip_chunk, "/body": drip_body}
    door = make_door(total=0.1)
    for path in ("/header", "/chunk", "/body"):
        with pytest.raises(UnavailableError):
            door.get(server.url + path)
    stop.set()


def test_a_silent_server_is_not_waited_for(make_door: MakeDoor, server: Any) -> None:
    stop = threading.Event()
    server.routes["/x"] = lambda h, n: stop.wait(20)
    with pytest.raises(UnavailableError, match="no answer within the time allowed"):
        make_door(silence=0.05).get(f"{server.url}/x")
    stop.set()


def test_gzip_is_unpacked_and_a_bomb_is_not(door: Door, server: Any) -> None:
    packed = gzip.compress(b"<alto/>" * 1000) + gzip.compress(b"tail") + b"\0" * 9
    server.routes["/x"] = lambda h, n: h.give(200, packed, Content_Encoding="gzip")
    assert door.get(f"{server.url}/x").read() == b"<alto/>" * 1000 + b"tail"
    server.routes["/bomb"] = lambda h, n: h.give(200, gzip.compress(bytes(30_000_000)), Content_Encoding="gzip")
    with pytest.raises(TooLargeError):
        door.get(f"{server.url}/bomb", limit=1_000_000)
    server.routes["/cut"] = lambda h, n: h.give(200, packed[:30], Content_Encoding="gzip")
    with pytest.raises(UnavailableError, match="no end"):
        door.get(f"{server.url}/cut")
    server.routes["/not"] = lambda h, n: h.give(200, b"plain", Content_Encoding="gzip")
    with pytest.raises(UnavailableError, match="is not"):
        door.get(f"{server.url}/not")
    server.routes["/other"] = lambda h, n: h.give(200, b"plain", Content_Encoding="br")
    with pytest.raises(UnavailableError, match="'br'"):
        door.get(f"{server.url}/other")


def test_what_says_it_is_too_large_is_not_read(door: Door, server: Any) -> None:
    server.routes["/x"] = lambda h, n: h.give(200, b"", Content_Length="99999999999")
    with pytest.raises(TooLargeError):
        door.get(f"{server.url}/x")
    server.routes["/y"] = lambda h, n: h.give(200, b"12345678")
    door.get(f"{server.url}/y")
    with pytest.raises(TooLargeError):
        door.get(f"{server.url}/y", limit=4)


def test_redirects_are_followed_and_told(door: Door, server: Any) -> None:
    server.routes["/old"] = lambda h, n: h.give(301, Location="/caf\xc3\xa9")
    server.routes["/caf%C3%A9"] = lambda h, n: h.give(200, b"here")
    answer = door.get(f"{server.url}/old")
    assert (answer.read(), answer.address) == (b"here", f"{server.url}/caf%C3%A9")


def test_redirects_that_do_not_end_do(door: Door, server: Any) -> None:
    server.routes["/a"] = lambda h, n: h.give(302, Location="/b")
    server.routes["/b"] = lambda h, n: h.give(302, Location="/a")
    with pytest.raises(UnavailableError, match="in a circle"):
        door.get(f"{server.url}/a")
    for step in range(9):
        server.routes[f"/{step}"] = lambda h, n, step=step: h.give(302, Location=f"/{step + 1}")
    with pytest.raises(UnavailableError, match="more than 5 times"):
        door.get(f"{server.url}/0")


def test_a_redirect_does_not_lead_where_we_may_not_go(make_door: MakeDoor, server: Any) -> None:
    names = {"public.example": ["127.0.0.1"], "inside.example": ["10.0.0.1"]}
    asked: list[str] = []

    class Recording(RequestsTransport):
        def fetch(self, target: Target, ip: str, headers: Any) -> Response:
            asked.append(f"{target.host} at {ip}")
            return super().fetch(target, "127.0.0.1", headers)

    door = make_door(allow_private=False, resolver=lambda host, port: names.get(host, [host]))
    door._transport = Recording()
    names["public.example"] = ["194.199.8.10"]
    port = server.server_port
    for number, onward in enumerate(
        [f"http://inside.example:{port}/", f"http://127.0.0.1:{port}/", "file:///etc/passwd", "http://u:p@x.org/"]
    ):
        server.routes[f"/{number}"] = lambda h, n, onward=onward: h.give(302, Location=onward)
        with pytest.raises(ForbiddenAddressError):
            door.get(f"http://public.example:{port}/{number}")
    assert asked == ["public.example at 194.199.8.10"] * 4
    door.close()


def test_a_name_that_changes_its_mind_is_not_followed(make_door: MakeDoor, server: Any) -> None:
    """DNS rebinding: what was checked is what is connected to, whatever the name says a moment later."""
    turns = iter([["127.0.0.1"], ["10.255.255.1"]])
    server.routes["/x"] = lambda h, n: h.give(200, h.headers["Host"].encode())
    door = make_door(resolver=lambda host, port: next(turns))
    body = door.get(f"http://rebinding.example:{server.server_port}/x").read()
    assert body == f"rebinding.example:{server.server_port}".encode()
    assert next(turns) == ["10.255.255.1"], "the name was resolved once"


def test_private_machines_are_not_asked(make_door: MakeDoor, server: Any) -> None:
    with pytest.raises(ForbiddenAddressError, match="private network"):
        make_door(allow_private=False).get(f"{server.url}/x")
    assert not server.requests


def test_a_dead_machine_is_passed_over_for_the_next(make_door: MakeDoor, server: Any) -> None:
    server.routes["/x"] = lambda h, n: h.give(200, b"ok")
    door = make_door(resolver=lambda host, port: ["127.0.0.2", "127.0.0.1"])
    assert door.get(f"http://twin.example:{server.server_port}/x").read() == b"ok"


@pytest.mark.skipif(not shutil.which("openssl"), reason="makes its certificate by openssl")
def test_a_certificate_is_that_of_the_name_not_of_the_machine(tmp_path: Path) -> None:
    """The connection goes to a pinned IP address; the certificate asked for and checked is the host's."""
    asked: list[str | None] = []
    names = ["-subj", "/CN=host.example", "-addext", "subjectAltName=DNS:host.example"]
    files = ["-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "cert")]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *files, *names]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert", tmp_path / "key")
    context.sni_callback = lambda socket, name, _: asked.append(name)
    with Server() as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.routes["/x"] = lambda h, n: h.give(200, b"ok")
        port = server.server_port
        transport = RequestsTransport()
        with pytest.raises(TransportError, match="cannot be trusted") as caught:
            transport.fetch(parse(f"https://host.example:{port}/x"), "127.0.0.1", {})
        assert caught.value.final, "asking again does not help"
        transport = RequestsTransport(verify=str(tmp_path / "cert"))
        response = transport.fetch(parse(f"https://host.example:{port}/x"), "127.0.0.1", {})
        assert b"".join(response.chunks()) == b"ok"
        with pytest.raises(TransportError, match=r"other\.example"):
            transport.fetch(parse(f"https://other.example:{port}/x"), "127.0.0.1", {})
        response.close()
        transport.close()
    assert asked == ["host.example", "host.example", "other.example"]


def test_no_host_is_a_clear_word(make_door: MakeDoor) -> None:
    def nowhere(host: str, port: int) -> list[str]:
        raise OSError

    with pytest.raises(UnavailableError, match=r"no host 'nowhere\.example'"):
        make_door(resolver=nowhere).get("http://nowhere.example/")


def test_the_pace_is_kept_between_questions(make_door: MakeDoor, server: Any, clock: Any) -> None:
    door = make_door(pause=2.0)
    for path in ("/a", "/b", "/c"):
        server.routes[path] = lambda h, n: h.give(200)
        door.get(server.url + path)
    assert clock.slept == [2.0, 2.0]


def test_threads_that_ask_the_same_ask_once(make_door: MakeDoor, server: Any) -> None:
    door = make_door(pause=0.0001)
    server.routes["/x"] = lambda h, n: h.give(200, b"ok")
    bodies: list[bytes] = []
    threads = [threading.Thread(target=lambda: bodies.append(door.get(f"{server.url}/x").read())) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert bodies == [b"ok"] * 16 and len(server.requests["/x"]) == 1


def test_no_more_than_two_are_in_flight_to_one_host(make_door: MakeDoor, server: Any) -> None:
    lock, now, most = threading.Lock(), [0], [0]

    def route(handler: Any, seen: int) -> None:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        threading.Event().wait(0.005)
        with lock:
            now[0] -= 1
        handler.give(200)

    door = make_door(pause=0.0001)
    threads = []
    for number in range(8):
        server.routes[f"/{number}"] = route
        threads.append(threading.Thread(target=door.get, args=(f"{server.url}/{number}",)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] <= 2


def test_we_say_who_we_are() -> None:
    assert user_agent("mail@example.org").endswith(" (+mail@example.org)")
    assert user_agent("x)\r\nEvil: 1\u2014").endswith(" (+xEvil: 1)")
    assert "+" not in user_agent("")


def test_what_cannot_be_kept_is_told_with_the_folder(make_door: MakeDoor, server: Any, tmp_path: Path) -> None:
    server.routes["/x"] = lambda h, n: h.give(200, b"body")
    door = make_door()
    shutil.rmtree(tmp_path / "cache", ignore_errors=True)
    (tmp_path / "cache").write_text("no folder")
    with pytest.raises(UnavailableError, match="make room there") as caught:
        door.get(f"{server.url}/x")
    assert str(tmp_path / "cache") in str(caught.value) and len(server.requests["/x"]) == 1
