"""The command `baosou serve`, which this package adds to the command line."""

from __future__ import annotations

from pathlib import Path

import click

from indexer.cli.commands import archive_option, index_option
from indexer.errors import UsageError


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
def serve(archive: Path, location: str, host: str, port: int, public_url: str, log_requests: bool) -> None:
    """Serve the site.

    What readers search for is not logged, unless --log-requests asks for it.

    \b
    Example:  baosou serve --archive /srv/papers --index /srv/index --host 0.0.0.0 --port 80
                           --public-url http://papers.example.cn
    """
    from webui import server
    from webui.app import create_app
    from webui.settings import Settings

    app = create_app(Settings(archive=archive, index=location, public_url=public_url.rstrip("/"), host=host))
    if log_requests:
        server.log_requests(app)
    try:
        server.serve(app, host, port, started=lambda url: click.echo(f"Serving on {url}  (stop with Ctrl+C)"))
    except OSError as error:
        raise UsageError(
            f"Can't listen on {host}:{port} ({error.strerror}); choose another --host or --port."
        ) from None
