"""Who asks: what the reverse proxy in front of the site says of a reader.

The proxy knows who is in the house, by address or by login, and tells it in headers. A header is believed only on a
connection from the proxy: anybody can send one.
"""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from flask import request

from indexer.search.rights import Audience
from webui.settings import Settings

_NO = ("", "0", "no")


def audience(settings: Settings) -> Audience:
    """Return the audience of this request. Whoever may correct articles is in-house.

    A header that came several times is joined by commas. All of its values must say yes.
    """
    if editor(settings):
        return "inhouse"
    values = trusted_header(settings, settings.inhouse_header).split(",")
    return "public" if any(value.strip().lower() in _NO for value in values) else "inhouse"


def editor(settings: Settings) -> str:
    """Return the name of whoever asks and may correct articles, "" if nobody may, or the proxy gives no name.

    Proxies send names in UTF-8. One with a comma may be two headers, of which a reader sent the first.
    """
    name = trusted_header(settings, settings.user_header) if settings.edit else ""
    return "" if "," in name else name.encode("latin-1", "replace").decode("utf-8", "replace")


def trusted_header(settings: Settings, name: str) -> str:
    """Return the value of a header of this request, "" if it is missing, has no name, or did not come by the proxy."""
    if not name or not _is_trusted(request.remote_addr or "", settings.trusted_proxies):
        return ""
    return request.headers.get(name, "").strip()


def _is_trusted(address: str, proxies: tuple[str, ...]) -> bool:
    """Return whether an address is that of a proxy or lies in its network.

    >>> _is_trusted("127.0.0.1", ("127.0.0.1",)), _is_trusted("::ffff:10.0.0.7", ("10.0.0.0/8",))
    (True, True)
    >>> _is_trusted("10.0.0.7", ("127.0.0.1", "::1")), _is_trusted("", ("127.0.0.1",))
    (False, False)
    """
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(known, IPv6Address) and known.ipv4_mapped:
        known = known.ipv4_mapped
    return any(known in ip_network(proxy, strict=False) for proxy in proxies)
