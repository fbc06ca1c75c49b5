"""Foreign XML read safely: no DTD, no entities, no network, and ceilings on what a file may cost.

Depth (256 elements) and the length of a name, an attribute or a text (10 million characters) are the own ceilings of
libxml2, which hold as long as ``huge_tree`` is off.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
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
    """Hears the elements of a file in their order; lxml's parser target interface."""

    def start(self, tag: str, attrib: dict[str, str], /) -> None:
        """An element begins; the tag is ``{namespace}name``."""

    def end(self, tag: str, /) -> None:
        """An element ends."""

    def data(self, text: str, /) -> None:
        """A piece of text."""

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
    source: Source, target: Target[_Result], *, name: str, limit: int = DEFAULT_LIMIT, encoding: str | None = None
) -> _Result:
    """Read XML piece by piece into a target, and return what its ``close`` returns.

    Args:
        source: a path, an open file or bytes.
        target: hears the elements; its ``doctype`` should call `refuse_doctype`.
        name: what to call the file in an error.
        limit: the ceiling in bytes.
        encoding: stands above what the file declares.

    Raises:
        FormatError: not well-formed, cut off, too long or too deep; WrongBytesError for a wrong encoding.

    """
    parser = etree.XMLParser(
        target=cast("ParserTarget[Any]", target),
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    result: _Result = _fed(parser, source, name, limit, skip=_UTF8_MARK if encoding else b"")
    return result


def safe_parse(source: Source, *, name: str, limit: int = DEFAULT_LIMIT) -> etree._Element:
    """Read XML into a tree and return its root; for files that are small by their kind.

    Raises FormatError as `feed` does, and for any document type.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root: etree._Element = _fed(parser, source, name, limit)
    described = root.getroottree().docinfo
    if described.internalDTD is not None:
        refuse_doctype(name, described.root_name)
    return root


def _fed(parser: Any, source: Source, name: str, limit: int, *, skip: bytes = b"") -> Any:
    fed, at_end, head = 0, False, b""
    try:
        with _opened(source) as stream:
            while chunk := stream.read(_CHUNK):
                if not fed:
                    head = chunk = chunk.removeprefix(skip)
                parser.feed(chunk)
                fed += len(chunk)
                if fed > limit:
                    raise FormatError(name, f"longer than {limit:,} bytes", "look into the file: no page is so long")
        if not fed:
            raise FormatError(name, "the file is empty")
        at_end = True
        return parser.close()
    except etree.XMLSyntaxError as error:
        if _HTML.match(head):
            refuse_doctype(name, "html")
        raise _refusal(error, name, cut=at_end) from None
    except OSError as error:
        raise FormatError(name, f"cannot be read: {error.strerror or error}") from error


def encoding_conflict(head: bytes) -> str:
    """Return the encoding that a file declares against its own UTF-8 byte order mark, else an empty text."""
    if not head.startswith(_UTF8_MARK):
        return ""
    declared = _DECLARED.match(head[len(_UTF8_MARK) :])
    encoding = declared[1].decode("ascii") if declared else "utf-8"
    return "" if encoding.lower() in {"utf-8", "utf8"} else encoding


def peek(source: Source, length: int = 200) -> bytes:
    """Return the first bytes of a source that can be read again."""
    with _opened(source) as stream:
        head = stream.read(length)
        if stream.seekable():
            stream.seek(-len(head), io.SEEK_CUR)
        return head


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
