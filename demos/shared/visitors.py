"""Who asks: a visitor's address and session, by which limits are counted."""

from __future__ import annotations

import ipaddress
import os

from starlette.datastructures import Headers
from starlette.types import Scope

UNKNOWN = "unknown"


def address(scope: Scope) -> str:
    """The address that a request comes from; of IPv6 its network of 64 bits, which one household or one machine has.

    Behind a proxy on this machine, the server has put the address that the proxy saw in its place already. A Space always lies
    behind proxies of private addresses: there it is the last public address of `X-Forwarded-For`. What stands before it, the
    visitor may have written.
    """
    host = (scope.get("client") or (UNKNOWN, 0))[0]
    if is_space() and not _is_public(host):
        hops = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")
        host = next((hop.strip() for hop in reversed(hops) if _is_public(hop.strip())), host)
    try:
        parsed = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)


def is_near(scope: Scope) -> bool:
    """Whether who speaks to this process is on this machine or in its network, as a proxy is."""
    return not _is_public((scope.get("client") or (UNKNOWN, 0))[0])


def is_space() -> bool:
    """Whether this is a Space, which everybody may visit."""
    return bool(os.environ.get("SPACE_ID")) or os.environ.get("SYSTEM") == "spaces"


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return False
