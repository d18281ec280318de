"""The cost of many viewers of one training run for the gallery, and the delay until they see new ticks."""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

from PIL import Image

from gan_zoo.bench.app_process import serving
from gan_zoo.bench.measure import Figure, Report
from gan_zoo.errors import UserError
from gan_zoo.runs.run import Run

# The number of ticks in the log at the start, and the seconds between ticks that are added later.
TICKS, TICK = 300, 3.0
LOGGED = (
    "generator_loss", "discriminator_loss", "d_real", "d_fake", "generator_gradient_norm", "discriminator_gradient_norm",
)  # fmt: skip
# Seconds before the measurement begins; all viewers start in that time.
WARM = 4.0


def viewers(count: int = 100, seconds: float = 30.0, interval: float = 1.0) -> Report:
    """Measure `count` viewers of a run whose log grows. As the page does, each asks for what comes after the state that it has,
    and again `interval` seconds after it asked, or when the answer is there if that takes longer."""
    with tempfile.TemporaryDirectory() as folder:
        run = _begun(Run(Path(folder) / "watched"))
        with serving({"GAN_ZOO_RUNS": folder}) as (process, port, _):
            delays, answers, share = asyncio.run(_watched(run, process.pid, port, count, seconds, interval))
    unchanged = answers.count(204) / len(answers)
    figures = [
        Figure("processor time of the app, of one core", 100 * share, "%", 10.0),
        Figure("answers a second", len(answers) / seconds, "/s"),
        Figure("of which nothing new", 100 * unchanged, "%"),
        Figure("from the log to a viewer, median", statistics.median(delays), "s", 2.0),
        Figure("from the log to a viewer, at most", max(delays), "s", 2.0),
    ]
    return Report(f"viewers: {count} on loopback, each asks at most every {interval:g} s for {seconds:g} s", figures)


def _begun(run: Run) -> Run:
    run.folder.mkdir(parents=True)
    run.config.write_text(json.dumps({"model": "dcgan", "data": "digits", "steps": 100_000}), encoding="utf-8")
    run.append({"step": 0, "event": "start"})
    for tick in range(1, TICKS + 1):
        _add(run, tick)
    return run


def _add(run: Run, tick: int) -> None:
    """Add a tick to a run, as a trainer logs it."""
    run.save_grid(tick * 100, Image.new("L", (8, 8), tick % 256))
    run.append({"step": tick * 100, "images": tick * 6400} | {key: (tick % 17) / 17 for key in LOGGED})


async def _watched(
    run: Run, pid: int, port: int, count: int, seconds: float, interval: float
) -> tuple[list[float], list[int], float]:
    """The delays in seconds until each viewer had each new tick, the status of every answer, and the share of one core."""
    added: dict[int, float] = {}
    delays: list[float] = []
    answers: list[int] = []
    begin = time.monotonic() + WARM

    async def view(number: int) -> None:
        await asyncio.sleep(number / count * interval)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        seen, mark = TICKS, ""
        while time.monotonic() < begin + seconds:
            asked = time.monotonic()
            status, mark, content = await _ask(reader, writer, run.folder.name, mark)
            if asked >= begin:
                answers.append(status)
            if content:
                last = json.loads(content)["step"] // 100
                now = time.monotonic()
                delays.extend(now - added[tick] for tick in range(seen + 1, last + 1) if added[tick] >= begin)
                seen = last
            await asyncio.sleep(max(0.0, interval - (time.monotonic() - asked)))
        writer.close()
        await writer.wait_closed()

    async def train() -> None:
        tick = TICKS
        while time.monotonic() < begin + seconds - 2 * interval:
            tick += 1
            added[tick] = time.monotonic()
            _add(run, tick)
            await asyncio.sleep(TICK)

    async def measure() -> float:
        await asyncio.sleep(begin - time.monotonic())
        before = processor_seconds(pid)
        await asyncio.sleep(seconds)
        return (processor_seconds(pid) - before) / seconds

    share = asyncio.create_task(measure())
    await asyncio.gather(share, train(), *(view(number) for number in range(count)))
    return delays, answers, share.result()


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, name: str, mark: str) -> tuple[int, str, bytes]:
    """The status, the ETag and the content of the answer to one request of a page, on a connection that stays open."""
    after = f"?after={quote(mark)}" if mark else ""
    writer.write(f"GET /training/runs/here/{name}{after} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    await writer.drain()
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().splitlines()
    status = int(first.split()[1])
    if status not in (200, 204):
        raise UserError(f"the app answered {status} to a viewer: see what 'python app.py' says", "no_app")
    headers = {key.strip().lower(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    length = 0 if status == 204 else int(headers["content-length"])
    return status, headers["etag"], await reader.readexactly(length)


def processor_seconds(pid: int) -> float:
    """The processor time of a process so far, in seconds; raises `UserError` on systems other than Linux."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError as error:
        raise UserError("processor times are measured on Linux alone", "no_linux") from error
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
