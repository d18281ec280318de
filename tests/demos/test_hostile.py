"""Everything that the page can be asked, with values that no page of ours would send: nothing breaks, and nothing leaks."""

from __future__ import annotations

import contextlib
import itertools
import json
import re
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

from app_process import ROOT, Forked, output_of, serve

from demos.shared import page, responses
from gan_zoo import UserError
from gan_zoo.weights.store import REPOSITORY_WEIGHTS

PASSWD = "root:x:0"
FILE = {"path": "/etc/passwd", "url": "file:///etc/passwd", "meta": {"_type": "gradio.FileData"}}
VALUES: tuple[Any, ...] = (
    None, "", "../../../../etc/passwd", "/etc/passwd", -1, 10**400, 1e308, 0.5, True, [], {}, [[[[]]]], FILE,
    "data:image/png;base64,AAAA", "data:image/svg+xml;base64,PHN2Zy8+", "<script>alert(1)</script>", "x" * 200_000,
    [1e308] * 1000, {"a": {"b": None}}, ["../x"] * 3, [[0, -1], ["a", 2.5]], "\x00\ud800", {"__class__": "os"},
    "a" + "[" * 5000,
)  # fmt: skip


PARTS = 4
"""into so many tests the questions are divided, so that none of them takes long"""


def words(pattern: str) -> list[str]:
    """What handlers look up, of what an event of the page brings."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "demos").rglob("*.py"))]
    return sorted({word for text in texts for word in re.findall(pattern + r'(?:\.get\(|\[)"(\w+)"', text)})


OUTER, INNER = words("_data"), words("(?:asked|question|request|given)")


def event(value: Any) -> dict[str, Any]:
    """An event that brings `value` wherever a handler looks."""
    inner = dict.fromkeys(INNER, value)
    return {**inner, **dict.fromkeys(OUTER, inner)}


class App:
    """The app in a process of its own, with what it says."""

    def __init__(self) -> None:
        self.forked = Forked(serve, REPOSITORY_WEIGHTS)
        self.lines: list[str] = []
        started = threading.Event()

        def read() -> None:
            for line in self.forked.output:
                self.lines.append(line)
                if line.startswith("serving "):
                    started.set()

        self.reader = threading.Thread(target=read)
        self.reader.start()
        assert started.wait(120), "".join(self.lines)
        self.url = next(line.split()[1] for line in self.lines if line.startswith("serving ")).rstrip("/")
        self.http = httpx.Client(base_url=self.url, timeout=120, trust_env=False)

    def ask(self, number: int, data: list[Any], event: Any) -> str:
        """What a handler answers to `data` and to what an event brings, as the page hears it; all of it as text."""
        session = uuid.uuid4().hex
        asked = {"data": data, "fn_index": number, "session_hash": session, "event_data": event}
        content = json.dumps(asked).encode()
        joined = self.http.post("/gradio_api/queue/join", content=content, headers={"Content-Type": "application/json"})
        if joined.status_code != 200:
            return joined.text
        heard = ""
        # A number too long for JSON, said back, ends a visitor's own stream.
        with (
            contextlib.suppress(httpx.RemoteProtocolError),
            self.http.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as stream,
        ):
            for line in stream.iter_lines():
                heard += line
                if '"process_completed"' in line or '"close_stream"' in line:
                    break
        return heard

    def is_well(self) -> None:
        """It still answers, and since it was last asked nothing of ours went wrong: what Gradio refuses, it says too."""
        assert self.http.get("/config").status_code == 200 and self.forked.process.is_alive()
        said, self.lines = "".join(self.lines), []
        # Every request passes the middleware of the language, whoever fails behind it.
        ours = re.finditer(r'File ".*/(?:demos|gan_zoo)/.*", line \d+, in (?!__call__)', said)
        wrong = [said[max(0, at.start() - 500) : at.start() + 1500] for at in ours]
        assert not wrong, "\n...\n".join(wrong[:3])

    def close(self) -> None:
        self.http.close()
        self.forked.process.terminate()
        self.reader.join()
        self.forked.end()


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def app(runs: Path) -> Iterator[App]:
    """The app as a Space starts it."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"SYSTEM": "spaces", "SPACE_ID": "me/zoo", "GAN_ZOO_RUNS": str(runs)}.items():
            patch.setenv(name, value)
        running = App()
    yield running
    running.close()


@pytest.mark.parametrize("part", range(PARTS))
def test_every_handler_with_everything(app: App, sampled: Any, part: int) -> None:
    """Without `--whole`, each handler gets one in four of its questions."""
    config = app.http.get("/config").json()
    usual = {part["id"]: part["props"].get("value") for part in config["components"]}
    turn = itertools.cycle(VALUES)
    asked: list[tuple[str, int, list[Any], Any]] = []
    for handler in config["dependencies"]:
        if not handler["backend_fn"]:
            continue
        name, given = handler["api_name"] or str(handler["id"]), [usual.get(part) for part in handler["inputs"]]
        questions = [([next(turn)] * len(given), next(turn)), *((given, event(next(turn))) for _ in range(2))]
        for i in range(len(given)):
            changed = [*given]
            changed[i] = next(turn)
            questions.append((changed, None))
        chosen = sampled(range(len(questions)), 4, key=lambda i, name=name: f"{name} {i}")
        asked += [(name, handler["id"], *questions[i]) for i in chosen]
    assert len(asked) > 50 and OUTER and len(INNER) > 5

    def leaks(name: str, number: int, data: list[Any], event: Any) -> list[str]:
        answer = app.ask(number, data, event)
        return [f"{name} tells {secret}" for secret in (PASSWD, str(ROOT), "Traceback") if secret in answer]

    with ThreadPoolExecutor(4) as visitors:
        found = [leak for one in visitors.map(lambda one: leaks(*one), asked[part::PARTS]) for leak in one]
    assert not found
    app.is_well()


@pytest.mark.parametrize("what", ["start", "steer", "publish", "push", "follow", "unlock", "plan_own", "start_own"])
def test_visitors_of_a_space_train_nothing(what: str, app: App, runs: Path) -> None:
    config = app.http.get("/config").json()
    viewer = next(part["id"] for part in config["components"] if part["props"].get("elem_id") == "training")
    (handler,) = [h for h in config["dependencies"] if [viewer, what] in h["targets"]]
    asked = {"do": "stop", "model": "mlp_gan", "data": "digits", "name": "../x", "password": "", "repository": "me/x"}
    answer = app.ask(handler["id"], [None] * len(handler["inputs"]), {"request": asked})
    assert "Only the owner of this machine can do that" in answer
    assert not list(runs.iterdir())


def test_visitors_of_a_space_bring_no_pictures(app: App, runs: Path) -> None:
    for method in ("GET", "POST", "DELETE"):
        answer = app.http.request(method, "/training/own?set=x", content=b"x" * 100_000 if method == "POST" else b"")
        assert answer.status_code == 403 and "持ち主" in answer.json()["trouble"]
    assert not list(runs.iterdir())


LIST_ROUTES = """
import json, app
from demos.shared import page
routes = page.launch_options(app.routes)["app_kwargs"]["routes"]
print("routes", json.dumps([[route.path, sorted(route.methods or ())] for route in routes]))
"""


def our_routes() -> list[tuple[str, list[str]]]:
    """Return the address and the methods of each route of ours.

    Another process lists them: importing the app here would leave event loops of Gradio behind in the tests that follow.
    """
    lines = output_of(LIST_ROUTES).splitlines()
    return json.loads(next(line.removeprefix("routes ") for line in lines if line.startswith("routes ")))


def test_no_address_leads_to_a_file(app: App) -> None:
    """The routes of the page and ours, with names of files that are there, written in all ways."""
    paths = ["/etc/passwd", str(ROOT / "app.py"), "../../../../../../../../etc/passwd", "..%2f" * 8 + "etc%2fpasswd"]
    paths += ["%2e%2e/" * 8 + "etc/passwd", "....//" * 8 + "etc/passwd", "..\\" * 8 + "etc\\passwd", "%00/etc/passwd"]
    places = ["/gradio_api/file=", "/file=", "/static/", "/assets/", "/theme.css/", "/gradio_api/stream/", "/svelte/"]
    routes = our_routes()
    assert routes
    places += [re.sub(r"\{[^}]*\}.*", "", address) for address, _ in routes]
    for place, path in itertools.product(dict.fromkeys(places), paths):
        answer = app.http.get(f"{place}{path}")
        text = answer.text
        assert PASSWD not in text and "from __future__" not in text, f"{place}{path}"
    for address, methods in routes:
        for value in ("..", "%2e%2e", "x" * 5_000, "%00", "-1", "1e9", "nan"):
            path = re.sub(r"\{[^}]*\}", value, address)
            for method in methods:
                answer = app.http.request(method, path, content=b'{"a": [' if method == "POST" else b"")
                assert answer.status_code < 500, f"{method} {path}"
    app.is_well()


def test_nothing_is_uploaded_and_nothing_skips_the_queue(app: App) -> None:
    """A file comes with the question that it is for; no tab needs an upload that lies around."""
    png = {"files": ("a.png", b"x")}
    for path in ("/gradio_api/upload", "/gradio_api/upload/", "/gradio_api/upload?upload_id=1"):
        assert app.http.post(path, files=png).status_code == 404
    for path in (
        "run/sample",
        "api/sample",
        "run/predict",
        "component_server",
        "process_recording",
        "vibe-edit",
        "proxy=https://a.b/",
    ):
        assert app.http.post(f"/gradio_api/{path}", json={"data": ["x", 7, 9, 2.0, "auto"]}).status_code == 404, path
    for path in ("deep_link?session_hash=a", "proxy=https://a.b/", "runs", "dev/reload", "stream/a/b/1/playlist.m3u8"):
        assert app.http.get(f"/gradio_api/{path}").status_code == 404, path
    for path in ("/monitoring", "/pwa_icon/100000", "/gradio_api/file=https://a.b/", "/docs"):
        assert app.http.get(path).status_code == 404, path
    app.is_well()


def test_a_body_without_end_is_not_read(app: App) -> None:
    for path, size in (("/gradio_api/queue/join", 30_000_000), ("/gradio_api/reset", 200_000), ("/detective/rooms", 200_000)):
        try:
            answer = app.http.post(path, content=b"[" + b" " * size, headers={"Content-Type": "application/json"})
        except (httpx.WriteError, httpx.ReadError):  # the app has closed the door
            continue
        assert answer.status_code == 413 and "MB" in answer.json()["detail"]
    app.is_well()


def test_every_answer_has_its_headers(app: App) -> None:
    for path in ("/", "/config", "/detective/room", "/demos/shared/web/ask.js", "/nothing", "/gradio_api/upload"):
        headers = app.http.get(path).headers
        assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "same-origin", path
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy and "frame-ancestors 'self' https://huggingface.co" in policy, path
        assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]


def test_nobody_is_computed_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(responses.in_time(iter("abc"))) == ["a", "b", "c"]
    monkeypatch.setattr("demos.shared.responses.MOST_SECONDS", -1)
    with pytest.raises(UserError, match="stopped"):
        list(responses.in_time(iter("abc")))


def test_what_is_made_goes_after_an_hour_and_nothing_skips_the_queue() -> None:
    told = output_of("import app; print(app.demo.delete_cache, app.demo.api_open, type(app.demo._queue).__name__)")
    assert told.splitlines()[-1] == "(3600, 3600) False FairQueue"
    assert page.launch_options()["max_file_size"] == "10mb"
