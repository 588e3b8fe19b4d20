"""The views of the site. Each view fetches values, and a template renders them."""

from __future__ import annotations

from flask import Flask

from webui.settings import Settings
from webui.views import (
    advanced,
    api,
    article,
    browse,
    clips,
    edit,
    errors,
    exports,
    help_page,
    new,
    on_day,
    previews,
    references,
    results,
    robots,
    start,
    suggest,
)


def register(app: Flask, settings: Settings) -> None:
    """Register all views with the app; those that change the archive only where the settings allow it."""
    for module in (
        start,
        robots,
        suggest,
        results,
        advanced,
        exports,
        references,
        new,
        api,
        previews,
        article,
        clips,
        browse,
        on_day,
        help_page,
        *([edit] if settings.edit else []),
    ):
        app.register_blueprint(module.pages)
    errors.register(app)
