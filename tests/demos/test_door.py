"""The door: what may come in, by whom, how much of it, and what the page may load."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from demos.shared import guard, lanes, origins
from demos.shared.bucket import Bucket
from gan_zoo import UserError


async def echo(request: Request) -> JSONResponse:
    return JSONResponse({"size": len(await request.body()), "counted": request.scope.get("zoo.size")})


async def html(request: Request) -> HTMLResponse:
    return HTMLResponse("<script>a()</script><SCRIPT type='module'>b()</SCRIPT><script src='x.js'></script>")


async def endless(request: Request) -> StreamingResponse:
    return StreamingResponse(iter([b"data: x"]), media_type="text/event-stream")


@pytest.fixture
def client() -> TestClient:
    every = "/{path:path}"
    ours = [Route("/page", html), Route("/demos/{file}", echo), Route("/detective/rooms", echo, methods=["POST"])]
    routes = [*ours, Route("/gradio_api/heartbeat/{one}", endless), Route(every, echo, methods=["GET", "POST"])]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(guard.Guard, routes=ours)]))


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


def test_gradio_makes_no_icon_of_any_size_and_fetches_nothing(client: TestClient) -> None:
    """An icon of 100,000 pixels a side takes 40 GB, and a file of an address makes an open proxy of the gallery."""
    for path in ("/pwa_icon/100000", "/pwa_icon/-1", "/gradio_api/file=http://a/b", "/gradio_api/file=HTTPS://a/b", "/nothing"):
        assert client.get(path).status_code == 404, path
    for path in (
        "/pwa_icon",
        "/pwa_icon/192",
        "/pwa_icon/512",
        "/gradio_api/file=/tmp/gradio/x.png",
        "/gradio_api/file=C:/x.png",
    ):
        assert client.get(path).status_code == 200, path


def test_programs_come_in_by_mcp_where_the_owner_opens_it(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.post("/gradio_api/mcp/").status_code == 404
    monkeypatch.setenv("GRADIO_MCP_SERVER", "True")
    assert client.post("/gradio_api/mcp/").status_code == 200


@pytest.mark.parametrize(("site", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)])
def test_other_pages_ask_nothing_through_a_browser(client: TestClient, site: str, status: int) -> None:
    headers = {"Sec-Fetch-Site": site}
    assert client.post("/gradio_api/queue/join", headers=headers).status_code == status
    assert client.get("/gradio_api/info", headers=headers).status_code == status
    assert client.get("/", headers={**headers, "Sec-Fetch-Mode": "navigate"}).status_code == 200, "a link may lead here"
    assert client.post("/", headers={**headers, "Sec-Fetch-Mode": "navigate"}).status_code == status


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("192.168.1.5:7860", "http://192.168.1.5:7860", 200),
        ("192.168.1.5:7860", "https://evil.example", 403),
        ("192.168.1.5:7860", "null", 403),
        ("192.168.1.5:7860", "http://[", 403),
        ("127.0.0.1:7860", "http://zoo.example", 200),  # a proxy on this machine that changes the host
    ],
)
def test_where_a_browser_does_not_say_which_page_asks_its_origin_does(
    client: TestClient, host: str, origin: str, status: int
) -> None:
    for method in ("GET", "POST"):
        # The other page can write further headers, too.
        headers = {"Host": host, "Origin": origin, "X-Forwarded-Host": origin.partition("//")[2]}
        assert client.request(method, "/gradio_api/queue/data", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("localhost:7860", True), ("zoo.localhost", True), ("127.0.0.1", True), ("[::1]:7860", True), ("192.168.1.5", True),
        ("zoo.example:80", True), ("ab12.gradio.live", True), ("", True),
        ("evil.example", False), ("evil.example:7860", False), ("gradio.live", False), ("127.0.0.1.evil.example", False),
        ("[", False),
    ],
)  # fmt: skip
def test_no_name_from_elsewhere_leads_to_a_gallery_of_this_machine(
    monkeypatch: pytest.MonkeyPatch, host: str, known: bool
) -> None:
    """A page may let its own name lead to 127.0.0.1, and would then be, to the browser, part of the gallery."""
    monkeypatch.setenv(origins.HOSTS, "zoo.example, other.example")
    scope = {"type": "http", "method": "GET", "server": ("127.0.0.1", 7860), "headers": [(b"host", host.encode())]}
    assert origins.is_known(scope) is known
    assert origins.is_known({**scope, "server": ("10.0.0.2", 7860)}), "this one is for others, under whatever name"
    monkeypatch.setenv("SPACE_ID", "me/zoo")
    assert origins.is_known(scope)


def test_a_gallery_says_which_setting_adds_a_name(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("demos.shared.origins.is_known", lambda scope: False)
    answer = client.get("/")
    assert answer.status_code == 421 and origins.HOSTS in answer.json()["detail"]


def test_a_question_of_too_many_parts_is_not_read(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """28 MB of `[],[],` would take 600 MB in memory, and a character that isn't in ASCII makes each one take four bytes."""
    monkeypatch.setattr(guard, "MOST_PARTS", 100)
    asked = "/gradio_api/queue/join"
    assert client.post(asked, content=b"[" + b"[]," * 100 + b"0]").status_code == 413
    assert client.post(asked, content=b"[0,0]").json()["counted"] == 5 + 2 * guard.PART
    for wide in ("é".encode(), rb"\ud83d\ude00"):
        assert client.post(asked, content=b'"aaa' + wide + b'"').json()["counted"] == guard.WIDE * (5 + len(wide))


def test_who_asks_without_end_waits(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "PAUSE", 0.0)
    statuses = {client.get("/demos/x.js").status_code for _ in range(100)}
    assert statuses == {200}
    bucket = Bucket(3, 0)
    assert [bucket.take("a") for _ in range(5)] == [True, True, True, False, False] and bucket.take("b")


def test_nothing_here_speaks_websocket(client: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/gradio_api/queue/join"):
        pass


def test_costly_pages_are_served_so_often(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "PAUSE", 0.0)
    statuses = [client.get("/config").status_code for _ in range(200)]
    assert statuses[:40] == [200] * 40, "a class may load the page at once"
    assert statuses[-1] == 429 and client.get("/demos/x.js").status_code == 200


def test_streams_have_an_end(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [client.get("/gradio_api/heartbeat/x").status_code for _ in range(3)] == [200] * 3
    monkeypatch.setattr(guard, "MOST_STREAMS_HERE", 0)
    assert client.get("/gradio_api/heartbeat/x").status_code == 429


def test_a_page_may_run_the_scripts_that_stand_in_it(client: TestClient) -> None:
    answer = client.get("/page", headers={"Accept-Encoding": "identity"})
    (scripts,) = (part for part in answer.headers["content-security-policy"].split("; ") if part.startswith("script-src"))
    assert scripts.count("sha256-") == 2 and "unsafe-inline" not in scripts
    assert guard.hashes(b"<script>a()</script>").strip() in scripts
    assert int(answer.headers["content-length"]) == len(answer.content)
    for path in ("/page", "/x", "/gradio_api/upload"):
        headers = client.get(path).headers
        assert guard.FRAMES in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "same-origin"


def test_what_takes_long_is_done_one_at_a_time_and_so_much_for_each_address() -> None:
    busy, most = 0, 0

    def work() -> int:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        time.sleep(0.001)
        busy -= 1
        return busy

    async def ask(lane: lanes.Lane, here: str) -> int:
        try:
            return await lane.run(Request({"type": "http", "client": (here, 1), "headers": []}), work)
        except UserError as error:
            assert error.code == "guard_often"
            return 429

    async def every() -> list[int]:
        lane = lanes.Lane(most_here=3)
        return await asyncio.gather(*(ask(lane, here) for here in ["1.1.1.1"] * 5 + ["2.2.2.2"]))

    assert asyncio.run(every()) == [0, 0, 0, 429, 429, 0] and most == 1
