"""The BnF's ``refNum``: how it described its documents before METS, a table of views and their images."""

from __future__ import annotations

from lxml import etree

from ..records import Diagnostic, Size
from .geometry import length
from .structure import Mets, MetsPage, kind_of


def read_refnum(root: etree._Element, name: str) -> Mets:
    """Read a refNum document; its ALTO lies in the folder ``X``, named as the image with X for its first letter."""
    document = root.find("{*}document")
    if document is None:
        document = root
    identifiers = [("number", document.get("identifiant", ""))]
    for reference in document.iterfind("{*}bibliographie/{*}reference"):
        scheme, value = reference.get("type", ""), (reference.text or "").strip()
        identifiers.append(("notice" if value.startswith("ark:/") else scheme, value))
    has_alto = any("ALTO" in (e.text or "") for e in document.iterfind("{*}production/{*}objetAssocie"))
    views = document.findall("{*}structure/{*}vueObjet")
    pages = tuple(_page(number, view, has_alto=has_alto) for number, view in enumerate(views, start=1))
    diagnostics: tuple[Diagnostic, ...] = ()
    if not pages:
        diagnostics = (Diagnostic("mets-no-pages", "The refNum file lists no views.", where=name),)
    parts = [_text(document, f"tomaison[{n}]/{{*}}{part}") for n in (1, 2, 3, 4) for part in ("type", "valeur")]
    return Mets(
        identifiers=tuple((scheme, value) for scheme, value in identifiers if value),
        title=_text(document, "titre"),
        label=" ".join(part.strip() for part in parts if part),
        date=_text(document, "dateEdition"),
        creators=tuple(filter(None, [_text(document, "auteur")])),
        publisher=_text(document, "editeur"),
        kind=kind_of(_text(document, "genre")),
        pages=pages,
        diagnostics=diagnostics,
    )


def _page(number: int, view: etree._Element, *, has_alto: bool) -> MetsPage:
    printed = view.get("numeroPage", "")
    label = printed if view.get("typePagination", "N") != "N" and printed != "0" else ""
    image = view.find("{*}image")
    if image is None:
        return MetsPage(number, f"view-{number}", label)
    file = image.get("nomImage", "") or f"T{number:07}"
    alto = f"X/X{file[1:]}.xml" if has_alto else ""
    scan = f"{file}.{image.get('typeFichier', 'TIF')}"
    width, _, height = image.get("dimension", "").partition(",")
    w, h = length(width), length(height)
    return MetsPage(
        order=number,
        key=f"X{file[1:]}" if has_alto else file,
        label=label,
        alto=alto,
        image=scan,
        images=(scan,),
        size=Size(round(w), round(h)) if w and h else None,
        dpi=length(image.get("resolution", "").partition(",")[0]),
    )


def _text(document: etree._Element, path: str) -> str:
    return (document.findtext(f"{{*}}bibliographie/{{*}}{path}") or "").strip()
