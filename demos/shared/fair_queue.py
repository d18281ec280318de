"""The queue of questions: each visitor may have so many in it, and the visitors take turns."""

from __future__ import annotations

import asyncio
import random
import time
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

import gradio as gr
import orjson
from fastapi import HTTPException, Request
from gradio.queueing import Event, EventQueue, Queue
from gradio.server_messages import ProcessCompletedMessage
from gradio.utils import run_coro_in_background

from demos.shared import guard, i18n, visitors

PRICES = {"heavy": 8, "bring": 4}
"""what a question of a lane (its `concurrency_id`) costs while it waits or is answered; of all others 1"""
IN_ORDER = (*PRICES, "model", "slow")
"""the lanes that answer the questions of a page one after the other"""
MOST_HERE, MOST_NEW_HERE, MOST_SESSION = 480, 360, 24
"""what one address, all pages of one address that were never answered, and one page may have in the queue, by these prices"""
MOST_ALL = 1_500
"""what all together may have in the queue, by these prices"""
MOST_BYTES, MOST_BYTES_HERE = 300_000_000, 120_000_000
"""most bytes of all questions in the queue, and of those from one address"""
MOST_MESSAGES = 200
"""most parts of answers that may wait for a page; one that doesn't listen is not worth computing for"""
PATIENCE = 30.0
"""seconds for which an answer waits to be fetched"""
SWEEP = 10.0
LEAST_TIME = 0.05
"""seconds that a question takes at least"""
MOST_KNOWN = 10_000
"""most visitors whose turns are remembered"""


class FairQueue(Queue):
    """Gradio's queue with limits by visitor, and a fair order between visitors.

    Of the questions that wait in a lane, the one is answered next whose address has had the least time there, and of these the
    one whose page has. Who asks for what takes long is answered less often. Time without a question saves up nothing
    (start-time fair queueing, Goyal et al. 1996). All pages of an address that were never answered take turns as if they were
    one. Who is new counts as served just now. So nobody wins by coming as somebody else each time.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The time that each visitor of a lane has had, and the time that all visitors together have come to; both in seconds.
        self._served: OrderedDict[tuple[str, ...], float] = OrderedDict()
        self._clocks: OrderedDict[tuple[str, ...], float] = OrderedDict()
        self._begun: dict[str, tuple[float, list[tuple[str, ...]]]] = {}
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._done_since: dict[str, float] = {}

    async def push(self, body: Any, request: Request, username: str | None) -> Any:
        """Put a question in the queue.

        Raises:
            HTTPException: the visitor has too much in it (429), or all together have (503), or there is no such question (400).
        """
        fn = self.blocks.fns.get(body.fn_index)
        if fn is None or not isinstance(body.session_hash, str | None) or len(body.session_hash or "") > 100:
            raise HTTPException(400, i18n.everywhere("guard_unknown"))
        try:
            # What can't be said back would end the answer in the middle: half a character, a number of more than 64 bits.
            orjson.dumps([body.data, body.event_data])
        except TypeError as error:
            raise HTTPException(400, i18n.everywhere("guard_values")) from error
        here, size = visitors.address(request.scope), request.scope.get("zoo.size", 0)
        price = _price(fn)
        there = [(event, visitors.address(event.request.scope)) for event in self.event_ids_to_events.values()]
        mine = sum(_price(event) for event, _ in there if event.session_hash == body.session_hash)
        ours = [event for event, address in there if address == here]
        most = MOST_HERE
        if (here, body.session_hash) not in self._known:
            most, ours = MOST_NEW_HERE, [event for event in ours if (here, event.session_hash) not in self._known]
        # One address may take as much of the queue, and of the bytes in it, as it leaves free for others.
        free = MOST_ALL - sum(_price(event) for event, _ in there)
        if mine + price > MOST_SESSION or sum(map(_price, ours)) + price > min(most, free):
            await asyncio.sleep(guard.PAUSE)
            raise HTTPException(429, i18n.everywhere("guard_queue"))
        sizes = [(event.request.scope.get("zoo.size", 0), address) for event, address in there]
        free = MOST_BYTES - sum(one for one, _ in sizes)
        if sum(one for one, address in sizes if address == here) + size > min(MOST_BYTES_HERE, free):
            raise HTTPException(503, i18n.everywhere("guard_busy"))
        for kept in ("_body", "_json"):  # the question has all of it, too
            request.__dict__.pop(kept, None)
        for all_there, visitor in self._visitors(fn.concurrency_id, here, body.session_hash or ""):
            self._served.setdefault(visitor, self._clocks.get(all_there, 0.0) + LEAST_TIME)
        for known in (self._served, self._clocks):
            while len(known) > MOST_KNOWN:
                known.popitem(last=False)
        return await super().push(body, request, username)

    def get_events(self) -> tuple[list[Event], bool, str] | None:
        """The question to answer next."""
        lanes = list(self.event_queue_per_concurrency_id.items())
        random.shuffle(lanes)
        for name, lane in lanes:
            if lane.concurrency_limit is not None and lane.current_concurrency >= lane.concurrency_limit:
                continue
            if event := min(self._ready(name, lane), key=self._time_had, default=None):
                lane.queue.remove(event)
                self._begin(event)
                return [event], False, name
        return None

    def _ready(self, name: str, lane: EventQueue) -> Iterator[Event]:
        """The questions of a lane that may be answered now."""
        running = {event.session_hash for job in self.active_jobs if job for event in job if event.concurrency_id == name}
        yield from (event for event in lane.queue if name not in IN_ORDER or event.session_hash not in running)

    def _visitors(self, lane: str, here: str, session: str) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
        """Those who take turns in a lane, each after all those among whom it is one: the address, its known page or its new
        pages together, and the page."""
        group = session if (here, session) in self._known else ""
        address, pages = (lane, here), (lane, here, "group", group)
        return ((lane,), address), (address, pages), (pages, (*pages, session))

    def _time_had(self, event: Event) -> tuple[float, ...]:
        """The time that the address, the group and the page of an event have had."""
        here = visitors.address(event.request.scope)
        return tuple(
            max(self._clocks.get(all_there, 0.0), self._served.get(visitor, 0.0))
            for all_there, visitor in self._visitors(event.concurrency_id, here, event.session_hash)
        )

    def _begin(self, event: Event) -> None:
        """Note that an event is answered from now on."""
        here, known = visitors.address(event.request.scope), []
        for all_there, visitor in self._visitors(event.concurrency_id, here, event.session_hash):
            start = max(self._clocks.get(all_there, 0.0), self._served.get(visitor, 0.0))
            self._clocks[all_there], self._served[visitor] = start, start + LEAST_TIME
            self._clocks.move_to_end(all_there)
            self._served.move_to_end(visitor)
            known.append(visitor)
        self._begun[event._id] = time.monotonic(), known

    def _end(self, event: Event) -> None:
        """Note that an event has been answered, and how long it took."""
        begun, known = self._begun.pop(event._id, (time.monotonic(), []))
        for visitor in known:
            if visitor in self._served:
                self._served[visitor] += max(0.0, time.monotonic() - begun - LEAST_TIME)

    def send_message(self, event: Event, event_message: Any) -> None:
        """Send a page a part of its answer; one that doesn't fetch its answers gets no more of them."""
        if isinstance(event_message, ProcessCompletedMessage):
            self._end(event)
            self._known[visitors.address(event.request.scope), event.session_hash] = None
            while len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)
        waiting = self.pending_messages_per_session.get(event.session_hash)
        if waiting is not None and waiting.qsize() >= MOST_MESSAGES:
            event.alive = False
        if event.session_hash in self.pending_messages_per_session:
            super().send_message(event, event_message)

    def compute_analytics_summary(self, records: Any) -> dict[str, Any]:
        """Nothing: this page has no monitoring, and Gradio's takes longer the more has been asked."""
        return {"functions": {}}

    def start(self) -> None:
        """Start to answer."""
        super().start()
        run_coro_in_background(self._sweep)

    async def _sweep(self) -> None:
        while not self.stopped:
            await asyncio.sleep(SWEEP)
            self.forget(time.monotonic())

    def forget(self, now: float) -> None:
        """Drop the answers that nobody has fetched for `PATIENCE` seconds."""
        self._begun = {one: begun for one, begun in self._begun.items() if one in self.event_ids_to_events}
        busy = {event.session_hash for event in self.event_ids_to_events.values()}
        known = {*self.pending_messages_per_session, *self.pending_event_ids_session} - busy
        self._done_since = {session: self._done_since.get(session, now) for session in known}
        for session, since in list(self._done_since.items()):
            if now - since >= PATIENCE:
                self.pending_messages_per_session.pop(session, None)
                self.pending_event_ids_session.pop(session, None)
                del self._done_since[session]


def install(blocks: gr.Blocks) -> None:
    """Let the questions of a page wait in a fair queue instead of Gradio's, and refuse those whose values can't be read."""
    read = blocks.preprocess_data

    async def read_or_refuse(*args: Any, **kwargs: Any) -> Any:
        try:
            return await read(*args, **kwargs)
        except gr.Error as error:
            raise gr.Error(error.message, print_exception=False) from error
        except Exception as error:  # whatever Gradio's parts make of values that no page sends
            raise gr.Error(i18n.everywhere("guard_values"), print_exception=False) from error

    blocks.preprocess_data = read_or_refuse  # type: ignore[method-assign]
    old = blocks._queue
    blocks._queue = FairQueue(
        live_updates=old.live_updates,
        concurrency_count=old.max_thread_count,
        update_intervals=old.update_intervals,
        max_size=None,
        blocks=blocks,
        default_concurrency_limit=old.default_concurrency_limit,
    )


def _price(asked: Any) -> int:
    """The price of an event, or of a function that events ask for."""
    return PRICES.get(asked.concurrency_id, 1)
