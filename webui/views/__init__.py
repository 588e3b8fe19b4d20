"""The views of the site. Each view fetches values, and a template renders them."""

from __future__ import annotations

from flask import Flask

from webui.views import article, browse, errors, exports, results, start, suggest


def register(app: Flask) -> None:
    """Register all views with the app."""
    for module in (start, suggest, results, exports, article, browse):
        app.register_blueprint(module.pages)
    errors.register(app)
