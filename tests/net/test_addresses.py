"""What may be asked, and where it may lead."""

from __future__ import annotations

import pytest

from estampe.errors import ForbiddenAddressError
from estampe.net.addresses import is_public, parse, public_machines, resolve


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://example.org",
        "//example.org",
        "example.org",
        "",
        "http://",
        "http:///path",
        "http://user@example.org/",
        "http://user:secret@example.org/",
        "http://example.org\\@127.0.0.1/",
        "http://exa mple.org/",
        "http://example.org/\r\nHost: evil",
        "http://example.org:99999/",
        "http://[::1",
        "http://*.example.org/",
    ],
)
def test_only_plain_addresses_are_asked(address: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        parse(address)


def test_an_address_is_made_normal() -> None:
    target = parse(" HTTPS://Gallica.BnF.fr/iiif/ark:/12148/x/f1?é=1#part ")
    assert target.address == "https://gallica.bnf.fr/iiif/ark:/12148/x/f1?%C3%A9=1"
    assert (target.host, target.port, target.authority) == ("gallica.bnf.fr", 443, "gallica.bnf.fr")
    assert parse("http://[2001:db8::1]:8080/").authority == "[2001:db8::1]:8080"
    assert parse("https://x.org/iiif/2/a%2Fb/info.json").address.endswith("/a%2Fb/info.json")


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "240.0.0.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1",
        "fec0::1", "::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:1::1",
        "::127.0.0.1",
    ],
)  # fmt: skip
def test_private_machines_are_known_in_every_disguise(ip: str) -> None:
    assert not is_public(ip)


@pytest.mark.parametrize("ip", ["194.199.8.10", "2a00:1450:4007::1", "::ffff:194.199.8.10", "64:ff9b::c2c7:80a"])
def test_public_machines_are_public(ip: str) -> None:
    assert is_public(ip)


def test_of_several_machines_only_the_public_ones_are_connected_to() -> None:
    target = parse("http://example.org/")
    mixed = ["10.0.0.1", "194.199.8.10", "::1"]
    assert public_machines(target, lambda *_: mixed, allow_private=False) == ["194.199.8.10"]
    assert public_machines(target, lambda *_: mixed, allow_private=True) == mixed
    with pytest.raises(ForbiddenAddressError, match="ESTAMPE_ALLOW_PRIVATE_ADDRESSES"):
        public_machines(target, lambda *_: ["10.0.0.1"], allow_private=False)


def test_numbers_that_hide_an_address_are_resolved_before_they_are_judged() -> None:
    for disguise in ("http://2130706433/", "http://0x7f.1/", "http://127.1/", "http://localhost/"):
        with pytest.raises((ForbiddenAddressError, OSError)):
            public_machines(parse(disguise), resolve, allow_private=False)
