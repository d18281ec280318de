"""Random damage of every file that the gallery reads: what is sound is shown, and what is not is named with the reason."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from recorded_runs import recorded
from starlette.applications import Starlette
from starlette.testclient import TestClient

from demos.shared import i18n, responses
from demos.training import endpoints, routes, viewer
from gan_zoo import Gallery, UserError, model_class, save_weights
from gan_zoo.entries import read_line
from gan_zoo.imaging import images
from gan_zoo.weights import store

NAMES = ("dcgan-tiny", "pix2pix-tiny")
Damage = tuple[str, Callable[[bytes], bytes | None]]

texts = st.text(st.characters(), max_size=8)  # with halves of characters
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**40), 10**40) | st.floats() | texts | st.just(float("1e400")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)


def entry_changed(choice: float, value: Any) -> Callable[[bytes], bytes]:
    """Replace one entry of a JSON file or of a line of a log."""

    def change(content: bytes) -> bytes:
        whole = content.decode(errors="replace")
        try:
            table, others = json.loads(whole), []
        except ValueError:
            lines = whole.splitlines() or ["{}"]
            try:
                table, others = json.loads(lines[0]), lines[1:]
            except ValueError:
                return content
        places = [*_places(table)]
        if places:
            place, key = places[int(choice * (len(places) - 1))]
            place[key] = value
        return "\n".join([json.dumps(table), *others, ""]).encode("utf-8", "surrogatepass")

    return change


def overwritten(share: float, more: bytes) -> Callable[[bytes], bytes]:
    """Put other bytes into the place of one byte."""
    return lambda content: content[: (i := int(share * len(content)))] + more + content[i + 1 :]


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(pairs):
        yield value, key
        yield from _places(inner)


def damages(files: tuple[str, ...]) -> st.SearchStrategy[Damage]:
    """Damage of one of the files: it is cut off, overwritten, missing, or one of its entries is another one."""
    share = st.floats(0, 1)
    how = st.one_of(
        st.builds(lambda s: lambda content: content[: int(s * len(content))], share),
        st.builds(overwritten, share, st.binary(max_size=40)),
        st.builds(lambda content: lambda _: content, st.binary(max_size=60)),
        st.builds(lambda value: lambda _: json.dumps(value).encode(), values),
        st.sampled_from([lambda _: b"[" * 100_000, lambda _: b'{"a":' * 100_000, lambda _: b"9" * 5_000, lambda _: None]),
        st.builds(entry_changed, share, values),
        st.builds(entry_changed, share, values),
    )  # fmt: skip
    return st.tuples(st.sampled_from(files), how)


def apply(root: Path, damage: Damage) -> None:
    path, change = root / damage[0], damage[1]
    content = change(path.read_bytes())
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights with a recorded training, runs, and a lock file, as they should be."""
    root = tmp_path_factory.mktemp("sound")
    run = recorded(root / "runs")
    frames = [images.grid(torch.zeros(2, 3, 8, 8) + i / 3) for i in range(3)]
    for name in NAMES:
        cls = model_class(name.removesuffix("-tiny"))
        torch.manual_seed(0)
        info = {
            "data": "noise", "classes": ["a"], "attributes": {"face": ["x"]}, "source": {"licence": "MIT"}, "pairs": "",
            "palette": [[0, 0, 0]], "counts": [1, 2], "metrics": {name: {"fid": 3.0, "n": 5}, "real": {"fid": 1.0}},
            "grids": [10, 20, 30], "note": "a note",
            "training": {"steps": 5, "batch_size": 8, "seconds": 3, "learning_rates": {"generator": 0.1}, "pictures": 4},
        }  # fmt: skip
        folder = root / "weights" / name
        save_weights(cls(cls.TINY), folder, info)
        (folder / "grids.webp").write_bytes(images.animation(frames, [400, 400, 2000]))
        shutil.copy(run.log, folder / "log.jsonl")
    commit = {"revision": "main", "commit": "0" * 40, "files": {"config.json": "0" * 64}}
    (root / "gan-zoo.lock").write_text(json.dumps({"me/x": commit}))
    run.process.write_text(json.dumps({"pid": 1, "started": "1"}))
    run.control.write_text(json.dumps({"paused": True}))
    run.lock.write_text(json.dumps({"pid": 1, "started": "1", "machine": "x", "space": "", "token": "t"}))
    return root


@pytest.fixture
def copied(sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Path]:
    """A function that makes a new copy of the sound files, in which the gallery then looks."""
    monkeypatch.setattr(viewer, "FRESH", 0.0)

    def copy() -> Path:
        place = tmp_path / "place"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(sound, place)
        monkeypatch.chdir(place)
        monkeypatch.setattr(store, "weights_roots", lambda: [place / "weights"])
        monkeypatch.setenv("GAN_ZOO_RUNS", str(place / "runs"))
        return place

    return copy


def often(request: pytest.FixtureRequest, n: int) -> Any:
    """The settings of a property test: few examples, and always the same; many with --whole."""
    whole = request.config.getoption("--whole", default=False)
    return settings(
        max_examples=40 * n if whole else n,
        deadline=None,
        derandomize=not whole,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


WEIGHTS_FILES = (
    "gan-zoo.lock",
    *(f"weights/{name}/{file}" for name in NAMES for file in ("config.json", "config.json", "model.safetensors")),
)


def test_a_gallery_with_damaged_files_shows_the_sound_ones(copied: Callable[[], Path], request: pytest.FixtureRequest) -> None:
    @often(request, 20)
    @given(st.lists(damages(WEIGHTS_FILES), min_size=1, max_size=2))
    def check(done: list[Damage]) -> None:
        root = copied()
        for damage in done:
            if (root / damage[0]).exists():
                apply(root, damage)
        gallery = Gallery(device="cpu")
        known = {folder.name for folder in (root / "weights").iterdir() if (folder / "config.json").exists()}
        assert {*gallery.names()} | {*gallery.problems} >= known and not {*gallery.names()} & {*gallery.problems}
        for name, problem in gallery.problems.items():
            said = responses.unusable(gallery)
            assert name in said and str(problem.fields["reason"]) and 'lang="ja"' in said
            assert str(root) not in said.replace(str(root / "gan-zoo.lock"), "")
        for name in gallery.names():
            responses.card(gallery, name).encode()
            json.dumps(gallery.card(name), ensure_ascii=False, allow_nan=True).encode()
            try:
                gallery.session(name)
            except UserError as error:
                i18n.explain(error).encode()

    check()


RUN_FILES = tuple(f"runs/one/{file}" for file in ("config.json", "log.jsonl", "process.json", "control.json", "lock"))
SHOWN_FILES = (
    *RUN_FILES, "runs/one/log.jsonl", "runs/one/grids/00000020.webp",
    *(f"weights/dcgan-tiny/{file}" for file in ("config.json", "log.jsonl", "log.jsonl", "grids.webp")),
)  # fmt: skip


def test_damaged_runs_can_be_watched_as_far_as_they_are_sound(
    copied: Callable[[], Path], request: pytest.FixtureRequest
) -> None:
    @often(request, 20)
    @given(st.lists(damages(SHOWN_FILES), min_size=1, max_size=2))
    def check(done: list[Damage]) -> None:
        root = copied()
        for damage in done:
            if (root / damage[0]).exists():
                apply(root, damage)
        watch = viewer.Watch()
        with TestClient(Starlette(routes=routes.to_runs(watch))) as client:  # an exception of a route ends here
            assert client.get("/training/runs").status_code == 200
            for run in ("here/one", "weights/dcgan-tiny", "weights/pix2pix-tiny"):
                answer = client.get(f"/training/runs/{run}")
                assert answer.status_code in (200, 404)
                json.loads(answer.content, parse_constant=pytest.fail)  # no NaN, which browsers refuse
                for rest in ("grids/20", "film", "animation"):
                    assert client.get(f"/training/runs/{run}/{rest}").status_code in (200, 404)
            found = client.get("/training/differences?one=here/one&other=weights/dcgan-tiny")
            assert found.status_code in (200, 404)
        _, diagnosis = endpoints(watch)
        try:
            diagnosis("one", "here")
        except UserError as error:
            i18n.explain(error)

    check()


def test_lines_of_a_log_hold_numbers(request: pytest.FixtureRequest) -> None:
    @often(request, 200)
    @given(
        st.dictionaries(texts | st.sampled_from(["step", "event", "value", "ending", "message", "process"]), values, max_size=5)
    )
    def check(row: dict[str, Any]) -> None:
        found = read_line(json.dumps(row).encode())
        if found is not None and "event" not in found:
            assert all(value is None or abs(value) <= 1e300 for value in found.values())
        if found is not None:
            json.dumps(found, ensure_ascii=False).encode()

    check()
    assert read_line(b'{"step": 1, "loss": 1e400, "list": [1], "text": "x"}') == {"step": 1, "loss": None}
    assert read_line(b'{"step": 1, "event": "end"}') is None and read_line(b"[" * 100_000) is None
    assert read_line(b'{"step": 1, "event": "learning_rates", "value": [1]}') is None
    row = {"step": 3, "event": "real", "value": {"fid": 1.5}}
    assert read_line(json.dumps(row).encode()) == row
