"""What a IIIF image service lets one ask for: its ``info.json``, read tolerantly, of versions 1 to 3."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Any

from ..errors import FormatError
from ..records import ImageService, Size

_LEVEL = re.compile(r"level([012])\b", re.IGNORECASE)
#: Sides of pictures beyond that are no sides.
_LONGEST_SIDE = 10_000_000


@dataclass(frozen=True, slots=True)
class Offer:
    """What a service has: the scan's size, sizes of all of it that are ready, and ceilings (None: it names none).

    ``level`` is 0 where nothing but the ready sizes may be asked for.
    """

    size: Size
    sizes: tuple[Size, ...] = ()
    max_width: int | None = None
    max_height: int | None = None
    max_area: int | None = None
    level: int | None = None

    @classmethod
    def read(cls, data: bytes, name: str) -> Offer:
        """Read an ``info.json``. Raises FormatError where it does not even tell the scan's size."""
        try:
            info = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise FormatError(name, f"it is no JSON: {error}") from error
        size = _size(info)
        if size is None:
            raise FormatError(name, "it does not tell the size of the scan")
        profile = info.get("profile")
        said = [each for each in (profile if isinstance(profile, list) else [profile]) if each]
        limits = {**_dict(info)}
        for each in said:
            limits |= _dict(each)
        width = _side(limits.get("maxWidth"))
        return cls(
            size,
            tuple(found for each in _list(info.get("sizes")) if (found := _size(each))),
            width,
            # Where a width alone is named, it holds for the height too.
            _side(limits.get("maxHeight")) or width,
            _side(limits.get("maxArea")),
            next((int(level[1]) for each in said if isinstance(each, str) and (level := _LEVEL.search(each))), None),
        )

    def address(self, service: ImageService, longest: int) -> str:
        """Return where the whole scan is served with its longest side at most ``longest``, or the nearest allowed."""
        quality = "native" if service.version == 1 else "default"
        return f"{service.id.rstrip('/')}/full/{self._asked(service, longest)}/0/{quality}.jpg"

    def _asked(self, service: ImageService, longest: int) -> str:
        whole = "max" if service.version >= 3 else "full"
        if 0 in {service.level, self.level}:
            # Ready sizes alone, written as they are: the smallest that is enough, else the largest.
            ready = sorted(self.sizes, key=lambda size: size.area)
            enough = [size for size in ready if max(size.w, size.h) >= longest]
            if not ready or not enough:
                return _written(ready[-1], service) if ready else whole
            return _written(enough[0], service)
        most = min(1.0, longest / max(self.size.w, self.size.h), self._ceiling())
        return whole if most == 1 else f"{max(1, math.floor(self.size.w * most))},"

    def _ceiling(self) -> float:
        """Return how much smaller than the scan the largest answer is."""
        shares = [1.0]
        if self.max_width:
            shares.append(self.max_width / self.size.w)
        if self.max_height:
            shares.append(self.max_height / self.size.h)
        if self.max_area:
            shares.append(math.sqrt(self.max_area / self.size.area))
        return min(shares)


def _written(size: Size, service: ImageService) -> str:
    # Files of a static service are called by the canonical form, which version 3 writes with both sides.
    return f"{size.w},{size.h}" if service.version >= 3 else f"{size.w},"


def _size(told: Any) -> Size | None:
    width, height = (_side(_dict(told).get(name)) for name in ("width", "height"))
    return Size(width, height) if width and height else None


def _side(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        side = int(value)
    except (ValueError, OverflowError):
        return None
    return side if 0 < side <= _LONGEST_SIDE**2 else None


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
