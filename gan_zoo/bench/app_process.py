"""The app in a process of its own, with clients that speak to it as its page and as programs do."""

from __future__ import annotations

import base64
import http.client
import io
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from PIL import Image

from gan_zoo.errors import UserError

ROOT = Path(__file__).parent.parent.parent
# The time-out for an answer of the app, in seconds.
PATIENCE = 60.0
# Runs the app as `python app.py` does, and prints the time of day at the end of its imports.
LAUNCH = """
import runpy, sys, time
import gradio, demos, gan_zoo
print(time.time(), flush=True)
{first}
sys.argv = ["app.py"]
runpy.run_path("app.py", run_name="__main__")
"""


def client(port: int) -> Any:
    """A gradio client for the endpoints of the app at a port; raises `UserError` if gradio is not installed."""
    try:
        from gradio_client import Client  # type: ignore[import-untyped,import-not-found,unused-ignore]
    except ImportError as error:
        raise UserError("the app needs gradio: pip install 'gan-zoo[app]'", "no_gradio") from error
    return Client(f"http://127.0.0.1:{port}", verbose=False)


def data_url(picture: Image.Image) -> str:
    """A picture as a data URL, as the page sends it."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"


class _From(urllib.request.HTTPHandler):
    """Connections that come from one address of this machine."""

    def __init__(self, here: str) -> None:
        super().__init__()
        self._here = here

    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        """The answer to a request."""
        return self.do_open(http.client.HTTPConnection, request, source_address=(self._here, 0))


class Page:
    """A client that speaks to the app as its page does, so it can also call handlers that are hidden from programs.

    Args:
        here: the address of this client; on Linux, each address in 127.0.0.0/8 is one of this machine.
        config: the description of the page, if another client has loaded it before.
    """

    def __init__(self, port: int, here: str = "127.0.0.1", config: Any = None) -> None:
        self.port, self.here, self.session = port, here, uuid.uuid4().hex
        # No proxy stands between this machine and itself.
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _From(here))
        self.config = config or json.loads(self.load("/config"))

    def load(self, path: str, content: bytes | None = None) -> bytes:
        """What the app answers under a path; with `content`, to a POST of it; raises `HTTPError` from 400 on."""
        headers = {} if content is None else {"Content-Type": "application/json"}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", content, headers)
        with self.opener.open(request, timeout=PATIENCE) as answer:
            return bytes(answer.read())

    def join(self, question: Mapping[str, Any]) -> None:
        """Put a question in the queue."""
        self.load("/gradio_api/queue/join", json.dumps({**question, "session_hash": self.session}).encode())

    def answers(self) -> Generator[dict[str, Any], None, None]:
        """Yields what the app says to the questions of this page; whoever closes the generator leaves in the middle."""
        url = f"http://127.0.0.1:{self.port}/gradio_api/queue/data?session_hash={self.session}"
        with self.opener.open(url, timeout=PATIENCE) as events:
            for line in events:
                if line.startswith(b"data:"):
                    yield json.loads(line.removeprefix(b"data:"))

    def about(self, element: str, event: str) -> dict[str, int]:
        """The numbers of the handler for an `event` of the element with this id, as a question gives them."""
        ids = [c["id"] for c in self.config["components"] if c["props"].get("elem_id") == element]
        handlers = [d["id"] for d in self.config["dependencies"] if [ids[0], event] in [list(t) for t in d["targets"]]]
        return {"fn_index": handlers[0], "trigger_id": ids[0]}

    def props(self, element: str) -> dict[str, Any]:
        """The properties of the element with this id, as the page has them when it opens."""
        return next(c["props"] for c in self.config["components"] if c["props"].get("elem_id") == element)

    def ask(self, element: str, event: str, data: Sequence[object], carried: object = None) -> list[Any]:
        """The answer of the handler for an `event` of the element with this id; `carried` is the data of the event itself.

        Raises:
            UserError: the handler refused it and said why (`refused`), it failed, or the answer ended too early (`no_app`).
        """
        return self.answer({"data": data, "event_data": carried, **self.about(element, event)})

    def call(self, endpoint: str, *data: object) -> list[Any]:
        """The answer of an endpoint for programs; raises as `ask` does."""
        return self.answer(self.to_endpoint(endpoint, *data))

    def to_endpoint(self, endpoint: str, *data: object) -> dict[str, Any]:
        """A question to an endpoint for programs, as `join` takes it."""
        handler = next(d["id"] for d in self.config["dependencies"] if d["api_name"] == endpoint)
        return {"data": data, "event_data": None, "fn_index": handler, "trigger_id": None}

    def answer(self, question: Mapping[str, Any]) -> list[Any]:
        """The answer to a question as `join` takes it; raises as `ask` does."""
        self.join(question)
        with closing(self.answers()) as answers:
            for told in answers:
                if told.get("msg") == "process_completed":
                    if not told["success"]:
                        # Gradio says why only where the app meant to say it; of what broke it says nothing.
                        why = told["output"].get("error")
                        raise UserError(f"the app could not answer: {why}", "refused" if why else "no_app")
                    return list(told["output"]["data"])
        raise UserError("the app ended its answer too early", "no_app")


def opening_sampler(page: Page) -> str:
    """The model that the Latent space tab opens with; raises `UserError` if there is none."""
    try:
        return str(page.props("model")["value"])
    except StopIteration:
        raise UserError("there is no sampler here: gan-zoo train --recipe dcgan-digits", "no_samplers") from None


def first_sampler() -> str:
    """The same, asked of an app that runs only for it."""
    with serving() as (_, port, _):
        return opening_sampler(Page(port))


@contextmanager
def serving(more: Mapping[str, str] | None = None, first: str = "") -> Iterator[tuple[subprocess.Popen[str], int, float]]:
    """Run the app inside the `with` block: yields its process, its port, and the seconds from the end of its imports to its
    first page.

    Args:
        more: environment variables to add.
        first: Python that the process runs before the app is built.

    Raises:
        UserError: this is no clone of the repository, or the app doesn't start.
    """
    if not (ROOT / "app.py").is_file():
        raise UserError("the app is part of the repository, not of the installed package: run this in a clone", "no_app")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        **(more or {}),
        "GRADIO_ANALYTICS_ENABLED": "False",
        "GRADIO_SERVER_NAME": "127.0.0.1",
        "GRADIO_SERVER_PORT": str(port),
    }
    with tempfile.TemporaryFile("w+") as complaints:
        process = subprocess.Popen(
            [sys.executable, "-c", LAUNCH.format(first=first)],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=complaints, text=True,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            imported = process.stdout.readline()
            served = _first_page(process, port) if imported else None
            if served is None:
                process.kill()
                process.wait()
                complaints.seek(0)
                last = complaints.read().strip().splitlines()[-1:] or ["no page came"]
                raise UserError(f"the app doesn't start ({last[0]}): see what 'python app.py' says", "no_app")
            yield process, port, served - float(imported)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()


def _first_page(process: subprocess.Popen[str], port: int) -> float | None:
    """The time of day of the first page that the app serves; None if the process ends or takes too long."""
    # No proxy stands between this machine and itself.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with opener.open(f"http://127.0.0.1:{port}/", timeout=PATIENCE) as page:
                page.read()
            return time.time()
        except (urllib.error.URLError, OSError):
            time.sleep(0.01)
    return None
