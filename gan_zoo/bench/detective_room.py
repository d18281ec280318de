"""The cost of a room full of players for the gallery, and a check that every vote counts."""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from gan_zoo.bench.app_process import serving
from gan_zoo.bench.measure import Figure, Report
from gan_zoo.bench.viewers import processor_seconds
from gan_zoo.errors import UserError

# The number of pictures in a game, and the seconds to answer each.
PICTURES, TIME = 5, 3.0
# Seconds for which the answer is shown.
SHOWN = 1.0
# Seconds before the first picture, in which all players join; in a hall they need longer.
WARM = 10.0


def room(count: int = 100, pause: float = 0.3) -> Report:
    """Measure a game of `count` players on loopback, who behave as phones do: they ask for the next state, wait until it is
    there, vote when they see a picture, and ask again within `pause` seconds. One player in ten comes late, one in ten loses
    the connection once, and one in ten votes twice."""
    with serving() as (process, port, _):
        told = asyncio.run(_played(process.pid, port, count, pause))
    figures = [
        Figure("processor time of the app, of one core", 100 * told["share"], "%", 20.0),
        Figure("answers a second", told["answers"], "/s"),
        Figure("votes counted, of those that were cast in time", 100 * told["counted"], "%", 100.0, at_least=True),
        Figure("from the presenter's click to a phone, median", statistics.median(told["delays"]), "s"),
        Figure("from the presenter's click to a phone, 95th percentile", quantile(told["delays"]), "s", 1.5),
        Figure("from the presenter's click to a phone, at most", max(told["delays"]), "s"),
    ]
    return Report(f"room: {count} players on loopback, {PICTURES} pictures", figures)


def quantile(delays: Sequence[float]) -> float:
    """The 95th percentile of at least two numbers."""
    return statistics.quantiles(delays, n=20, method="inclusive")[-1]


class Phone:
    """A connection to the app that stays open; the next request opens it again after a loss."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.asked = 0

    async def ask(self, method: str, path: str, content: Any = None) -> tuple[int, str, Any]:
        """The status, the ETag and the JSON content of the answer."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        body = b"" if content is None else json.dumps(content).encode()
        writer.write(f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().splitlines()
        status = int(first.split()[1])
        headers = {key.strip().lower(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
        told = await reader.readexactly(int(headers.get("content-length", 0)))
        self.asked += 1
        return status, headers.get("etag", ""), json.loads(told) if told else None

    async def lose(self) -> None:
        """Close the connection, as a phone that loses it does."""
        if self._streams is not None:
            self._streams[1].close()
            await self._streams[1].wait_closed()
            self._streams = None


async def _played(pid: int, port: int, count: int, pause: float) -> dict[str, Any]:
    host = Phone(port)
    _, _, opened = await host.ask("POST", "/detective/rooms", {})
    if opened is None or "host" not in opened:
        await host.lose()
        raise UserError("the app opens no room: it needs weights of digits with their discriminator", "no_app")
    path = f"/detective/rooms/{opened['code']}"
    shown: dict[int, float] = {}
    cast: dict[int, set[int]] = {number: set() for number in range(1, PICTURES + 1)}
    delays: list[float] = []
    begin = time.monotonic() + WARM
    end = begin + PICTURES * (TIME + SHOWN)
    phones = [Phone(port) for _ in range(count)]

    async def play(number: int) -> None:
        phone, chance = phones[number], random.Random(number)
        late, loses, twice = (number % 10 == digit for digit in (1, 2, 3))
        await asyncio.sleep(number / count + (WARM + TIME if late else 0))
        _, _, joined = await phone.ask("POST", f"{path}/players", {})
        mark, answered = "", 0
        while True:
            status, new, state = await phone.ask("GET", f"{path}/turn?after={quote(mark)}")
            if status not in (200, 204):
                raise UserError(f"the app answered {status} to a player: see what 'python app.py' says", "no_app")
            mark = new or mark
            if state and state["phase"] == "over":
                break
            if state and state["phase"] == "voting" and state["round"] > answered:
                answered = state["round"]
                if not late:
                    delays.append(time.monotonic() - shown[answered])
                if loses and answered == 2:
                    await phone.lose()
                for _ in range(2 if twice else 1):
                    vote = {"player": joined["player"], "round": answered, "real": chance.random() < 0.5}
                    counted, _, _ = await phone.ask("POST", f"{path}/votes", vote)
                    if counted == 200:
                        cast[answered].add(number)
            await asyncio.sleep(chance.uniform(0, pause))
        await phone.lose()

    async def lead() -> tuple[int, float]:
        counted = 0
        await asyncio.sleep(begin - time.monotonic())
        await host.lose()  # the app has closed the connection, which was silent for so long
        before = processor_seconds(pid)
        for number in range(1, PICTURES + 1):
            shown[number] = time.monotonic()
            await host.ask("POST", f"{path}/lead", {"host": opened["host"], "do": "next"})
            await asyncio.sleep(TIME)
            await host.ask("POST", f"{path}/lead", {"host": opened["host"], "do": "show"})
            _, _, state = await host.ask("GET", path)
            counted += sum(state["tally"].values())
            await asyncio.sleep(SHOWN)
        share = (processor_seconds(pid) - before) / (time.monotonic() - begin)
        await host.ask("POST", f"{path}/lead", {"host": opened["host"], "do": "end"})
        return counted, share

    leading = asyncio.create_task(lead())
    await asyncio.gather(leading, *(play(number) for number in range(count)))
    counted, share = leading.result()
    await host.lose()
    votes = sum(len(players) for players in cast.values())
    asked = sum(phone.asked for phone in phones)
    return {"share": share, "answers": asked / (end - begin + WARM), "counted": counted / max(votes, 1), "delays": delays}
