"""The players of `gan-zoo bench room`, tested against the routes of the tab in this process."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Iterator
from importlib import import_module

import pytest
import torch

pytest.importorskip("uvicorn", reason="the app needs gradio, which brings uvicorn: pip install gan-zoo[app]")

import uvicorn
from starlette.applications import Starlette

from demos.detective.dealer import Dealt
from demos.detective.rooms import Hall
from demos.detective.routes import to_rooms
from gan_zoo.errors import UserError

# In the package, this name is the function of the bench, not its module.
room = import_module("gan_zoo.bench.detective_room")


@pytest.fixture
def hall() -> Hall:
    return Hall()


@pytest.fixture
def port(hall: Hall) -> Iterator[int]:
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=to_rooms(hall)), port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


def test_every_vote_counts(hall: Hall, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    hall.deal = lambda level: Dealt(torch.zeros(1, 28, 28), True, level, True)
    for name, value in (("WARM", 0.3), ("TIME", 0.6), ("PICTURES", 2)):
        monkeypatch.setattr(room, name, value)
    told = asyncio.run(room._played(os.getpid(), port, count=12, pause=0.1))
    assert told["counted"] == 1
    assert len(told["delays"]) >= 12 and min(told["delays"]) >= 0
    assert told["share"] > 0 and told["answers"] > 0


def test_an_app_that_opens_no_room_is_no_measurement(port: int) -> None:
    with pytest.raises(UserError, match="opens no room"):
        asyncio.run(room._played(os.getpid(), port, count=1, pause=0.1))
