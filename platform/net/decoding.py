"""Bodies decompressed as they arrive, never further than the ceiling: a bomb of a megabyte can hold a thousand."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

_STEP = 65536


class DecodingError(ValueError):
    """A body is not compressed as its header says, or its end is missing."""


def decode(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Give a body decompressed, in pieces of at most 64 KB. ``encoding`` is the header ``Content-Encoding``.

    Raises DecodingError for anything but gzip and nothing, which is all that the door says it accepts.
    """
    encoding = encoding.strip().lower()
    if encoding in {"", "identity"}:
        yield from chunks
    elif encoding in {"gzip", "x-gzip"}:
        yield from _gunzip(chunks)
    else:
        raise DecodingError(f"it is packed as {encoding[:40]!r}, which was not asked for")


def _gunzip(chunks: Iterable[bytes]) -> Iterator[bytes]:
    member = zlib.decompressobj(wbits=31)
    began = False
    for chunk in chunks:
        data = chunk
        while data:
            if member.eof:
                # Zeros may follow the last member, and another member may.
                data = data.lstrip(b"\0")
                if not data:
                    break
                member = zlib.decompressobj(wbits=31)
            began = True
            try:
                piece = member.decompress(data, _STEP)
            except zlib.error as error:
                raise DecodingError("it says it is packed by gzip, but is not") from error
            if piece:
                yield piece
            data = member.unused_data if member.eof else member.unconsumed_tail
    if began and not member.eof:
        raise DecodingError("its packed body has no end")
