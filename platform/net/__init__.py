"""The one door to the network.

`open_door` gives a `Door`; `Door.get` gives an `Answer`, whose body lies on disk. Everything that leaves this
machine goes through it: it says who asks, keeps each host's pace, asks again where that helps, asks nothing that
the cache knows, and refuses what is too large, too slow, or not on the public internet.
"""

from .cache import Cache
from .clock import Clock, SystemClock
from .door import DEFAULT_LIMIT, Answer, Door, open_door
from .shared import connect as connect_redis
from .transport import RequestsTransport, Response, Transport, TransportError

__all__ = [
    "DEFAULT_LIMIT",
    "Answer",
    "Cache",
    "Clock",
    "Door",
    "RequestsTransport",
    "Response",
    "SystemClock",
    "Transport",
    "TransportError",
    "connect_redis",
    "open_door",
]
