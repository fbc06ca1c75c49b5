"""The headers that keep browsers from doing more than a page needs."""

from __future__ import annotations

from flask import Flask, Response, g

#: What a page of ours may load. Attributes of style carry the shapes and tones of the pictures; no style sheet and no
#: script stands in a page. Pictures come from whichever server holds the scan.
_PAGE = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "style-src-attr": "'unsafe-inline'",
    "img-src": "* data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-src": "'self'",
    "frame-ancestors": "'none'",
}
#: The zoom asks image services what they offer.
_ZOOM = {"connect-src": "*"}
#: Mirador writes style sheets as it goes, and reads manifests and annotations wherever they are.
_VIEWER = {**_ZOOM, "style-src": "'self' 'unsafe-inline'", "media-src": "*", "worker-src": "'self' blob:"}
_DATA = {"default-src": "'none'", "frame-ancestors": "'none'"}


def protect(app: Flask) -> None:
    """Give every answer its headers."""
    app.after_request(_headers)


def allow_zoom() -> None:
    """Let the page being made ask foreign image services."""
    g.estampe_policy = g.get("estampe_policy", {}) | _ZOOM


def allow_viewer() -> None:
    """Let the page being made hold Mirador."""
    g.estampe_policy = g.get("estampe_policy", {}) | _VIEWER


def allow_framing() -> None:
    """Let any site show the page being made in a frame."""
    g.estampe_policy = g.get("estampe_policy", {}) | {"frame-ancestors": "*"}


def _headers(response: Response) -> Response:
    policy = _PAGE | g.get("estampe_policy", {}) if response.mimetype == "text/html" else _DATA
    response.headers["Content-Security-Policy"] = "; ".join(f"{name} {value}" for name, value in policy.items())
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if policy["frame-ancestors"] == "'none'":
        response.headers["X-Frame-Options"] = "DENY"
    return response
