"""The language of a page: of its address, then of the browser, then the first that the operator offers."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Flask, Response, current_app, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel

from ..errors import SettingsError
from ..settings import Settings

#: The languages that the pages are written in.
WRITTEN = ("en", "fr")
#: Addresses of pages for people, below the language.
_PATHS = (
    "/",
    "/search",
    "/facets/<facet>",
    "/illustrations/<path:rest>",
    "/documents/<path:rest>",
    "/collections",
    "/collections/<path:rest>",
    "/status",
    "/api",
)


def offered(settings: Settings) -> tuple[str, ...]:
    """Return the languages that the operator offers, first the one for those who ask for no other."""
    languages = tuple(name for part in settings.languages.split(",") if (name := part.strip()))
    unknown = [name for name in languages if name not in WRITTEN]
    if unknown or not languages:
        raise SettingsError(f"ESTAMPE_LANGUAGES is {settings.languages!r}; it can be of {', '.join(WRITTEN)}")
    return languages


def speak(app: Flask, pages: Blueprint, settings: Settings) -> None:
    """Register the pages below their languages, and have addresses without one redirected."""
    languages = offered(settings)
    app.config["ESTAMPE_LANGUAGES"] = languages
    app.register_blueprint(pages, url_prefix=f"/<any({', '.join(languages)}):lang>")
    Babel(app, default_locale=languages[0], locale_selector=_locale)

    # Removed from the arguments of the view, and given back to each address that wants it.
    @app.url_value_preprocessor
    def pull(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.lang = (values or {}).pop("lang", None)

    @app.url_defaults
    def push(endpoint: str, values: dict[str, Any]) -> None:
        if "lang" not in values and app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values["lang"] = language()

    for number, path in enumerate(_PATHS):
        app.add_url_rule(path, f"without_language_{number}", _redirect)


def language() -> str:
    """Return the language of this request.

    An address that no route knows may still begin with a language; an embedded page has it as ``?lang=``.
    """
    languages: tuple[str, ...] = current_app.config["ESTAMPE_LANGUAGES"]
    for named in (g.get("lang"), request.path.split("/", 2)[1], request.args.get("lang")):
        if named in languages:
            return str(named)
    return request.accept_languages.best_match(languages) or languages[0]


def _locale() -> str:
    # Dates and numbers of English pages are British, as their spelling is.
    return {"en": "en_GB"}.get(language(), language())


def _redirect(**_parts: str) -> ResponseReturnValue:
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    path = quote(request.path, safe="/:@+~,")
    answer: Response = redirect(f"{request.script_root}/{language()}{path}{query}")  # type: ignore[assignment]
    answer.vary.add("Accept-Language")
    return answer
