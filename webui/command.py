"""The command `baosou serve`, which this package adds to the command line."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from ipaddress import ip_network
from pathlib import Path

import click

from indexer.cli.options import archive_option, index_option
from indexer.errors import UsageError
from webui.settings import Limits, Settings

_FORM_BYTES = 1 << 20


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@archive_option
@index_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for the whole net.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=None,
    help="How many processes answer; they share the memory of the index. [one for each core, at most 4]",
)
@click.option(
    "--public-url",
    default="",
    envvar="BAOSOU_PUBLIC_URL",
    help="The address that people see (or BAOSOU_PUBLIC_URL): feeds, previews and citations carry it.",
)
@click.option(
    "--inhouse-header",
    default="",
    metavar="NAME",
    help="The header by which the reverse proxy marks in-house readers: they also see the papers whose paper.toml says "
    "in-house. Its value is anything but 0 or no.",
)
@click.option(
    "--trusted-proxy",
    "trusted_proxies",
    multiple=True,
    default=Settings.__dataclass_fields__["trusted_proxies"].default,
    show_default=True,
    metavar="ADDRESS",
    help="Address or network of the reverse proxy; a header from elsewhere is not believed.",
)
@click.option("--edit", is_flag=True, help="Offer forms that correct articles; needs --user-header.")
@click.option(
    "--user-header",
    default="",
    metavar="NAME",
    help="The header in which the reverse proxy names who is logged in. Whoever has a name may correct articles "
    "and is in-house.",
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
    processes: int | None,
    public_url: str,
    inhouse_header: str,
    trusted_proxies: tuple[str, ...],
    edit: bool,
    user_header: str,
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
    from webui.serving.processes import usual_count

    if edit != bool(user_header):
        raise UsageError("--edit and --user-header belong together: a correction is recorded with a name.")
    settings = Settings(
        archive=archive,
        index=location,
        public_url=public_url.rstrip("/"),
        host=host,
        limits=_with_room_for_forms(_limits(limits)) if edit else _limits(limits),
        inhouse_header=_header(inhouse_header),
        trusted_proxies=tuple(map(_network, trusted_proxies)),
        edit=edit,
        user_header=_header(user_header),
    )
    app = create_app(settings)
    if log_requests:
        server.log_requests(app)
    try:
        server.serve(
            app,
            host,
            port,
            processes=processes or usual_count(),
            started=lambda url: click.echo(f"Serving on {url}  (stop with Ctrl+C)"),
        )
    except OSError as error:
        raise UsageError(
            f"Can't listen on {host}:{port} ({error.strerror}); choose another --host or --port."
        ) from None


def _with_room_for_forms(limits: Limits) -> Limits:
    """Return limits with which a form can hold a long article twice."""
    return replace(limits, body_bytes=max(limits.body_bytes, _FORM_BYTES))


def _header(name: str) -> str:
    """Return the name of a header. Raises UsageError for anything else."""
    if name and not re.fullmatch(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*", name):  # the server drops names with underscores
        raise UsageError(f"{name} can't be the name of a header; write it like X-Inhouse.")
    return name


def _network(address: str) -> str:
    """Return the address or network of a proxy. Raises UsageError for anything else."""
    try:
        return str(ip_network(address, strict=False))
    except ValueError:
        raise UsageError(f"--trusted-proxy {address} is no address; write it like 10.0.0.7 or 10.0.0.0/24.") from None


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
