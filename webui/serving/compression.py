"""Compress answers for readers who take that: brotli where asked for, else gzip.

Not compressed are long files, which are sent while they are made, and forms: the length of a compressed page says
something of what is in it, and a form has a token that nobody must guess.
"""

from __future__ import annotations

from flask import Flask, Response, request
from flask_compress import Compress

_SETTINGS = {
    "COMPRESS_REGISTER": False,
    "COMPRESS_STREAMS": False,
    "COMPRESS_ALGORITHM": ["br", "gzip"],
    "COMPRESS_MIMETYPES": [
        "text/html",
        "text/css",
        "text/plain",
        "text/csv",
        "application/json",
        "application/x-ndjson",
        "application/atom+xml",
        "application/opensearchdescription+xml",
        "application/xml",
        "application/x-research-info-systems",
        "application/x-bibtex",
        "image/svg+xml",
    ],
}
_WITH_TOKENS = "edit"
"""The blueprint of the forms."""


def register(app: Flask) -> None:
    """Let `compressed` work for an app."""
    app.config.update(_SETTINGS)
    app.extensions[__name__] = Compress(app)


def compressed(app: Flask, response: Response) -> Response:
    """Return an answer compressed as its reader takes it, or as it is.

    Its entity tag says how it is compressed, and is compared again.
    """
    if request.blueprint == _WITH_TOKENS:
        return response
    if request.endpoint == "static" and response.is_streamed:
        pieces = response.response
        response.direct_passthrough = False
        response.set_data(response.get_data())  # a file of ours is short
        pieces.close()  # type: ignore[union-attr]
    done: Response = app.extensions[__name__].after_request(response)
    return done
