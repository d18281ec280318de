"""The door, the queue, the sessions and the store: nobody shuts others out, and memory has bounds."""

from __future__ import annotations

import asyncio
import gc
import threading
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
import torch

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

import gradio as gr
from fastapi import HTTPException
from gradio.data_classes import PredictBodyInternal
from gradio.server_messages import ProcessCompletedMessage, ProcessStartsMessage
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from demos.dance.films import Desk as Floor
from demos.shared import fair_queue, guard, responses, sessions, store
from demos.style.restyle import Desk
from demos.style.upload import Brought
from gan_zoo import UserError

# The door.


async def echo(request: Request) -> JSONResponse:
    return JSONResponse({"size": len(await request.body()), "counted": request.scope.get("zoo.size")})


async def html(request: Request) -> HTMLResponse:
    return HTMLResponse("<script>a()</script><SCRIPT type='module'>b()</SCRIPT><script src='x.js'></script>")


async def endless(request: Request) -> StreamingResponse:
    return StreamingResponse(iter([b"data: x"]), media_type="text/event-stream")


@pytest.fixture
def client() -> TestClient:
    every = "/{path:path}"
    routes = [Route("/page", html), Route("/gradio_api/heartbeat/{one}", endless), Route(every, echo, methods=["GET", "POST"])]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(guard.Guard)]))


def test_a_body_is_read_up_to_its_limit(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MOST_BODY", 1_000)
    monkeypatch.setattr(guard, "MOST_SMALL_BODY", 100)
    asked = "/gradio_api/queue/join"
    assert client.post(asked, content=b"x" * 1_000).json() == {"size": 1_000, "counted": 1_000}
    assert client.post("/detective/rooms", content=b"x" * 101).status_code == 413

    def parts() -> Iterator[bytes]:  # without a declared length
        for _ in range(1_000):
            yield b"x" * 100

    answer = client.post(asked, content=parts())
    assert answer.status_code == 413 and answer.json()["code"] == "guard_large" and "MB" in answer.json()["detail"]
    assert client.post(asked, content=b"x", headers={"Content-Length": "-x"}).status_code == 413
    monkeypatch.setattr(guard, "MOST_ARRIVING_HERE", 500)
    assert [client.post(asked, content=b"x" * size).status_code for size in (600, 400, 400)] == [503, 200, 200]
    monkeypatch.setattr(guard, "MOST_BODY_SECONDS", -1.0)
    assert client.post(asked, content=b"x").status_code == 408


def test_what_the_page_does_not_need_is_closed(client: TestClient) -> None:
    closed = ["run/sample", "api/sample/", "upload", "component_server", "proxy=http://a/", "vibe-edit", "deep_link", "runs"]
    assert [client.post(f"/gradio_api/{path}").status_code for path in closed] == [404] * len(closed)
    assert client.get("/monitoring/summary").status_code == 404
    for path in ("queue/join", "call/sample", "cancel", "reset"):
        assert client.post(f"/gradio_api/{path}").status_code == 200, path


@pytest.mark.parametrize(("site", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)])
def test_other_pages_ask_nothing_through_a_browser(client: TestClient, site: str, status: int) -> None:
    assert client.post("/gradio_api/queue/join", headers={"Sec-Fetch-Site": site}).status_code == status
    assert client.get("/gradio_api/info", headers={"Sec-Fetch-Site": site}).status_code == 200


def test_costly_pages_are_served_so_often(client: TestClient) -> None:
    statuses = [client.get("/config").status_code for _ in range(200)]
    assert statuses[:40] == [200] * 40, "a class may load the page at once"
    assert statuses[-1] == 429 and client.get("/demos/x.js").status_code == 200


def test_streams_have_an_end(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [client.get("/gradio_api/heartbeat/x").status_code for _ in range(3)] == [200] * 3
    monkeypatch.setattr(guard, "MOST_STREAMS_HERE", 0)
    assert client.get("/gradio_api/heartbeat/x").status_code == 429


def test_a_page_may_run_the_scripts_that_stand_in_it(client: TestClient) -> None:
    answer = client.get("/page")
    (scripts,) = (part for part in answer.headers["content-security-policy"].split("; ") if part.startswith("script-src"))
    assert scripts.count("sha256-") == 2 and "unsafe-inline" not in scripts
    assert guard.hashes(b"<script>a()</script>").strip() in scripts
    assert int(answer.headers["content-length"]) == len(answer.content)
    for path in ("/page", "/x", "/gradio_api/upload"):
        headers = client.get(path).headers
        assert guard.FRAMES in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "same-origin"


# The queue.


class Waiting:
    """A page with a fair queue in which all questions wait, and the questions that are answered, in their order."""

    def __init__(self) -> None:
        asyncio.run(self.build())

    async def build(self) -> None:
        """Lay the page out; where no loop runs, Gradio would make some and leave them open."""
        with gr.Blocks() as self.blocks:
            state = gr.State(Desk())
            for lane in ("model", "heavy"):
                gr.Button().click(lambda desk: None, state, None, concurrency_id=lane, concurrency_limit=1)
        self.blocks.queue(api_open=False)
        fair_queue.install(self.blocks)
        self.queue = self.blocks._queue
        self.lanes = {fn.concurrency_id: number for number, fn in self.blocks.fns.items()}

    def ask(self, address: str, session: str, lane: str = "model", size: int = 10) -> int:
        """The status of a question that is put in the queue."""
        scope = {"type": "http", "method": "POST", "path": "/", "client": (address, 1), "headers": [], "zoo.size": size}
        request = Request(scope)
        body = PredictBodyInternal(session_hash=session, data=[None], fn_index=self.lanes.get(lane, 99), request=request)
        try:
            asyncio.run(self.queue.push(body, request, None))
        except HTTPException as error:
            assert "/" in str(error.detail) and " " in str(error.detail)
            return error.status_code
        return 200

    def answered(self) -> str:
        """The session of the question that comes next, which is answered at once."""
        taken = self.queue.get_events()
        if taken is None:
            return ""
        ((event,), _, _) = taken
        self.queue.send_message(event, ProcessCompletedMessage(output={}, success=True))
        self.queue.event_ids_to_events.pop(event._id)
        return event.session_hash


@pytest.fixture
def waiting() -> Waiting:
    return Waiting()


def test_a_flood_of_one_page_leaves_room_for_others(waiting: Waiting) -> None:
    statuses = [waiting.ask("1.1.1.1", "flood") for _ in range(68)]
    assert statuses.count(200) == fair_queue.MOST_SESSION and statuses[-1] == 429
    assert [waiting.ask(f"2.2.2.{i}", f"other{i}") for i in range(9)] == [200] * 9
    first = [waiting.answered() for _ in range(10)]
    assert {f"other{i}" for i in range(9)} <= set(first), "everybody's first comes before anybody's second"


def test_a_flood_of_new_pages_from_one_address(waiting: Waiting) -> None:
    """Pages behind the same address that were there before, and other addresses, wait for one question each at the most."""
    assert waiting.ask("1.1.1.1", "known") == 200 and waiting.answered() == "known"
    statuses = [waiting.ask("1.1.1.1", f"flood{i}") for i in range(500)]
    assert statuses.count(200) == fair_queue.MOST_NEW_HERE and statuses[-1] == 429
    for _ in range(100):
        waiting.answered()
    for _ in range(5):
        assert waiting.ask("1.1.1.1", "known") == waiting.ask("2.2.2.2", "other") == 200
        assert {"known", "other"} <= {waiting.answered() for _ in range(4)}


def test_a_class_behind_one_address_may_ask(waiting: Waiting) -> None:
    assert [waiting.ask("school", f"pupil{i}", lane) for i in range(40) for lane in ("model", "heavy")] == [200] * 80


def test_heavy_work_has_its_price_and_its_lane(waiting: Waiting) -> None:
    statuses = [waiting.ask("1.1.1.1", "one", "heavy") for _ in range(10)]
    assert statuses.count(200) == fair_queue.MOST_SESSION // fair_queue.PRICES["heavy"]
    assert waiting.ask("2.2.2.2", "other") == 200
    running = waiting.queue.get_events(), waiting.queue.get_events()
    assert {taken[2] for taken in running if taken} == {"heavy", "model"}
    waiting.queue.event_queue_per_concurrency_id["heavy"].concurrency_limit = 2
    waiting.queue.active_jobs = [taken[0] for taken in running if taken]
    assert waiting.queue.get_events() is None, "of one page there is one heavy question at a time"
    assert waiting.ask("3.3.3.3", "third", "heavy") == 200 and waiting.answered() == "third"


def test_the_bytes_that_wait_have_a_bound(waiting: Waiting) -> None:
    large = fair_queue.MOST_BYTES_HERE // 2
    assert [waiting.ask("1.1.1.1", f"page{i}", size=large) for i in range(3)] == [200, 200, 503]
    assert waiting.ask("2.2.2.2", "other") == 200


def test_what_is_no_question_is_refused(waiting: Waiting) -> None:
    assert waiting.ask("1.1.1.1", "one", "nothing") == 400
    assert waiting.ask("1.1.1.1", "x" * 1_000) == 400


def test_answers_that_nobody_fetches_go(waiting: Waiting) -> None:
    queue = waiting.queue
    assert waiting.ask("1.1.1.1", "gone") == 200 and waiting.ask("1.1.1.1", "waits") == 200
    taken = queue.get_events()
    assert taken
    (event,), *_ = taken
    for _ in range(fair_queue.MOST_MESSAGES + 10):
        queue.send_message(event, ProcessStartsMessage(eta=None))
    assert not event.alive and queue.pending_messages_per_session["gone"].qsize() <= fair_queue.MOST_MESSAGES + 10
    queue.event_ids_to_events.pop(event._id)
    queue.forget(100.0)
    assert "gone" in queue.pending_messages_per_session
    queue.forget(100.0 + fair_queue.PATIENCE)
    assert set(queue.pending_messages_per_session) == set(queue.pending_event_ids_session) == {"waits"}


# The sessions and the store.


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> store.Store:
    fresh = store.Store(100_000)
    monkeypatch.setattr(store, "STORE", fresh)
    return fresh


def picture(side: int = 100) -> torch.Tensor:
    return torch.randint(0, 256, (3, side, side), dtype=torch.uint8)


def test_what_is_brought_comes_back_as_it_was(kept: store.Store) -> None:
    desk, before, after = Desk(), picture(), picture()
    desk.brought = Brought(before)
    desk.put(desk.brought, after)
    assert desk.result and torch.equal(desk.result[0], before) and torch.equal(desk.result[1], after)
    floor, frames = Floor(), {name: [picture(8), picture(8)] for name in ("puppet", "person")}
    floor.put(frames)
    assert all(torch.equal(a, b) for name in frames for a, b in zip(floor.panels[name], frames[name], strict=True))


def test_the_store_has_a_bound_and_the_oldest_make_room(kept: store.Store) -> None:
    desks = [Desk(Brought(picture())) for _ in range(10)]
    assert 0 < kept.size <= 100_000
    assert desks[-1].read().picture.shape == (3, 100, 100)
    with pytest.raises(UserError) as caught:
        _ = desks[0].read().picture
    assert caught.value.code == "store_gone"
    del desks
    gc.collect()
    assert kept.size == 0, "what nobody holds goes at once"


def test_a_page_that_is_closed_leaves_nothing(kept: store.Store, waiting: Waiting, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("demos.shared.sessions.time.monotonic", lambda: now[0])
    holder = sessions.Sessions()
    holder.set_blocks(waiting.blocks)
    (number,) = (key for key, block in waiting.blocks.blocks.items() if isinstance(block, gr.State))
    for name in ("open", "closed", "back", "program"):
        holder[name][number].brought = Brought(picture(20))
    for name in ("open", "closed", "back"):
        holder.opened(name)
    for name in ("closed", "back"):
        holder.closed(name)
    now[0] = sessions.GRACE - 1
    holder.opened("back")
    holder.forget()
    assert len(holder.session_data) == 4
    now[0] = sessions.GRACE
    holder.forget()
    assert set(holder.session_data) == {"open", "back", "program"}
    now[0] = sessions.IDLE
    holder.forget()
    assert set(holder.session_data) == {"open", "back"}
    holder.closed("back")
    holder.closed("open")
    now[0] += sessions.GRACE
    holder.forget()
    gc.collect()
    assert not holder.session_data and kept.size == 0


def test_there_is_an_end_to_sessions_and_each_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    async def laid_out() -> gr.Blocks:
        with gr.Blocks() as blocks:
            parts.extend(gr.HTML("x" * 10_000, labels={"x": "y" * 10_000}) for _ in range(50))
        return blocks

    parts: list[gr.HTML] = []
    holder = sessions.Sessions()
    holder.set_blocks(asyncio.run(laid_out()))
    tracemalloc.start()
    try:
        for i in range(50):
            state = holder[str(i)]
            for part in parts:
                state[part._id] = gr.HTML("z" * 100_000, render=False)
                state._update_value_in_config(part._id, "z" * 100_000)
        assert tracemalloc.get_traced_memory()[0] < 50 * 30_000
    finally:
        tracemalloc.stop()
    monkeypatch.setattr(sessions, "CAPACITY", 3)
    for i in range(10):
        _ = holder[f"more{i}"]
    assert list(holder.session_data) == ["more7", "more8", "more9"]


def test_state_of_many_threads(waiting: Waiting) -> None:
    holder = sessions.Sessions()
    holder.set_blocks(waiting.blocks)
    crowd = [threading.Thread(target=lambda i=i: [holder[f"{i}-{j}"] for j in range(50)]) for i in range(8)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    assert len(holder.session_data) == 400


def test_the_app_has_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """What launches the page brings the door, the sessions and their capacity."""
    from demos.shared import page

    options: dict[str, Any] = page.launch_options()
    assert options["state_session_capacity"] == sessions.CAPACITY
    assert options["app_kwargs"]["lifespan"] is sessions.lifespan
    assert options["app_kwargs"]["middleware"][0].cls is guard.Guard
    assert responses.HEAVY["concurrency_id"] in fair_queue.PRICES and responses.BRING["concurrency_id"] in fair_queue.PRICES
