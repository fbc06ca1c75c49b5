"""Words in the language of the page."""

from __future__ import annotations

import flask_babel


def gettext(message: str, **values: object) -> str:
    """Return a message in the language of the page, its ``%(name)s`` filled in."""
    return str(flask_babel.gettext(message, **values))


def ngettext(singular: str, plural: str, count: int, **values: object) -> str:
    """Return the form of a message that fits a number, in the language of the page."""
    return str(flask_babel.ngettext(singular, plural, count, **values))
