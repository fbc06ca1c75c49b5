"""ALTO made for a test."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

V3 = "http://www.loc.gov/standards/alto/ns-v3#"


def element(name: str, content: str = "", **attributes: object) -> str:
    """Write an element; an attribute that is None is left out."""
    said = "".join(f" {key}={quoteattr(str(value))}" for key, value in attributes.items() if value is not None)
    return f"<{name}{said}>{content}</{name}>" if content else f"<{name}{said}/>"


def place(x: object, y: object, w: object, h: object) -> dict[str, object]:
    return {"HPOS": x, "VPOS": y, "WIDTH": w, "HEIGHT": h}


def string(content: str, x: object = 0, y: object = 0, w: object = 10, h: object = 10, **more: object) -> str:
    return element("String", CONTENT=content, **place(x, y, w, h), **more)


def line(*words: str, x: object = 0, y: object = 0, w: object = 100, h: object = 10, **more: object) -> str:
    return element("TextLine", "".join(words), **place(x, y, w, h), **more)


def block(*lines: str, x: object = 0, y: object = 0, w: object = 100, h: object = 100, **more: object) -> str:
    """Write a text block; its ``id`` is in lower case, as all our own names."""
    return element("TextBlock", "".join(lines), ID=more.pop("id", None), **place(x, y, w, h), **more)


def alto(
    *layout: str,
    width: object = 1000,
    height: object = 2000,
    unit: str | None = "pixel",
    namespace: str | None = V3,
    head: str = "",
) -> bytes:
    """Write a page of ALTO around what stands on it."""
    description = element("Description", element("MeasurementUnit", unit)) if unit else ""
    page = element("Page", element("PrintSpace", "".join(layout)), ID="p1", WIDTH=width, HEIGHT=height)
    content = description + head + element("Layout", page)
    return ('<?xml version="1.0" encoding="UTF-8"?>' + element("alto", content, xmlns=namespace)).encode()
