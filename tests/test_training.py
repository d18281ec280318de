"""The Training tab without a browser: what it tells of runs, what its routes serve, who may train, what it refuses."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

import gradio as gr
import torch
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from demos import texts, training
from demos.training import owner, playing, routes, starting, telling, watching
from demos.training.playing import Table
from gan_zoo import Run, UserError, health, hub, live, model_class, playground, sync, timeline


@pytest.fixture(autouse=True)
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of runs, empty at first; there are no weights."""
    monkeypatch.setattr(hub, "weights_roots", list)
    monkeypatch.setenv("GAN_ZOO_RUNS", str(tmp_path / "runs"))
    monkeypatch.setattr(watching, "FRESH", 0.0)
    return tmp_path / "runs"


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=routes.to_runs(watching.Watch()))) as opened:
        yield opened


def row(step: int, **more: Any) -> dict[str, Any]:
    return {"step": step, "images": step * 8, "generator_loss": 1.5, "discriminator_loss": 0.5, "d_fake": 0.25} | more


def recorded(runs: Path, name: str = "one", steps: int = 3) -> Run:
    """A run that was trained here and is over."""
    run = Run(runs / name)
    run.append({"step": 0, "event": "start"})
    for step in range(1, steps + 1):
        run.append(row(step * 10))
        run.save_grid(step * 10, Image.new("RGB", (24, 16), (step * 20, 0, 0)))
    run.append({"step": steps * 10, "event": "end", "ending": "complete"})
    settings = {"model": "dcgan", "data": "digits", "options": {"discriminator_steps": 2}, "learning_rates": {"generator": 0.1}}
    run.config.write_text(json.dumps({**settings, "steps": steps * 10}))
    return run


def state(client: TestClient, name: str = "one", where: str = "here") -> dict[str, Any]:
    answer = client.get(f"/training/runs/{where}/{name}")
    assert answer.status_code == 200
    return answer.json()


def test_a_run_tells_how_it_went(runs: Path, client: TestClient) -> None:
    recorded(runs)
    told = state(client)
    assert (told["phase"], told["alive"], told["step"]) == ("complete", False, 30)
    assert told["grids"] == told["steps"] == [10, 20, 30]
    losses = told["panels"][0]
    assert [line["role"] for line in losses["lines"]] == ["generator", "discriminator"]
    assert losses["lines"][0]["mean"] == [1.5] * 3
    assert told["health"] == {"light": "green", "list": []}
    assert (told["rates"], told["updates"]) == ({"generator": 0.1}, 2)


def test_what_has_not_changed_is_not_sent_again(runs: Path, client: TestClient) -> None:
    run = recorded(runs)
    for url in ("/training/runs", "/training/runs/here/one"):
        first = client.get(url)
        again = client.get(url, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    run.append(row(40))
    fresh = client.get("/training/runs/here/one", headers={"If-None-Match": first.headers["etag"]})
    assert fresh.json()["step"] == 40


def test_a_state_is_put_together_once_for_all(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "FRESH", 100.0)
    made: list[int] = []
    shared = watching.Shared(lambda: made.append(1) or {"n": len(made)})
    assert shared.fresh() is None
    assert shared.get() == shared.get() == shared.fresh()
    assert made == [1]


def test_pictures_and_films(runs: Path, client: TestClient) -> None:
    recorded(runs)
    grid = client.get("/training/runs/here/one/grids/20")
    assert grid.content == (runs / "one" / "grids" / "00000020.webp").read_bytes()
    assert "immutable" in grid.headers["cache-control"]
    assert client.get("/training/runs/here/one/grids/21").status_code == 404
    film = client.get("/training/runs/here/one/film")
    assert film.headers["content-type"] == "video/mp4"
    assert b"ftyp" in film.content[:12]


def test_runs_behind_weights_come_first(
    runs: Path, client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, cls = recorded(runs), model_class("dcgan")
    folder = tmp_path / "weights" / "shown"
    hub.save_weights(cls(cls.TINY), folder, {"data": "digits", "classes": [], "grids": [10, 20, 30]})
    shutil.copy(run.log, folder / "log.jsonl")
    frames = [Image.open(path).convert("RGB") for path in run.grid_paths().values()]
    frames[0].save(folder / "grids.webp", save_all=True, append_images=frames[1:], duration=hub.FRAME_MILLISECONDS)
    monkeypatch.setattr(hub, "weights_roots", lambda: [tmp_path / "weights"])
    listed = [(one["where"], one["name"], one["data"]) for one in client.get("/training/runs").json()]
    assert listed == [("weights", "shown", "digits"), ("here", "one", "digits")]
    assert state(client, "shown", "weights")["phase"] == "recorded"
    assert client.get("/training/runs/weights/shown/grids/30").status_code == 200
    differing = dict((key, rest) for key, *rest in client.get("/training/differences?one=weights/shown&other=here/one").json())
    assert "model" not in differing and "learning_rates.generator" in differing


@pytest.mark.parametrize("path", ["here/none", "nowhere/one", "here/%2e%2e", "weights/..%2f..", "here/one/grids/x"])
def test_only_what_is_in_the_list_is_served(runs: Path, client: TestClient, path: str) -> None:
    recorded(runs)
    assert client.get(f"/training/runs/{path}").status_code == 404
    assert client.post("/training/runs/here/one").status_code == 405


def test_a_run_that_is_deleted_while_it_is_looked_at(runs: Path, client: TestClient) -> None:
    run = recorded(runs)
    state(client)
    shutil.rmtree(run.folder)
    answer = client.get("/training/runs/here/one")
    assert answer.status_code == 404
    assert all(f'lang="{language}"' in answer.json()["trouble"] for language in texts.LANGUAGES)
    assert client.get("/training/runs").json() == []
    recorded(runs, steps=2)
    assert state(client)["step"] == 20, "another one in its place"


def test_torn_lines_and_damaged_files_leave_the_rest(runs: Path, client: TestClient) -> None:
    run = recorded(runs)
    with run.log.open("ab") as log:
        log.write(b'{"step": 40, "generator_lo')
    run.config.write_text("{")
    (run.grids / "00000020.webp").unlink()
    told = state(client)
    assert (told["steps"], told["grids"]) == ([10, 20, 30], [10, 30])


def test_why_a_run_has_ended(runs: Path, client: TestClient) -> None:
    run = recorded(runs)
    for ending, message, words in (("diverged", "x is no longer a number", "NaN"), ("odd", "<b>look</b>", "&lt;b&gt;look")):
        run.append({"step": 30, "event": "resume"})
        run.append({"step": 30, "event": "end", "ending": ending, "message": message})
        told = state(client)
        assert told["phase"] == "failed" and words in told["why"]
        assert "<b>" not in told["why"] + told["marks"][-1]["said"]
    run.append({"step": 30, "event": "resume"})
    assert state(client)["phase"] == "killed"


def test_a_trainer_that_has_not_spoken_yet_is_not_the_one_before(runs: Path, client: TestClient) -> None:
    run = recorded(runs)
    run.process.write_text("{}")
    os.utime(run.log, (1, 1))
    assert state(client)["phase"] == "killed"


def test_a_run_on_the_hub_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "FETCH", 0.0)
    asked: list[str] = []

    def follow(repository: str) -> Run:
        asked.append(repository)
        return Run(tmp_path / "me--run")

    monkeypatch.setattr(sync, "follow", follow)
    run = recorded(tmp_path, "me--run")
    run.log.write_text("".join(run.log.read_text().splitlines(keepends=True)[:-1]))
    watch = watching.Watch()
    assert watch.follow("me/run") == "me--run"
    told = json.loads(watch.find("hub", "me--run").state.get()[0])
    assert (told["phase"], told["followed"], told["resumable"]) == ("running", True, False)
    assert set(asked) == {"me/run"}
    run.append({"step": 30, "event": "end", "ending": "complete"})
    assert json.loads(watch.find("hub", "me--run").state.get()[0])["phase"] == "complete"
    assert [one["where"] for one in json.loads(watch.list.get()[0])] == ["hub"]


def test_changes_of_a_live_run_are_marked() -> None:
    events = [
        {"step": 0, "event": "start"},
        {"step": 5, "event": "learning_rates", "value": {"generator": 0.002, "discriminator": 0.0}},
        {"step": 6, "event": "discriminator_steps", "value": 3},
        {"step": 7, "event": "never heard of"},
    ]
    start, rates, steps = telling.marks(events)
    assert (start["marked"], rates["marked"], steps["step"]) == (False, True, 6)
    assert "0.002" in rates["said"]
    settings = {"model": "dcgan", "options": {"discriminator_steps": 1}, "learning_rates": {"generator": 1.0}}
    assert telling.knobs(settings, events) == {"rates": {"generator": 0.002, "discriminator": 0.0}, "updates": 3}
    assert telling.knobs({"model": "sngan"}, []) == {"rates": {}, "updates": None}


def test_every_finding_has_words_in_both_languages() -> None:
    from typing import get_args

    for kind in get_args(health.Kind):
        assert {f"f_{kind}", f"s_{kind}"} <= set(texts.TEXTS)
        assert all(f"a_{advice}" in texts.TEXTS for advice in health.ADVICE[kind])
    for phase in get_args(live.Phase):
        assert f"phase_{phase.replace(' ', '_')}" in texts.TEXTS


def test_what_is_wrong_now_comes_first() -> None:
    rows = [row(i, d_real=0.99, d_fake=0.001) if i < 5 else row(i, diversity=0.9 if i < 9 else 0.1) for i in range(1, 15)]
    told = telling.findings(rows)
    assert told["light"] == "red"
    now = [one["until"] is None for one in told["list"]]
    assert now == sorted(now, reverse=True)
    assert telling.findings(rows[:1])["light"] == "none"


def test_quantities_that_nobody_knows_get_a_panel_of_their_own() -> None:
    rows = [row(i, wonder=i, generator_ab_gradient_norm=1.0, nothing=None) for i in range(1, 4)]
    found = {panel["key"]: panel for panel in telling.panels(timeline.curves(rows))}
    assert set(found) == {"losses", "opinions", "gradients", "wonder"}
    assert found["wonder"]["title"]["ja"] == "wonder"


# Who may train.
def visitor(host: str = "localhost:7860", address: str = "127.0.0.1", **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return SimpleNamespace(headers={"host": host, **named}, client=SimpleNamespace(host=address))


@pytest.fixture(autouse=True)
def _plain_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SPACE_ID", "SYSTEM", owner.ALLOW, owner.PASSWORD):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(("request_", "allowed"), [
    (visitor(), True),
    (visitor("127.0.0.1:7860", origin="http://127.0.0.1:7860"), True),
    (visitor("[::1]:7860", "::1"), True),
    (visitor(address="192.168.0.7"), False),
    (visitor("192.168.0.7:7860"), False),
    (visitor("evil.example"), False),
    (visitor(origin="http://evil.example"), False),
    (visitor(x_forwarded_for="10.0.0.1"), False),
])  # fmt: skip
def test_on_a_machine_of_ones_own_its_owner_may(request_: Any, allowed: bool) -> None:
    assert owner.may(request_, shared=False) is allowed
    assert owner.may(request_, shared=True) is False


def test_elsewhere_it_takes_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPACE_ID", "me/zoo")
    with pytest.raises(UserError) as refused:
        owner.check(visitor(), "", shared=False)
    assert refused.value.code == "not_owner"
    monkeypatch.setenv(owner.PASSWORD, "秘密")
    owner.check(visitor("zoo.example"), "秘密", shared=True)
    for wrong in ("secret", ["秘密"], 1):
        with pytest.raises(UserError) as refused:
            owner.check(visitor(), wrong, shared=False)
        assert refused.value.code == "wrong_password"
    monkeypatch.setenv(owner.ALLOW, "1")
    assert owner.may(visitor("zoo.example", "8.8.8.8"), shared=True)


# Starting and steering.
def test_the_form_becomes_a_training() -> None:
    config = starting.chosen({**starting.FAIR, "loss": "hinge", "augment": "augment_mirror"})
    assert (config.model, config.data, config.batch_size, config.minutes) == ("mlp_gan", "digits", 128, 5)
    assert config.options["loss"] == "hinge" and config.mirror
    assert starting.chosen({**starting.FAIR, "model": "wgan_gp", "updates": 5}).options["critic_steps"] == 5


@pytest.mark.parametrize("preset", starting.PRESETS)
def test_every_preset_is_in_the_lists(preset: str) -> None:
    starting.chosen(starting.PRESETS[preset])


@pytest.mark.parametrize("wrong", [
    {"data": "/etc/passwd"}, {"data": "../digits"}, {"model": "classifier"}, {"model": None}, {"batch": 3}, {"batch": True},
    {"generator": 1e9}, {"generator": "0.1"}, {"minutes": 0}, {"loss": "none"}, {"augment": []}, {"updates": 1000},
], ids=str)  # fmt: skip
def test_nothing_but_the_lists_is_taken(runs: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(UserError) as refused:
        starting.start({**starting.FAIR, **wrong})
    assert refused.value.code == "bad_choice"
    assert not runs.exists()


@pytest.mark.parametrize(("asked", "code"), [
    ({"do": "pause", "name": "../one"}, "no_run_here"),
    ({"do": "pause", "name": 7}, "no_run_here"),
    ({"do": "pause", "name": "one"}, "not_running"),
    ({"do": "rates", "name": "one", "rates": {"generator": -1}}, "bad_control"),
    ({"do": "rates", "name": "one", "rates": None}, "bad_choice"),
    ({"do": "resume", "name": "one"}, "no_checkpoint"),
    ({"do": "delete", "name": "one"}, "bad_choice"),
])  # fmt: skip
def test_what_cannot_be_done_is_refused_in_words(runs: Path, asked: dict[str, Any], code: str) -> None:
    recorded(runs)
    with pytest.raises(UserError) as refused:
        starting.steer(asked)
    assert refused.value.code == code
    assert all(f'lang="{language}"' in texts.explain(refused.value) for language in texts.LANGUAGES)


def test_a_full_disk_starts_nothing(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1e9))
    with pytest.raises(UserError) as refused:
        starting.start(starting.FAIR)
    assert refused.value.code == "little_disk"


def test_runs_get_names_of_their_own(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def begin(config: Any, folder: Path, name: str) -> Run:
        return recorded(folder, name)

    monkeypatch.setattr(live, "start", begin)
    assert [starting.start(starting.FAIR) for _ in range(2)] == ["mlp_gan-digits-1", "mlp_gan-digits-2"]


# The duel in two dimensions.
def played(table: Table, steps: int, afresh: bool = False, **settings: Any) -> dict[str, Any]:
    return playing.frame(table, {"steps": steps, "afresh": afresh, "settings": settings})


def test_the_duel_goes_on_from_frame_to_frame() -> None:
    table = Table()
    assert played(table, 0)["step"] == 0
    first = played(table, 3, generator_rate=0.01)
    assert (first["step"], first["row"]["step"]) == (3, 3)
    assert played(table, -1)["step"] > 3
    assert played(table, 1, afresh=True)["step"] == 1
    assert played(table, 0, latent_size=1)["step"] == 0, "another generator begins anew"
    values = torch.frombuffer(bytearray(base64.b64decode(first["landscape"])), dtype=torch.int16)
    assert len(values) == first["cells"] ** 2
    assert int(values.min()) >= 0 and int(values.max()) <= playing.SCALE


def test_a_side_that_does_nothing_has_no_loss() -> None:
    assert played(Table(), 2, generator_steps=0)["row"]["generator_loss"] is None


def test_a_distribution_of_the_visitors_own() -> None:
    table = Table()
    played(table, 1, distribution="drawn", points=[[0.5, 0.5], [-0.5, 0]])
    assert table.game is not None and float(table.game.real.abs().max()) < 0.7
    played(table, 1)
    assert table.game.config.distribution == "ring" and table.game.step == 2


@pytest.mark.parametrize(("settings", "code"), [
    ({"distribution": "drawn"}, "nothing_drawn"),
    ({"distribution": "drawn", "points": [[2, 0]]}, "bad_playground"),
    ({"distribution": "drawn", "points": [[0]]}, "bad_playground"),
    ({"distribution": "drawn", "points": [[0, 0]] * 501}, "bad_playground"),
    ({"generator_rate": "fast"}, "bad_playground"),
    ({"generator_steps": 1.5}, "bad_playground"),
    ({"discriminator_steps": 1000}, "bad_playground"),
    ({"latent_size": 3}, "bad_playground"),
    ({"loss": "none"}, "unknown_loss"),
])  # fmt: skip
def test_settings_that_cannot_be_are_refused(settings: dict[str, Any], code: str) -> None:
    with pytest.raises(UserError) as refused:
        played(Table(), 1, **settings)
    assert refused.value.code == code


@pytest.mark.parametrize("steps", [-2, 10_000, 0.5, "all", None])
def test_so_are_numbers_of_steps(steps: Any) -> None:
    with pytest.raises(UserError):
        playing.frame(Table(), {"steps": steps})


# The page.
@pytest.mark.parametrize("name", ["training.html", "playground.html"])
def test_the_templates_are_filled(name: str) -> None:
    page = training.filled(name)
    assert not re.search(r"\[\w+]", page)
    assert all(shape in page for shape in playground.DISTRIBUTIONS) or name == "training.html"


def test_scripts_find_their_sentences() -> None:
    from demos import ui

    for scripts, keys in (
        (("training.js", "trainer.js"), training.labels(training.WATCH_LABELS)),
        (("playground.js",), training.labels(training.PLAY_LABELS)),
    ):
        said = {key for script in scripts for key in re.findall(r"say\('(\w+)'\)", ui.template(script))}
        assert said and said <= set(keys)


def test_a_question_that_fails_is_answered_all_the_same() -> None:
    def work(asked: dict[str, Any]) -> dict[str, Any]:
        raise UserError("no", "bad_choice")

    refused = training.answered(gr.EventData(None, {"request": {"n": 3}}), work)
    assert refused["n"] == 3 and "alert" in refused["trouble"]
    nonsense = training.answered(gr.EventData(None, {"request": 7}), lambda asked: {"asked": asked})
    assert nonsense == {"asked": {}, "n": None, "do": None, "trouble": ""}
