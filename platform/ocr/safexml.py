"""Foreign XML read safely: no DTD, no entities, no network, and ceilings on what a file may cost.

Depth (256 elements) and the length of a name, an attribute or a text (10 million characters) are the own ceilings of
libxml2, which hold as long as ``huge_tree`` is off.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, TypeVar, cast

from lxml import etree

from ..errors import FormatError

if TYPE_CHECKING:
    from lxml.etree import ParserTarget

_Result = TypeVar("_Result", covariant=True)

#: The longest file that is read, in bytes; the longest ALTO page known to us has 4 million.
DEFAULT_LIMIT = 64 * 1024 * 1024
#: What XML may be read from.
Source = Path | BinaryIO | bytes

_CHUNK = 64 * 1024
_NOT_FINISHED = etree.ErrorTypes.ERR_TAG_NOT_FINISHED
_UTF8_MARK = b"\xef\xbb\xbf"
_DECLARED = re.compile(rb"""<\?xml[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]+)""")
_HTML = re.compile(rb"\s*(?:<!doctype html|<html)", re.IGNORECASE)
_POSITION = re.compile(r", line \d+, column \d+( \([^)]*\))?$")
_BYTES_WRONG = {
    etree.ErrorTypes.ERR_INVALID_CHAR,
    etree.ErrorTypes.ERR_INVALID_ENCODING,
    etree.ErrorTypes.I18N_CONV_FAILED,
}


class Target(Protocol[_Result]):
    """Hears the elements of a file in order: lxml's parser target, which may have ``end`` and ``data`` as well."""

    @property
    def start(self) -> Callable[[str, dict[str, str]], None]:
        """Called where an element begins, with ``{namespace}name`` and the attributes."""
        ...

    def doctype(self, name: str | None, public: str | None, system: str | None, /) -> None:
        """A document type: call `refuse_doctype`."""

    def close(self) -> _Result:
        """Return the result; also called after an error."""
        ...


class WrongBytesError(FormatError):
    """Bytes that are no text in the encoding that the file declares."""


def refuse_doctype(document: str, name: str | None) -> None:
    """Raise FormatError for a DTD, which no OCR, METS or API answer has, and which can hide bombs."""
    if (name or "").lower() == "html":
        raise FormatError(document, "this is an HTML page, not XML", "ask the source again later")
    raise FormatError(document, "it declares a DTD, which is not read for safety", "remove its <!DOCTYPE …>")


def feed(
    source: Source,
    target: Target[_Result],
    *,
    name: str,
    limit: int = DEFAULT_LIMIT,
    encoding: str | None = None,
    check: Callable[[], None] | None = None,
) -> _Result:
    """Read XML piece by piece into a target, and return what its ``close`` returns.

    Args:
        source: a path, an open file or bytes.
        target: hears the elements; its ``doctype`` should call `refuse_doctype`.
        name: what to call the file in an error.
        limit: the ceiling in bytes.
        encoding: stands above what the file declares.
        check: called after every piece of 64 KiB; may raise where the target has had enough.

    Raises:
        FormatError: not well-formed, cut off, too long or too deep; WrongBytesError for a wrong encoding.

    """
    parser = etree.XMLParser(
        target=cast("ParserTarget[Any]", target),
        encoding=encoding,
        # A target that refuses document types has no entities to resolve; without this, &amp; comes as &#38;.
        resolve_entities="internal",
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    result: _Result = _parsed(parser, source, name, limit, check, _UTF8_MARK if encoding else b"")
    return result


def safe_parse(source: Source, *, name: str, limit: int = DEFAULT_LIMIT) -> etree._Element:
    """Read XML into a tree and return its root; for files that are small by their kind.

    Raises FormatError as `feed` does, and for any document type.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root: etree._Element = _parsed(parser, source, name, limit)
    described = root.getroottree().docinfo
    if described.internalDTD is not None:
        refuse_doctype(name, described.root_name)
    return root


def _parsed(
    parser: Any, source: Source, name: str, limit: int, check: Callable[[], None] | None = None, skip: bytes = b""
) -> Any:
    fed, head, tail, ended = 0, b"", b"", False
    try:
        with _opened(source) as stream:
            while chunk := stream.read(_CHUNK):
                if not fed:
                    head = chunk = chunk.removeprefix(skip)
                parser.feed(chunk)
                fed, tail = fed + len(chunk), chunk
                if check is not None:
                    check()
                if fed > limit:
                    raise FormatError(name, f"longer than {limit:,} bytes", "look into the file: no page is so long")
        if not fed:
            raise FormatError(name, "the file is empty")
        ended = True
        return parser.close()
    except etree.XMLSyntaxError as error:
        if _HTML.match(head):
            refuse_doctype(name, "html")
        # Where the data ends within an element, or before its end.
        cut = ended and (not tail.rstrip(b" \t\r\n\0").endswith(b">") or error.code == _NOT_FINISHED)
        raise _refusal(error, name, cut=cut) from None
    except OSError as error:
        raise FormatError(name, f"cannot be read: {error.strerror or error}") from error


def encoding_conflict(head: bytes) -> str:
    """Return the encoding that a file declares against its own UTF-8 byte order mark, else an empty text."""
    if not head.startswith(_UTF8_MARK):
        return ""
    declared = _DECLARED.match(head[len(_UTF8_MARK) :])
    encoding = declared[1].decode("ascii") if declared else "utf-8"
    return "" if encoding.lower() in {"utf-8", "utf8"} else encoding


def repeatable(source: Source) -> Path | bytes:
    """Return a source that can be read again from its beginning: a file that is open is read into memory."""
    return source if isinstance(source, Path | bytes) else source.read(DEFAULT_LIMIT + 1)


def holds(source: Path | bytes, mark: bytes) -> bool:
    """Return whether a source may hold an ASCII text: True as well where its encoding would hide it."""
    if isinstance(source, bytes):
        return b"\x00" in source[:4] or mark in source
    rest = b""
    with _opened(source) as stream:
        while chunk := stream.read(_CHUNK):
            if b"\x00" in chunk[:4] or mark in (seen := rest + chunk):
                return True
            rest = seen[-len(mark) :]
    return False


def peek(source: Path | bytes, length: int = 200) -> bytes:
    """Return the first bytes of a source."""
    with _opened(source) as stream:
        return stream.read(length)


def _refusal(error: etree.XMLSyntaxError, name: str, *, cut: bool) -> FormatError:
    line, column = error.position
    said = _POSITION.sub("", error.msg or "not well-formed")
    where = f"line {line}, column {column}"
    if error.code in _BYTES_WRONG:
        return WrongBytesError(name, f"{where}: bytes that are no text in the declared encoding ({said})")
    if cut:
        return FormatError(name, f"{where}: the file is cut off ({said})", "fetch or copy it again")
    return FormatError(name, f"{where}: this is not well-formed XML ({said})")


@contextlib.contextmanager
def _opened(source: Source) -> Iterator[BinaryIO]:
    if isinstance(source, Path):
        with source.open("rb") as stream:
            yield stream
    elif isinstance(source, bytes):
        yield io.BytesIO(source)
    else:
        yield source
