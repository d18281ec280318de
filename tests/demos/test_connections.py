"""Connections that say nothing or never listen, and what a long life leaves behind. Small limits, so that nothing waits."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

import uvicorn
from starlette.types import Receive, Scope, Send

from demos.shared import connections, tidying

LARGE = b"x" * 30_000_000


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers `/large` with more than a socket holds, `/slow` after a while, and everything else at once."""
    if scope["path"] == "/slow":
        await asyncio.sleep(0.5)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": LARGE if scope["path"] == "/large" else b"ok"})


def question(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode()


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[int], Awaitable[None]]], None]:
    """Runs what a visitor does, given the port of a server with small limits."""
    for name, value in {"LOOK": 0.02, "MOST_WAIT": 0.2, "MOST_STUCK": 0.2}.items():
        monkeypatch.setattr(connections, name, value)
    monkeypatch.setattr(connections.PatientProtocol, "counts", type(connections.PatientProtocol.counts)())
    monkeypatch.setattr("uvicorn.config.HTTP_PROTOCOLS", dict(uvicorn.config.HTTP_PROTOCOLS))
    connections.install()

    async def run(work: Callable[[int], Awaitable[None]]) -> None:
        with socket.socket() as door:
            door.bind(("127.0.0.1", 0))
            server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="error"))
            serving = asyncio.create_task(server.serve([door]))
            while not server.started:
                await asyncio.sleep(0.01)
            await work(door.getsockname()[1])
            server.should_exit = True
            await serving
        assert not connections.PatientProtocol.counts.total()

    return lambda work: asyncio.run(run(work))


@pytest.mark.parametrize(
    "said", [b"", b"GET / HTTP/1.1\r\n", question("/") + b"GET / HT"], ids=["nothing", "half", "then half"]
)
def test_who_never_asks_is_not_waited_for(visit: Callable[..., None], said: bytes) -> None:
    async def work(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said)
        try:
            while await asyncio.wait_for(reader.read(1000), 30):
                pass
        except ConnectionResetError:
            pass
        writer.close()

    visit(work)


def test_headers_that_come_drop_by_drop_are_not_waited_for(visit: Callable[..., None]) -> None:
    async def work(port: int) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\n")
        with pytest.raises(ConnectionError):
            while True:
                writer.write(b"X: y\r\n")
                await writer.drain()
                await asyncio.sleep(0.01)
        writer.close()

    visit(work)


def test_who_asks_now_and_then_keeps_the_connection(visit: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(connections, "time", SimpleNamespace(monotonic=lambda: now[0]))

    async def work(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(4):
            writer.write(question("/"))
            await asyncio.wait_for(reader.readuntil(b"ok"), 30)
            now[0] += 0.9 * connections.MOST_WAIT
            await asyncio.sleep(5 * connections.LOOK)  # the server looks at it meanwhile
        writer.close()

    visit(work)


def test_who_never_reads_keeps_no_answer(visit: Callable[..., None]) -> None:
    async def work(port: int) -> None:
        with closing(socket.create_connection(("127.0.0.1", port))) as line:
            line.sendall(question("/large"))
            while not connections.PatientProtocol.counts.total():
                await asyncio.sleep(0.01)
            while connections.PatientProtocol.counts.total():
                await asyncio.sleep(0.01)

    visit(work)


def test_who_waits_for_the_app_is_served(visit: Callable[..., None]) -> None:
    async def work(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(question("/slow"))
        assert b"200" in await reader.readuntil(b"\r\n")
        writer.close()

    visit(work)


@pytest.mark.parametrize(("each_look", "is_kept"), [(30_000, True), (1, False), (0, False)])
def test_who_reads_slowly_is_served_and_who_hardly_reads_is_not(
    monkeypatch: pytest.MonkeyPatch, each_look: int, is_kept: bool
) -> None:
    now, unread, calls = 0.0, 1_000_000, []
    monkeypatch.setattr("demos.shared.connections.time.monotonic", lambda: now)
    protocol = connections.PatientProtocol.__new__(connections.PatientProtocol)
    protocol._since, protocol._unread, protocol.cycle = now, unread, SimpleNamespace(response_complete=False)
    protocol.loop = SimpleNamespace(call_later=lambda *_: None)
    protocol.transport = SimpleNamespace(get_write_buffer_size=lambda: unread, abort=lambda: calls.append("abort"))
    for _ in range(30):
        now, unread = now + connections.LOOK, unread - each_look
        protocol._look_again()
    assert (not calls) is is_kept


def test_one_address_leaves_connections_for_others(visit: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(port: int) -> None:
        monkeypatch.setattr(connections.PatientProtocol, "most", 10)
        monkeypatch.setattr(connections, "MOST_WAIT", 60.0)

        async def is_served(here: str) -> bool:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(here, 0))
                kept.append(writer)
                writer.write(question("/"))
                return bool(await reader.read(10))
            except ConnectionError:
                return False

        kept: list[asyncio.StreamWriter] = []
        flood = [await is_served("127.0.2.1") for _ in range(12)]
        assert 3 <= sum(flood) <= 6 and not flood[-1]
        assert all([await is_served(f"127.0.3.{i}") for i in range(1, 4)])
        for writer in kept:
            writer.close()

    visit(work)


def test_no_answer_in_another_protocol(visit: Callable[..., None]) -> None:
    """A connection that changes its protocol would no longer be counted."""

    async def work(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        asked = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: eA==\r\nSec-WebSocket-Version: 13\r\n"
        writer.write(f"GET / HTTP/1.1\r\nHost: a\r\n{asked}\r\n".encode())
        assert b"200" in await reader.readuntil(b"\r\n")
        writer.close()

    visit(work)


def test_files_for_visitors_have_a_bound_and_the_oldest_go(tmp_path: Path) -> None:
    paths = [tmp_path / str(i) for i in range(5)]
    for i, path in enumerate(paths):
        path.write_bytes(b"x" * 100)
        os.utime(path, (i, i))
    known = [{str(path) for path in paths[:3]}, {str(path) for path in paths[3:]} | {str(tmp_path / "gone")}]
    (tmp_path / "not ours").write_bytes(b"x" * 1000)
    assert tidying.prune(known, 250) == 3
    assert [path.exists() for path in paths] == [False, False, False, True, True]
    assert (tmp_path / "not ours").exists() and str(tmp_path / "gone") not in known[1]
    assert tidying.prune(known, 250) == 0


def test_free_memory_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many small blocks with one at the end: what lies before it is free, and the C library would keep it."""
    library = tidying._LIBRARY
    if library is None:
        pytest.skip("another C library")
    library.malloc.restype, library.free.argtypes = tidying.ctypes.c_void_p, [tidying.ctypes.c_void_p]
    blocks = [library.malloc(50_000) for _ in range(1_000)]
    for block in blocks[:-1]:
        library.free(block)
    free = library.mallinfo2().fordblks
    monkeypatch.setattr(tidying, "MOST_FREE", free + 1)
    assert not tidying.give_back()
    monkeypatch.setattr(tidying, "MOST_FREE", 10_000_000)
    assert tidying.give_back()
    library.free(blocks[-1])
