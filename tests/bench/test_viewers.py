"""The viewers of `gan-zoo bench viewers`, tested against the routes of the tab in this process."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

pytest.importorskip("uvicorn", reason="the app needs gradio, which brings uvicorn: pip install gan-zoo[app]")

import uvicorn
from starlette.applications import Starlette

from demos.training import routes
from demos.training.routes import to_runs
from demos.training.viewer import Watch
from gan_zoo.errors import UserError
from gan_zoo.runs.run import Run

# In the package, this name is the function of the bench, not its module.
viewers = import_module("gan_zoo.bench.viewers")


@pytest.fixture
def port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setenv("GAN_ZOO_RUNS", str(tmp_path))
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=to_runs(Watch())), port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


def test_viewers_see_what_is_added(port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "HOLD", 0.1)
    monkeypatch.setattr(viewers, "WARM", 0.2)
    monkeypatch.setattr(viewers, "TICK", 0.3)
    monkeypatch.setattr(viewers, "TICKS", 5)
    run = viewers._begun(Run(tmp_path / "watched"))
    delays, answers, share = asyncio.run(viewers._watched(run, os.getpid(), port, count=3, seconds=2.0, interval=0.2))
    assert delays and min(delays) >= 0
    assert set(answers) == {200, 204}
    assert share > 0


def test_an_app_without_the_run_is_no_measurement(port: int, tmp_path: Path) -> None:
    async def ask() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            await viewers._ask(reader, writer, "nobody", "")
        finally:
            writer.close()

    with pytest.raises(UserError, match="404"):
        asyncio.run(ask())
