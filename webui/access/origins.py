"""Which answers pages of other sites may read (CORS)."""

from __future__ import annotations

from flask import Response, request

from webui.access.audience import audience
from webui.settings import Settings

_FOR_PROGRAMS = ("api.", "exports.", "references.", "new.new_feed", "suggest.")
_SHOWN = "ETag, Link, Content-Disposition, X-Archive-Version, X-Exported-Count, X-Total-Count"


def allow_reading(response: Response, settings: Settings) -> None:
    """Let pages of other sites read answers for programs, if everybody may.

    What is meant for the house is kept back: there it is enough to sit in the reading room, so a page of another site
    that somebody opens there could read what is not meant for it.
    """
    endpoint = request.endpoint or ""
    is_for_programs = endpoint.startswith(_FOR_PROGRAMS) and endpoint != "api.description_page"
    if not is_for_programs or audience(settings) != "public":
        return
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = _SHOWN
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "If-None-Match"
