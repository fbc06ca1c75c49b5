"""Which addresses may be asked, and which machines they may lead to."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from requests import PreparedRequest
from requests.exceptions import RequestException

from ..errors import ForbiddenAddressError

#: Gives the IP addresses of a host's name; raises OSError where it has none.
Resolver = Callable[[str, int], Sequence[str]]

_DEFAULT_PORTS = {"http": 80, "https": 443}
_CONTROL = re.compile(r"[\x00-\x20\x7f\\]")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address: quoted and normal, without a fragment."""

    address: str
    scheme: str
    host: str
    port: int

    @property
    def authority(self) -> str:
        """The value of the header ``Host``."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def parse(address: str) -> Target:
    """Check and normalise an address. Raises ForbiddenAddressError for all but plain http and https."""
    address = address.strip()
    if _CONTROL.search(address):
        raise ForbiddenAddressError(address, "the address holds spaces, control characters or backslashes")
    scheme = address.partition(":")[0].lower()
    if scheme not in _DEFAULT_PORTS:
        raise ForbiddenAddressError(address, "only addresses of http and https are asked")
    request = PreparedRequest()
    try:
        request.prepare_url(address, None)
        parts = urlsplit(request.url or "")
        host, port = parts.hostname, parts.port
    except (RequestException, ValueError) as error:
        raise ForbiddenAddressError(address, "this is not an address") from error
    if not host:
        raise ForbiddenAddressError(address, "the address names no host")
    if parts.username is not None or parts.password is not None:
        raise ForbiddenAddressError(address, "addresses that hold a user's name or password are not asked")
    normal = parts._replace(fragment="").geturl()
    return Target(normal, parts.scheme, host, port or _DEFAULT_PORTS[parts.scheme])


def resolve(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host, as the system says. Raises OSError where there is none."""
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


def is_public(ip: str) -> bool:
    """Tell whether an IP address is one of the public internet, whatever form it hides in.

    IPv4 addresses inside IPv6 ones (mapped, 6to4, NAT64) are judged as IPv4; Teredo is never public.
    """
    address = ipaddress.ip_address(ip.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if address.teredo is not None or address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def public_machines(target: Target, resolver: Resolver, *, allow_private: bool) -> list[str]:
    """Return the IP addresses that may be connected to for a target, in the resolver's order.

    The connection must be made to these and no others: a name may lead elsewhere a moment later.
    Raises ForbiddenAddressError where the host is private, OSError where its name is not known.
    """
    found = resolver(target.host, target.port)
    allowed = [ip for ip in found if allow_private or is_public(ip)]
    if found and not allowed:
        raise ForbiddenAddressError(
            target.address,
            f"{target.host} is on a private network ({found[0]}); "
            "set ESTAMPE_ALLOW_PRIVATE_ADDRESSES=1 where the operator wants to harvest there",
        )
    return allowed
