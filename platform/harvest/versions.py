"""One manifest under one address: of versions that differ, as copies of it in a folder, a harvester takes the first."""

from __future__ import annotations

import hashlib

from ..errors import RefusedError
from .walk import Found


class Versions:
    """What a harvester read of each manifest, by the manifest's own address.

    Else they would overwrite each other every time, and whoever follows the changes would never see an end of them.
    """

    def __init__(self) -> None:
        self._seen: dict[str, tuple[bytes, str]] = {}

    def other(self, found: Found) -> RefusedError | None:
        """Return why a manifest is not taken: another version of it was, elsewhere."""
        alias = found.manifest.document.aliases[-1]
        digest = hashlib.sha256(found.data).digest()
        first, where = self._seen.setdefault(alias, (digest, found.address))
        if first == digest or where == found.address:
            return None
        cause = f"it says that it is the manifest at {where}, but not the same of it; that one was read"
        return RefusedError(found.address, cause, "keep one of them")
