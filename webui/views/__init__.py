"""The pages of the site, by what they show. Each view fetches values, then a template shows them."""

from __future__ import annotations

from flask import Flask

from webui.views import article, browse, errors, exports, results, start


def register(app: Flask) -> None:
    """Give the app all its pages."""
    for module in (start, results, exports, article, browse):
        app.register_blueprint(module.pages)
    errors.register(app)
