"""The views of the site. Each view fetches values, and a template renders them."""

from __future__ import annotations

from flask import Flask

from webui.settings import Settings
from webui.views import api, article, browse, edit, errors, exports, new, references, results, start, suggest


def register(app: Flask, settings: Settings) -> None:
    """Register all views with the app; those that change the archive only where the settings allow it."""
    always = (start, suggest, results, exports, references, new, api, article, browse)
    for module in (*always, *([edit] if settings.edit else [])):
        app.register_blueprint(module.pages)
    errors.register(app)
