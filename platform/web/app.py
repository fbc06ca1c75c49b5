"""The application: its parts put together."""

from __future__ import annotations

from urllib.parse import urlencode, urljoin

from flask import Flask, Response, current_app, request, url_for

from ..catalogue import Catalogue
from ..iiif import Addresses
from ..images import Derivatives
from ..metrics import Metrics
from ..search import open_index
from ..settings import Settings
from ..vocabulary import vocabulary
from . import (
    answers,
    api,
    compression,
    embed,
    formats,
    health,
    iiif,
    images,
    names,
    observing,
    pages,
    problems,
    security,
)
from .assets import asset
from .languages import language, speak
from .services import Services
from .words import words_of

#: A query is no longer than an address; no one sends us anything.
_LONGEST_BODY = 64 * 1024
#: A reader is told that the database is away; waiting for it would keep others waiting too. In seconds.
_PATIENCE = 1.0
_YEAR = 365 * 24 * 3600


def create_app(settings: Settings, metrics: Metrics | None = None) -> Flask:
    """Make the application: pages for people, the API, the IIIF services.

    It opens the catalogue and the index that the settings name, and needs no network.

    Args:
        settings: what the operator set.
        metrics: what requests and searches are counted into, if they are.

    Raises:
        SettingsError: where a setting cannot be used.
        CatalogueError: where the catalogue's database cannot be opened.

    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = _LONGEST_BODY
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    catalogue = Catalogue.open(settings.catalogue_url, patience=_PATIENCE)
    index = open_index(settings, catalogue)
    app.extensions["estampe"] = known = Services(
        settings,
        catalogue,
        observing.measured(index, metrics) if metrics else index,
        Addresses(settings.base_url),
        vocabulary(),
        Derivatives(settings.derivatives),
        words_of(settings),
    )
    compression.compress(app)
    speak(app, pages.blueprint, settings)
    for part in (api, embed, iiif, images):
        app.register_blueprint(part.blueprint)
    health.watch(app, known)
    problems.handle(app)
    answers.open_to_all(app)
    security.protect(app)
    _furnish(app)
    app.after_request(_keep)
    observing.name_requests(app)
    if metrics:
        observing.measure(app, metrics)
    return app


def _furnish(app: Flask) -> None:
    """Give the templates their words and filters."""
    app.jinja_env.filters.update(
        number=formats.number,
        percent=formats.percent,
        span=formats.span,
        day=formats.day,
        moment=formats.moment,
        whole_day=formats.whole_day,
        shortened=formats.shortened,
        joined=formats.joined,
        external=formats.external,
        public=formats.public,
        whole=lambda address: urljoin(app.extensions["estampe"].settings.base_url, address),
    )
    app.jinja_env.globals.update(
        addresses=app.extensions["estampe"].addresses,
        asset=asset,
        language=language,
        tongue_name=names.tongue_name,
        tongues=_tongues,
        counter_name=names.counter_name,
        facet_name=names.facet_name,
        licence_name=names.licence_name,
        noise_name=names.noise_name,
        route_name=names.route_name,
        severity_name=names.severity_name,
        queue_name=names.queue_name,
        state_name=names.state_name,
        value_name=names.value_name,
    )


def _tongues() -> list[tuple[str, str]]:
    """Return the same page in each language: the language, and the address."""
    languages: tuple[str, ...] = current_app.config["ESTAMPE_LANGUAGES"]
    endpoint = request.endpoint or ""
    if not endpoint.startswith("pages."):
        return [(name, url_for("pages.home", lang=name)) for name in languages]
    query = urlencode(list(request.args.items(multi=True)), errors="replace")
    places = [(name, url_for(endpoint, **((request.view_args or {}) | {"lang": name}))) for name in languages]
    return [(name, f"{place}?{query}" if query else place) for name, place in places]


def _keep(response: Response) -> Response:
    """Say how long an answer may be kept: what npm built for ever, all else until it changes."""
    if request.endpoint == "static" and request.path.startswith("/static/build/assets/"):
        response.cache_control.public, response.cache_control.max_age = True, _YEAR
        response.cache_control.immutable = True
    elif "Cache-Control" not in response.headers:
        response.cache_control.no_cache = True
    return response
