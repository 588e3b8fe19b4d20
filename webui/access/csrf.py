"""Tokens that show that a form was opened on this site by the one who sends it.

Another site can let a browser send a form here, with the login that the proxy knows. But it can't read our pages, so it
has no token of that user. Tokens end with the process that made them, or after a day.
"""

from __future__ import annotations

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

_SECONDS = 24 * 3600


def new_token(user: str) -> str:
    """Return a token for the forms of a user."""
    return _serializer().dumps(user)


def is_valid(token: str, user: str) -> bool:
    """Return whether a token is one that this user was given."""
    try:
        return bool(_serializer().loads(token, max_age=_SECONDS) == user)
    except BadData:
        return False


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="edit")
