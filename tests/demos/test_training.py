"""The Training tab without a browser: what it tells of runs, what its routes serve, what its page holds."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gan_zoo import save_weights
from gan_zoo.weights import store
from gan_zoo.weights.folder import FRAME_MILLISECONDS

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

from PIL import Image
from recorded_runs import recorded, row
from starlette.applications import Starlette
from starlette.testclient import TestClient

from demos import playground, training
from demos.shared import i18n, page
from demos.training import presentation, routes, viewer
from gan_zoo import Run, UserError, model_class
from gan_zoo.hub import run_mirror
from gan_zoo.runs import recording
from gan_zoo.runs.diagnosis import ADVICE, Kind
from gan_zoo.runs.process import sign
from gan_zoo.training import launch


@pytest.fixture(autouse=True)
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of runs, empty at first; there are no weights."""
    monkeypatch.setattr(store, "weights_roots", list)
    monkeypatch.setenv("GAN_ZOO_RUNS", str(tmp_path / "runs"))
    monkeypatch.setattr(viewer, "FRESH", 0.0)
    return tmp_path / "runs"


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=routes.to_runs(viewer.Watch()))) as opened:
        yield opened


def state(client: TestClient, name: str = "one", where: str = "here") -> dict[str, Any]:
    answer = client.get(f"/training/runs/{where}/{name}")
    assert answer.status_code == 200
    return answer.json()


def test_runs_that_the_page_has_started_are_called_as_people_do(runs: Path, client: TestClient) -> None:
    recorded(runs).folder.rename(runs / "dcgan-digits-3")
    (one,) = client.get("/training/runs").json()
    assert (one["name"], one["said"]["ja"]) == ("dcgan-digits-3", "手書きの数字（DCGAN） 3")
    (runs / "dcgan-digits-3").rename(runs / "mine")
    (one,) = client.get("/training/runs").json()
    assert one["said"]["ja"] == "mine"


def test_a_run_tells_how_it_went(runs: Path, client: TestClient) -> None:
    recorded(runs)
    told = state(client)
    assert (told["phase"], told["alive"], told["step"]) == ("complete", False, 30)
    assert told["grids"] == told["steps"] == [10, 20, 30]
    losses = told["panels"][0]
    assert [line["role"] for line in losses["lines"]] == ["generator", "discriminator"]
    assert losses["lines"][0]["mean"] == [1.5] * 3
    assert told["health"] == {"light": "none", "list": []}, "30 steps are too few to call it healthy"
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


def test_who_has_a_state_hears_of_the_next(runs: Path, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewer, "FRESH", 0.01)
    monkeypatch.setattr(routes, "HOLD", 0.05)
    run, url = recorded(runs), "/training/runs/here/one"
    mark = client.get(url).headers["etag"]
    same = client.get(url, params={"after": mark})
    assert (same.status_code, same.content, same.headers["etag"]) == (204, b"", mark)
    assert client.get(url, params={"after": '"of another run"'}).json()["name"] == "one"

    monkeypatch.setattr(routes, "HOLD", 600.0)
    adding = threading.Timer(0.1, run.append, [row(40)])
    adding.start()
    later = client.get(url, params={"after": mark})
    assert later.json()["step"] == 40 and later.headers["etag"] != mark

    # It goes at once: a folder that is half deleted is another state of the run.
    ending = threading.Timer(0.1, (runs / "one").rename, [runs.parent / "gone"])
    ending.start()
    assert client.get(url, params={"after": later.headers["etag"]}).status_code == 404
    for thread in (adding, ending):
        thread.join()
    assert client.get(url, params={"after": mark}).status_code == 404


def test_a_state_is_put_together_once_for_all(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewer, "FRESH", 100.0)
    made: list[int] = []
    shared = viewer.Shared(lambda: made.append(1) or {"n": len(made)})
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
    animation = client.get("/training/runs/here/one/animation")
    with Image.open(io.BytesIO(animation.content)) as moving:
        assert animation.headers["content-type"] == "image/webp" and getattr(moving, "n_frames", 1) == 3


def test_a_run_without_pictures_has_no_film(runs: Path, client: TestClient) -> None:
    shutil.rmtree(recorded(runs).grids)
    for kind in ("film", "animation"):
        answer = client.get(f"/training/runs/here/one/{kind}")
        assert answer.status_code == 404 and "alert" not in answer.json()["trouble"]


def test_runs_behind_weights_come_first(
    runs: Path, client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, cls = recorded(runs), model_class("dcgan")
    folder = tmp_path / "weights" / "shown"
    save_weights(cls(cls.TINY), folder, {"data": "digits", "classes": [], "grids": [10, 20, 30]})
    shutil.copy(run.log, folder / "log.jsonl")
    frames = [Image.open(path).convert("RGB") for path in run.grid_paths().values()]
    frames[0].save(folder / "grids.webp", save_all=True, append_images=frames[1:], duration=FRAME_MILLISECONDS)
    monkeypatch.setattr(store, "weights_roots", lambda: [tmp_path / "weights"])
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
    assert all(f'lang="{language}"' in answer.json()["trouble"] for language in i18n.LANGUAGES)
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
    for ending, message, words in (
        ("diverged", "x is no longer a number", "NaN"),
        ("memory", "out of memory", "メモリ"),
        ("disk", "could not write", "ディスク"),
        ("odd", "<b>look</b>", "&lt;b&gt;look"),
    ):
        run.append({"step": 30, "event": "resume"})
        run.append({"step": 30, "event": "end", "ending": ending, "message": message})
        told = state(client)
        assert told["phase"] == "failed" and words in told["why"]
        assert "<b>" not in told["why"] + told["marks"][-1]["said"]
    run.append({"step": 30, "event": "resume"})
    assert state(client)["phase"] == "killed"


def test_a_run_that_is_on_is_found_by_an_app_that_has_just_started(runs: Path, client: TestClient) -> None:
    run = Run(runs / "one")
    run.append({"step": 0, "event": "start", "process": sign(run)})
    run.append(row(10))
    assert (state(client)["phase"], state(client)["alive"]) == ("running", True)
    with TestClient(Starlette(routes=routes.to_runs(viewer.Watch()))) as again:
        assert state(again)["phase"] == "running"
        assert [one["alive"] for one in again.get("/training/runs").json()] == [True]


def test_a_clock_that_jumps_changes_nothing(runs: Path, client: TestClient) -> None:
    run = recorded(runs)
    before = state(client)
    for seconds in (1, 4_000_000_000):
        for file in (run.config, run.log, *run.grid_paths().values()):
            os.utime(file, (seconds, seconds))
        assert state(client) == before


def test_a_run_on_the_hub_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewer, "FETCH", 0.0)
    asked: list[str] = []

    def follow(repository: str) -> Run:
        asked.append(repository)
        return Run(tmp_path / "me--run")

    monkeypatch.setattr(run_mirror, "follow", follow)
    run = recorded(tmp_path, "me--run")
    run.log.write_text("".join(run.log.read_text().splitlines(keepends=True)[:-1]))
    watch = viewer.Watch()
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
    start, rates, steps = presentation.marks(events)
    assert (start["marked"], rates["marked"], steps["step"]) == (False, True, 6)
    assert "0.002" in rates["said"]
    settings = {"model": "dcgan", "options": {"discriminator_steps": 1}, "learning_rates": {"generator": 1.0}}
    told = presentation.knobs(settings, events)
    assert told == {"rates": {"generator": 0.002, "discriminator": 0.0}, "updates": 3, "weight": None}
    assert presentation.knobs({"model": "sngan"}, []) == {"rates": {}, "updates": None, "weight": None}
    slid = [{"step": 4, "event": "loss_weight", "value": 0.0}]
    assert (
        presentation.knobs({"model": "vae"}, [])["weight"] == 1.0
        and presentation.knobs({"model": "vae"}, slid)["weight"] == 0.0
    )


def test_every_finding_has_words_in_both_languages() -> None:
    from typing import get_args

    for kind in get_args(Kind):
        assert {f"f_{kind}", f"s_{kind}"} <= set(i18n.texts())
        assert all(f"a_{advice}" in i18n.texts() for advice in ADVICE[kind])
    for phase in get_args(launch.Phase):
        assert f"phase_{phase.replace(' ', '_')}" in i18n.texts()


def test_what_is_wrong_now_comes_first() -> None:
    rows = [row(i, d_real=0.99, d_fake=0.001) if i < 5 else row(i, diversity=0.9 if i < 9 else 0.1) for i in range(1, 15)]
    told = presentation.findings(rows)
    assert told["light"] == "red"
    now = [one["until"] is None for one in told["list"]]
    assert now == sorted(now, reverse=True)
    assert presentation.findings(rows[:1])["light"] == "none"


def test_quantities_that_nobody_knows_get_a_panel_of_their_own() -> None:
    rows = [row(i, wonder=i, generator_ab_gradient_norm=1.0, nothing=None) for i in range(1, 4)]
    found = {panel["key"]: panel for panel in presentation.panels(recording.curves(rows))}
    assert set(found) == {"losses", "opinions", "gradients", "wonder"}
    assert found["wonder"]["title"]["ja"] == "Wonder"


# Programs.
def test_programs_are_told_what_ails_a_run(runs: Path) -> None:
    run = recorded(runs)
    for step in range(40, 90, 10):
        run.append(row(step, d_real=0.99, d_fake=0.001))
    training_runs, diagnosis = training.endpoints(viewer.Watch())
    assert [(one["where"], one["name"]) for one in training_runs()] == [("here", "one")]
    told = diagnosis("one", "here")
    assert told["light"] == "yellow" and [finding["kind"] for finding in told["findings"]] == ["discriminator_strong"]
    assert told["step"] == 80 and told["findings"][0]["advice"]
    with pytest.raises(UserError):
        diagnosis("two", "here")


# The page.
def test_the_template_is_filled() -> None:
    assert not re.search(r"\[\w+]", training.filled())


def test_the_form_names_models_and_data_for_people() -> None:
    filled = training.filled()
    assert 'value="digits" data-en="Handwritten digits" data-ja="手書きの数字"' in filled
    assert 'value="autoencoder" data-en="Autoencoder" data-ja="オートエンコーダ"' in filled
    for code in (*training.form.MODELS, *training.form.DATA):
        english, japanese = re.findall(rf'<option value="{code}" data-en="(.+?)" data-ja="(.+?)">', filled)[0]
        assert code not in (english, japanese)


def test_scripts_find_their_sentences() -> None:
    for tab, labels in (("training", training.WATCH_LABELS), ("playground", playground.LABELS)):
        scripts = [name for name in page.web_files() if re.fullmatch(rf"{tab}/\w+\.js", name)]
        said = {key for script in scripts for key in re.findall(r"say\('(\w+)'", page.template(script))}
        assert said and said <= set(i18n.matching(labels))
