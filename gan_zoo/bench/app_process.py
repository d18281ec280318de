"""The app in a process of its own, with clients that speak to it as its page and as programs do."""

from __future__ import annotations

import base64
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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
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


class Page:
    """A client that speaks to the app as its page does, so it can also call handlers that are hidden from programs."""

    def __init__(self, port: int) -> None:
        self.url, self.session = f"http://127.0.0.1:{port}/gradio_api/queue", uuid.uuid4().hex
        # No proxy stands between this machine and itself.
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with self.opener.open(f"http://127.0.0.1:{port}/config", timeout=PATIENCE) as answer:
            self.config = json.load(answer)

    def ask(self, element: str, event: str, data: Sequence[object], carried: object = None) -> list[Any]:
        """The answer of the handler for an `event` of the element with this id; `carried` is the data of the event itself.

        Raises:
            UserError: the handler failed, or the answer ended too early.
        """
        ids = [c["id"] for c in self.config["components"] if c["props"].get("elem_id") == element]
        handlers = [d["id"] for d in self.config["dependencies"] if [ids[0], event] in [list(t) for t in d["targets"]]]
        where = {"fn_index": handlers[0], "trigger_id": ids[0], "session_hash": self.session}
        question = {"data": data, "event_data": carried, **where}
        request = urllib.request.Request(
            f"{self.url}/join", json.dumps(question).encode(), {"Content-Type": "application/json"}
        )
        with self.opener.open(request, timeout=PATIENCE) as joined:
            joined.read()
        with self.opener.open(f"{self.url}/data?session_hash={self.session}", timeout=PATIENCE) as events:
            for line in events:
                told = json.loads(line.removeprefix(b"data:")) if line.startswith(b"data:") else {}
                if told.get("msg") == "process_completed":
                    if not told["success"]:
                        raise UserError(f"the app could not answer: {told['output'].get('error')}", "no_app")
                    return list(told["output"]["data"])
        raise UserError("the app ended its answer too early", "no_app")


@contextmanager
def serving(more: Mapping[str, str] | None = None) -> Iterator[tuple[subprocess.Popen[str], int, float]]:
    """Run the app inside the `with` block: yields its process, its port, and the seconds from the end of its imports to its
    first page.

    Args:
        more: environment variables to add.

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
            [sys.executable, "-c", LAUNCH],
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
