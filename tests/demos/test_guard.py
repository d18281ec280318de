"""The queue, the sessions and the store: nobody shuts others out, and memory has bounds."""

from __future__ import annotations

import asyncio
import gc
import threading
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
import torch

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

import gradio as gr
from fastapi import HTTPException
from gradio.data_classes import PredictBodyInternal
from gradio.server_messages import ProcessCompletedMessage, ProcessStartsMessage
from starlette.requests import Request

from demos.dance.films import Desk as Floor
from demos.shared import fair_queue, guard, responses, sessions, store
from demos.style.restyle import Desk
from demos.style.upload import Brought
from gan_zoo import UserError

# The queue.


class Waiting:
    """A page with a fair queue in which all questions wait, and the questions that are answered, in their order."""

    def __init__(self, at_once: int = 1) -> None:
        asyncio.run(self.build(at_once))

    async def build(self, at_once: int) -> None:
        """Lay the page out; where no loop runs, Gradio would make some and leave them open."""
        with gr.Blocks() as self.blocks:
            state = gr.State(Desk())
            for lane, limit in {"model": at_once, "heavy": 2}.items():
                gr.Button().click(lambda desk: None, state, None, concurrency_id=lane, concurrency_limit=limit)
        self.blocks.queue(api_open=False)
        fair_queue.install(self.blocks)
        self.queue = self.blocks._queue
        self.lanes = {fn.concurrency_id: number for number, fn in self.blocks.fns.items()}

    def ask(self, address: str, session: str, lane: str = "model", size: int = 10, value: Any = None) -> int:
        """The status of a question that is put in the queue."""
        scope = {"type": "http", "method": "POST", "path": "/", "client": (address, 1), "headers": [], "zoo.size": size}
        request = Request(scope)
        body = PredictBodyInternal(session_hash=session, data=[value], fn_index=self.lanes.get(lane, 99), request=request)
        try:
            asyncio.run(self.queue.push(body, request, None))
        except HTTPException as error:
            assert "/" in str(error.detail) and " " in str(error.detail)
            return error.status_code
        return 200

    def begun(self) -> str:
        """The lane of the question that comes next, whose answer takes long from now on."""
        taken = self.queue.get_events()
        assert taken is not None
        events, _, lane = taken
        self.queue.active_jobs.append(events)
        self.queue.event_queue_per_concurrency_id[lane].current_concurrency += 1
        return lane

    def answered(self, work: Callable[[str], object] = str) -> str:
        """The session of the question that comes next, which is answered as soon as `work` on the session is done."""
        taken = self.queue.get_events()
        if taken is None:
            return ""
        ((event,), _, _) = taken
        work(event.session_hash)
        self.queue.send_message(event, ProcessCompletedMessage(output={}, success=True))
        self.queue.event_ids_to_events.pop(event._id)
        return event.session_hash


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> Waiting:
    monkeypatch.setattr("demos.shared.guard.PAUSE", 0.0)
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


def test_who_asks_for_what_takes_long_is_answered_less_often(waiting: Waiting, monkeypatch: pytest.MonkeyPatch) -> None:
    """One visitor lets another network be loaded with each question, which takes two seconds; three others wait for a tenth."""
    now = [0.0]
    monkeypatch.setattr("demos.shared.fair_queue.time.monotonic", lambda: now[0])

    def work(session: str) -> None:
        now[0] += 2.0 if session == "slow" else 0.1

    for name in ("slow", "a", "b", "c"):
        assert [waiting.ask(name, name) for _ in range(24)] == [200] * 24
    order = [waiting.answered(work) for _ in range(70)]
    first, second, *_ = [i for i, name in enumerate(order) if name == "slow"]
    assert first < 4 and second > 50, "three others have two seconds each meanwhile"


def test_who_was_away_has_saved_nothing_up(waiting: Waiting, monkeypatch: pytest.MonkeyPatch) -> None:
    assert waiting.ask("away", "away") == 200 and waiting.answered() == "away"
    for _ in range(20):
        assert waiting.ask("here", "here") == 200 and waiting.answered() == "here"
    assert [waiting.ask(name, name) for name in ["away"] * 10 + ["here"] * 10] == [200] * 20
    assert {waiting.answered() for _ in range(3)} == {"away", "here"}


def test_a_few_addresses_leave_room_in_the_queue_for_others(waiting: Waiting) -> None:
    for i in range(6):
        statuses = [waiting.ask(f"1.1.1.{i}", f"{i}-{j}", "heavy") for j in range(100)]
        assert statuses[-1] == 429
    assert [waiting.ask(f"2.2.2.{i}", f"other{i}", "heavy") for i in range(5)] == [200] * 5


def test_a_class_behind_one_address_may_ask(waiting: Waiting) -> None:
    assert [waiting.ask("school", f"pupil{i}", lane) for i in range(40) for lane in ("model", "heavy")] == [200] * 80


def test_heavy_work_has_its_price_and_its_lane(waiting: Waiting) -> None:
    statuses = [waiting.ask("1.1.1.1", "one", "heavy") for _ in range(10)]
    assert statuses.count(200) == fair_queue.MOST_SESSION // fair_queue.PRICES["heavy"]
    assert waiting.ask("2.2.2.2", "other") == 200
    assert {waiting.begun(), waiting.begun()} == {"heavy", "model"}
    assert waiting.queue.get_events() is None, "of one page there is one heavy question at a time"
    assert waiting.ask("3.3.3.3", "third", "heavy") == 200 and waiting.answered() == "third"


def test_a_page_gets_its_answers_in_order_while_others_share_the_lane() -> None:
    waiting = Waiting(at_once=8)
    for page in ("a", "a", "b", "c"):
        assert waiting.ask(f"1.1.1.{page}", page) == 200
    assert [waiting.begun() for _ in range(3)] == ["model"] * 3
    assert {event.session_hash for job in waiting.queue.active_jobs if job for event in job} == {"a", "b", "c"}
    assert waiting.queue.get_events() is None, "the second question of a page waits for the answer to its first"


def test_the_bytes_that_wait_have_a_bound(waiting: Waiting) -> None:
    large = fair_queue.MOST_BYTES_HERE // 2
    assert [waiting.ask("1.1.1.1", f"page{i}", size=large) for i in range(3)] == [200, 200, 503]
    assert waiting.ask("2.2.2.2", "other") == 200


def test_what_is_no_question_is_refused(waiting: Waiting) -> None:
    assert waiting.ask("1.1.1.1", "one", "nothing") == 400
    assert waiting.ask("1.1.1.1", "x" * 1_000) == 400
    nested: list[Any] = []
    for _ in range(500):
        nested = [nested]
    for value in ("\ud800", 10**400, {"a": ["\udfff"]}, nested):
        assert waiting.ask("1.1.1.1", "one", value=value) == 400
    assert waiting.ask("1.1.1.1", "one", value={"a": [1.5, "\U0001f600"]}) == 200


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
