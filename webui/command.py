"""The command `baosou serve`, which this package adds to the command line."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import click

from indexer.cli.options import archive_option, index_option
from indexer.errors import UsageError
from webui.settings import Limits, Settings


@click.command()
@archive_option
@index_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for the whole net.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option(
    "--public-url",
    default="",
    envvar="BAOSOU_PUBLIC_URL",
    help="The address that people see (or BAOSOU_PUBLIC_URL): feeds, previews and citations carry it.",
)
@click.option("--log-requests", is_flag=True, help="Name each address that is asked for on stderr, with its query.")
@click.option(
    "--limit",
    "limits",
    multiple=True,
    metavar="NAME=NUMBER",
    help=f"What one request may ask for: {', '.join(f'{one.name}={one.default}' for one in fields(Limits))}.",
)
def serve(
    archive: Path,
    location: str,
    host: str,
    port: int,
    public_url: str,
    log_requests: bool,
    limits: tuple[str, ...],
) -> None:
    """Serve the site.

    What readers search for is not logged, unless --log-requests asks for it.

    \b
    Example:  baosou serve --archive /srv/papers --index /srv/index --host 0.0.0.0 --port 80
                           --public-url http://papers.example.cn
    """
    from webui import server
    from webui.app import create_app

    url = public_url.rstrip("/")
    app = create_app(Settings(archive=archive, index=location, public_url=url, host=host, limits=_limits(limits)))
    if log_requests:
        server.log_requests(app)
    try:
        server.serve(app, host, port, started=lambda url: click.echo(f"Serving on {url}  (stop with Ctrl+C)"))
    except OSError as error:
        raise UsageError(
            f"Can't listen on {host}:{port} ({error.strerror}); choose another --host or --port."
        ) from None


def _limits(given: tuple[str, ...]) -> Limits:
    """Return the limits with those given as `name=number` in place of the defaults.

    Raises UsageError for an unknown name and for anything but a positive number.

    >>> _limits(("values=10",)).values
    10
    """
    known = {one.name for one in fields(Limits)}
    limits = Limits()
    for text in given:
        name, _, number = text.partition("=")
        if name not in known or not (number.isascii() and number.isdecimal() and 0 < len(number.lstrip("0")) < 10):
            raise UsageError(f"--limit {text} makes no sense; give a number to one of {', '.join(sorted(known))}.")
        limits = replace(limits, **{name: int(number)})
    return limits
