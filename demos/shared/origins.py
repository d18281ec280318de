"""Who asks by way of a browser: a page of this gallery, or one from elsewhere that uses a visitor's browser."""

from __future__ import annotations

import ipaddress
import os
import socket
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from demos.shared import visitors

HOSTS = "GAN_ZOO_HOSTS"
"""the environment variable with further names that a gallery of this machine goes by, with commas between them"""
SHARED = ".gradio.live"
"""the end of the names that Gradio gives to links for everybody; nobody else can have such a name"""


def is_foreign(scope: Scope) -> bool:
    """Whether a page from elsewhere asks by way of a browser. A link that leads here is allowed; a picture, a script or a
    question from elsewhere is not.

    A browser says so in `Sec-Fetch-Site`, where the address begins with https or is one of this machine. Elsewhere the
    `Origin` tells it, which stands in every question that changes something or whose answer the other page could read.
    """
    headers = Headers(scope=scope)
    site = headers.get("sec-fetch-site")
    if site is not None:
        is_link = scope["method"] in ("GET", "HEAD") and headers.get("sec-fetch-mode") == "navigate"
        return site not in ("same-origin", "none") and not (
            is_link and headers.get("sec-fetch-dest") not in ("object", "embed")
        )
    origin, host = headers.get("origin"), headers.get("host", "")
    # A proxy that changes the host calls this machine by an address of its own.
    if origin is None or is_loopback(name_of(host)):
        return False
    return place(origin) != host


def is_known(scope: Scope) -> bool:
    """Whether the gallery goes by the name that it is asked under.

    A page from elsewhere can let its own name lead to this machine (DNS rebinding). To the browser its scripts are then part of
    the gallery. So a gallery that is asked on this machine itself goes by addresses, by the names of the machine, and by
    those in `HOSTS`.
    """
    server = (scope.get("server") or ("", 0))[0]
    name = name_of(Headers(scope=scope).get("host", ""))
    if visitors.is_space() or not is_loopback(server) or not name or _is_address(name):
        return True
    machine = socket.gethostname().lower()
    known = {"localhost", machine, f"{machine}.local", name_of(place(os.environ.get("GRADIO_ROOT_PATH", "")))}
    known |= {one.strip().lower() for one in os.environ.get(HOSTS, "").split(",")}
    return name in known or name.endswith((".localhost", SHARED))


def is_loopback(name: str) -> bool:
    """Whether a name or an address is that of this machine itself."""
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def place(url: str) -> str:
    """The host and the port of an address; "" for one that can't be read."""
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


def name_of(place: str) -> str:
    """The name of a host in small letters, without its port; the text itself if it can't be read."""
    try:
        return (urlsplit(f"//{place}").hostname or "").rstrip(".")
    except ValueError:
        return place
