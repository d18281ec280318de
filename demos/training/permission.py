"""Permission to start and steer trainings: only the owner of the machine has it."""

from __future__ import annotations

import hmac
import os

import gradio as gr
from starlette.requests import HTTPConnection

from demos.shared import origins, requests, visitors
from demos.shared.bucket import Bucket

ALLOW, PASSWORD = "GAN_ZOO_ALLOW_TRAINING", "GAN_ZOO_PASSWORD"
# The codes of what is said to others.
REFUSALS = ("not_owner", "wrong_password", "many_passwords")
_guesses = Bucket(10, 0.1)
"""wrong passwords of each address"""


def check(request: gr.Request | HTTPConnection, password: object, shared: bool) -> None:
    """Raise `UserError` unless the visitor may train.

    Args:
        password: what the visitor gave as the owner's password, which may be anything at all.
        shared: whether the page is open to the world by a link of Gradio's.
    """
    if may(request, shared):
        return
    secret = os.environ.get(PASSWORD, "")
    if not secret or not password:
        raise requests.mistake("not_owner")
    here = visitors.address(request.scope)
    if _guesses.left(here) < 1:
        raise requests.mistake("many_passwords")
    given = password.encode(errors="replace") if isinstance(password, str) else b""
    if not hmac.compare_digest(given, secret.encode()):
        _guesses.take(here)
        raise requests.mistake("wrong_password")


def may(request: gr.Request | HTTPConnection, shared: bool) -> bool:
    """True if the visitor needs no password: on the owner's machine, or if everybody may train."""
    headers = request.headers
    host = headers.get("host", "")
    # A page from elsewhere can send requests, too, out of the browser of the owner.
    origin = headers.get("origin", "")
    if origin and origins.place(origin) != host:
        return False
    if os.environ.get(ALLOW) == "1":
        return True
    if shared or os.environ.get("SPACE_ID") or os.environ.get("SYSTEM") == "spaces":
        return False
    # A request through a proxy may come from anywhere.
    if any(name in headers for name in ("x-forwarded-for", "x-forwarded-host", "forwarded")):
        return False
    client = request.client
    return client is not None and origins.is_loopback(client.host) and origins.is_loopback(origins.name_of(host))


def is_shared(blocks: gr.Blocks) -> bool:
    """True if a public link of Gradio opens the page to the world; False before the launch."""
    return bool(getattr(blocks, "share", False))
