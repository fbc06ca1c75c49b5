"""One question to the network, of which a web page is no answer."""

from __future__ import annotations

import re
from typing import Final

from ..errors import OfflineError, UnavailableError
from ..net import Door

_WEB_PAGE: Final = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)


def ask(address: str, door: Door | None, *, limit: int, accept: str, max_age: float | None = None) -> bytes:
    """Ask the network; ``max_age`` as for `Door.get`.

    A web page with status 200, as overloaded sources give instead of data, is no answer.
    """
    if door is None:
        raise OfflineError(address, "the network is off")
    data = door.get(address, accept=accept, limit=limit, max_age=max_age).read()
    if _WEB_PAGE.match(data, 0, 4096):
        door.forget(address)
        raise UnavailableError(address, "the answer is a web page, not what was asked for; ask later")
    return data
