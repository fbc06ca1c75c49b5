"""A local stand-in of Gallica, made from folders as the BnF's workshops deliver them, in the shape of the real answers.

    excelsior = folder_document(folder, title="Excelsior", periodical="cb32771891w", date="1910-12-20")
    with GallicaStandin([excelsior]) as gallica:
        settings = Settings(gallica_url=gallica.url, allow_private_addresses=True, requests_per_second=1000)
        gallica.spoil("ALTO", 429, "html")     # the next two answers; then all is well again

It serves the manifest, ALTO, OAIRecord, Pagination, Issues and SRU. Ids in its manifests are those of the real Gallica,
as in the real answers; ``images`` is where they say that the pictures are.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

from estampe.identity import bnf_ark
from tests.harvest.standin import Reply, Standin

GALLICA = "https://gallica.bnf.fr"
_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_HTML = b"<!DOCTYPE html>\n<html><head><title>Gallica</title></head><body>Service indisponible</body></html>"
_SRW = (
    'xmlns:ns6="http://gallica.bnf.fr/namespaces/gallica/" xmlns:diag="http://www.loc.gov/zing/srw/diagnostic/" '
    'xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:srw="http://www.loc.gov/zing/srw/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


@dataclass(frozen=True, slots=True)
class View:
    """A view: its number from 1, its size, its label, its ALTO if there is one."""

    number: int
    width: int
    height: int
    label: str = "NP"
    alto: Path | None = None


@dataclass(frozen=True, slots=True)
class StandinDocument:
    """A document of the stand-in; ``name`` is that of its ARK. ``manifest`` is a real one, where there is one."""

    name: str
    title: str
    views: tuple[View, ...]
    periodical: str = ""
    date: str = ""
    has_text: bool = True
    manifest: bytes | None = None

    @property
    def ark(self) -> str:
        """The ARK."""
        return f"ark:/12148/{self.name}"


def folder_document(
    folder: Path, *, title: str, periodical: str = "", date: str = "", name: str = ""
) -> StandinDocument:
    """Make a document from a folder of the BnF with its ALTO in ``ocr`` or ``X``."""
    pages = sorted(path for sub in ("ocr", "X") for path in (folder / sub).glob("*.xml"))
    views = []
    for path in pages:
        head = re.search(rb"<Page [^>]*>", path.read_bytes()[:200_000])
        assert head is not None, path
        width, height = (int(m[1]) for n in (b"WIDTH", b"HEIGHT") if (m := re.search(n + rb'="(\d+)', head[0])))
        number = int(re.sub(r"\D", "", path.stem))
        views.append(View(number, width, height, "NP" if number == 1 else str(number), path))
    return StandinDocument(name or bnf_ark(folder.name).rpartition("/")[2], title, tuple(views), periodical, date)


class GallicaStandin(Standin):
    """The server. `spoil` makes its next answers bad ones."""

    def __init__(self, documents: Iterable[StandinDocument], *, images: str = GALLICA) -> None:
        super().__init__()
        self.documents = {document.name: document for document in documents}
        self.images = images
        self._spoilt: defaultdict[str, deque[int | str]] = defaultdict(deque)

    def spoil(self, service: str, *answers: int | str) -> None:
        """Let the next answers of a service fail.

        Services are ``manifest``, ``ALTO``, ``OAIRecord``, ``Pagination``, ``Issues``, ``SRU``. An answer is a status
        (429 comes with ``Retry-After: 1``), ``"html"`` (a web page with status 200) or ``"truncated"``.
        """
        self._spoilt[service].extend(answers)

    def reply(self, path: str, query: dict[str, str]) -> Reply:
        service = self._service(path, query)
        with self.lock:
            spoilt = self._spoilt[service].popleft() if self._spoilt[service] else None
        if isinstance(spoilt, int):
            return Reply(_HTML, "text/html", spoilt, {"Retry-After": "1"} if spoilt == 429 else {})
        if spoilt == "html":
            return Reply(_HTML, "text/html;charset=UTF-8")
        answer = self._answer(service, path, query)
        return replace(answer, cut=True) if spoilt == "truncated" else answer

    def _service(self, path: str, query: dict[str, str]) -> str:
        if path.startswith("/iiif/"):
            return "manifest"
        return query.get("E", "") if path == "/RequestDigitalElement" else path.rpartition("/")[2]

    def _answer(self, service: str, path: str, query: dict[str, str]) -> Reply:
        name = (
            query.get("ark", query.get("O", path.removesuffix("/manifest.json")))
            .removesuffix("/date")
            .rpartition("/")[2]
        )
        document = self.documents.get(name)
        if service == "SRU":
            return _xml(self._sru(query))
        if service == "Issues":
            return _xml(self._issues(name, query.get("date", "")))
        if document is None:
            return Reply(_HTML, "text/html", 404)
        if service == "manifest":
            return Reply(manifest(document, self.images), "application/json;charset=UTF-8")
        if service == "OAIRecord":
            return _xml(_record(document))
        if service == "Pagination":
            return _xml(_pagination(document))
        if service == "ALTO":
            alto = next((view.alto for view in document.views if str(view.number) == query.get("Deb")), None)
            return Reply(alto.read_bytes(), "text/xml") if alto else Reply(_HTML, "text/html", 404)
        return Reply(_HTML, "text/html", 404)

    def _sru(self, query: dict[str, str]) -> str:
        start, most = int(query.get("startRecord", 1)), min(50, int(query.get("maximumRecords", 15)))
        wanted = query.get("query", "")
        if wanted.count("(") != wanted.count(")"):
            message = "Query syntax error"
            return (
                f"<srw:searchRetrieveResponse {_SRW}><srw:version>1.2</srw:version><srw:diagnostics><diag:diagnostic>"
                f"<diag:uri>info:srw/diagnostic/1/10</diag:uri><diag:message>{message}</diag:message>"
                "</diag:diagnostic></srw:diagnostics></srw:searchRetrieveResponse>"
            )
        word = (re.findall(r'"([^"]*)"', wanted) or [wanted])[0].lower()
        found = [document for document in self.documents.values() if word in document.title.lower()]
        records = "".join(
            "<srw:record><srw:recordSchema>http://www.openarchives.org/OAI/2.0/OAIdc.xsd</srw:recordSchema>"
            f"<srw:recordPacking>xml</srw:recordPacking><srw:recordData>{_dc(document)}</srw:recordData>"
            f"<srw:recordIdentifier>ark</srw:recordIdentifier><srw:recordPosition>{place}</srw:recordPosition>"
            f"<srw:extraRecordData><link>{GALLICA}/{document.ark}</link><provenance>Gallica</provenance>"
            f"<typedoc>fascicules</typedoc><uri>{document.name}</uri></srw:extraRecordData></srw:record>"
            for place, document in enumerate(found[start - 1 : start - 1 + most], start=start - 1)
        )
        following = start + most
        more = f"<srw:nextRecordPosition>{following}</srw:nextRecordPosition>" if following <= len(found) else ""
        return (
            f"<srw:searchRetrieveResponse {_SRW}><srw:version>1.2</srw:version><srw:echoedSearchRetrieveRequest>"
            f"<srw:query>{escape(wanted)}</srw:query><srw:version>1.2</srw:version></srw:echoedSearchRetrieveRequest>"
            f"<srw:numberOfRecords>{len(found)}</srw:numberOfRecords><srw:records>{records}</srw:records>{more}"
            "</srw:searchRetrieveResponse>"
        )

    def _issues(self, periodical: str, year: str) -> str:
        issues = [
            document for document in self.documents.values() if document.periodical == periodical and document.date
        ]
        head = (
            f'compile_time="0:00:00.002" parentArk="ark:/12148/{periodical}/date" totalIssues="{len(issues)}" uc3="no"'
        )
        if not year:
            years = sorted({document.date[:4] for document in issues})
            listed = "".join(f"<year>{one}</year>" for one in years)
            return f'<issues listType="years" {head}>{listed}</issues>'
        own = sorted((date.fromisoformat(d.date), d.name) for d in issues if d.date.startswith(year))
        listed = "".join(
            f'<issue ark="{name}" dayOfYear="{day.timetuple().tm_yday}">'
            f"{day.day:02} {_MONTHS[day.month - 1]} {day.year}</issue>"
            for day, name in own
        )
        return f'<issues listType="issue" date="{year}" {head}>{listed}</issues>'


def manifest(document: StandinDocument, images: str = GALLICA) -> bytes:
    """Return a manifest in the shape of Gallica's; a real one with its pictures elsewhere."""
    if document.manifest is not None:
        return with_images(document.manifest, images)
    base = f"{GALLICA}/iiif/{document.ark}"
    metadata = [
        {"label": "Repository", "value": "Bibliothèque nationale de France"},
        {"label": "Digitised by", "value": "Bibliothèque nationale de France"},
        {"label": "Source Images", "value": f"{GALLICA}/{document.ark}"},
        {"label": "Title", "value": document.title},
        {"label": "Date", "value": document.date},
        {"label": "Language", "value": "français"},
    ]
    if document.periodical:
        metadata.append({"label": "Relation", "value": f"{GALLICA}/ark:/12148/{document.periodical}/date"})
    canvases = [
        {
            "@id": f"{base}/canvas/f{view.number}",
            "label": view.label,
            "height": view.height,
            "width": view.width,
            "images": [
                {
                    "motivation": "sc:painting",
                    "on": f"{base}/canvas/f{view.number}",
                    "resource": {
                        "format": "image/jpeg",
                        "service": {
                            "profile": "http://library.stanford.edu/iiif/image-api/1.1/compliance.html#level2",
                            "@context": "http://iiif.io/api/image/1/context.json",
                            "@id": f"{base}/f{view.number}",
                        },
                        "height": view.height,
                        "width": view.width,
                        "@id": f"{base}/f{view.number}/full/full/0/native.jpg",
                        "@type": "dctypes:Image",
                    },
                    "@type": "oa:Annotation",
                }
            ],
            "thumbnail": {"@id": f"{GALLICA}/{document.ark}/f{view.number}.thumbnail"},
            "@type": "sc:Canvas",
        }
        for view in document.views
    ]
    made = {
        "@id": f"{base}/manifest.json",
        "label": document.title,
        "attribution": "Bibliothèque nationale de France",
        "license": f"{GALLICA}/html/und/conditions-dutilisation-des-contenus-de-gallica",
        "logo": f"{GALLICA}/mbImage/logos/logo-bnf.png",
        "related": f"{GALLICA}/{document.ark}",
        "seeAlso": [f"http://oai.bnf.fr/oai2/OAIHandler?verb=GetRecord&identifier=oai:bnf.fr:gallica/{document.ark}"],
        "description": document.title,
        "metadata": metadata,
        "sequences": [{"canvases": canvases, "label": "Current Page Order", "@type": "sc:Sequence"}],
        "thumbnail": {"@id": f"{GALLICA}/{document.ark}.thumbnail"},
        "@type": "sc:Manifest",
        "@context": "http://iiif.io/api/presentation/2/context.json",
    }
    return with_images(json.dumps(made, ensure_ascii=False).encode(), images)


def with_images(data: bytes, images: str) -> bytes:
    """Return a manifest of Gallica that says its pictures are elsewhere; ids of canvases and manifest stay."""
    text = data.decode("utf-8")
    if images != GALLICA:
        text = re.sub(rf'{re.escape(GALLICA)}(/iiif/ark:/12148/\w+/f\d+["/])', rf"{images}\1", text)
    return text.encode()


def _xml(body: str) -> Reply:
    return Reply(
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{body}'.encode(), "application/xml;charset=UTF-8"
    )


def _dc(document: StandinDocument) -> str:
    series = (
        f"<dc:relation>{GALLICA}/ark:/12148/{document.periodical}/date</dc:relation>" if document.periodical else ""
    )
    notice = document.periodical or "cb000000000"
    return (
        f"<oai_dc:dc><dc:date>{document.date}</dc:date><dc:identifier>{GALLICA}/{document.ark}</dc:identifier>"
        "<dc:language>fre</dc:language><dc:language>français</dc:language><dc:publisher>[s.n.] (Paris)</dc:publisher>"
        f"<dc:relation>Notice du catalogue : http://catalogue.bnf.fr/ark:/12148/{notice}</dc:relation>{series}"
        "<dc:rights>domaine public</dc:rights><dc:rights>public domain</dc:rights>"
        f"<dc:source>Bibliothèque nationale de France</dc:source><dc:title>{escape(document.title)}</dc:title>"
        "<dc:type>text</dc:type><dc:type>publication en série imprimée</dc:type></oai_dc:dc>"
    )


def _record(document: StandinDocument) -> str:
    spaces = 'xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return (
        '<results ResultsGenerationSearchTime="0:00:00.012" countResults="1" searchTime=""><visibility_rights>all'
        f"</visibility_rights><notice><record><header><identifier>oai:bnf.fr:gallica/{document.ark}</identifier>"
        f"</header><metadata>{_dc(document).replace('<oai_dc:dc>', f'<oai_dc:dc {spaces}>')}</metadata></record>"
        "</notice>"
        "<provenance>bnf.fr</provenance><source>Bibliothèque nationale de France</source><typedoc>fascicules</typedoc>"
        f"<mode_indexation>{'text' if document.has_text else 'image'}</mode_indexation>"
        f'<title>{escape(document.title)}</title><date nbIssue="1">{document.date}</date></results>'
    )


def _pagination(document: StandinDocument) -> str:
    pages = "".join(
        f"<page><numero>{escape(view.label)}</numero><ordre>{view.number}</ordre><pagination_type>A</pagination_type>"
        f"<image_width>{view.width}</image_width><image_height>{view.height}</image_height></page>"
        for view in document.views
    )
    return (
        f"<livre><structure><firstDisplayedPage>1</firstDisplayedPage><hasToc>false</hasToc>"
        f"<TocLocation>0</TocLocation><hasContent>{str(document.has_text).lower()}</hasContent><idUPN>1</idUPN>"
        f"<nbVueImages>{len(document.views)}</nbVueImages></structure><pages>{pages}</pages></livre>"
    )


def documents_of(folders: Sequence[Path]) -> list[StandinDocument]:
    """Make documents from several folders, called by their own names."""
    return [folder_document(folder, title=folder.name) for folder in folders]
