"""The benches run and report what they compared. No test asserts a speed."""

from __future__ import annotations

import shutil
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import torch

from gan_zoo import UserError, bench
from gan_zoo.bench import app_process, drawing, measure, restyle, training
from gan_zoo.bench.app_process import Page
from gan_zoo.bench.measure import Figure, Report
from gan_zoo.data import peeps
from gan_zoo.models.dcgan import DCGAN
from gan_zoo.serving import calls
from gan_zoo.serving.gallery import Gallery

# In the package, these names are the functions of the benches, not their modules.
beside = import_module("gan_zoo.bench.gans")
every_tab = import_module("gan_zoo.bench.memory")
kernels = import_module("gan_zoo.bench.kernels")


def figures(report: Report) -> dict[str, float]:
    return {figure.what: figure.value for figure in report.figures}


def test_a_figure_knows_whether_its_target_is_met() -> None:
    assert Figure("a", 1.7, "times", 1.7, at_least=True).met is True
    assert Figure("a", 1.6, "times", 1.7, at_least=True).met is False
    assert Figure("a", 50.0, "ms", 50.0).met is True
    assert Figure("a", 51.0, "ms", 50.0).met is False
    assert Figure("a", 51.0, "ms").met is None


def test_a_report_as_a_table() -> None:
    missed, met, free = Figure("a", 1.6, "times", 1.7, at_least=True), Figure("b", 49.3, "ms", 50.0), Figure("c", 2.0, "s")
    report = Report("about", [missed, met, free])
    assert report.table()[1:] == [
        ["a", "1.6 times", ">= 1.7 times", "missed"],
        ["b", "49.3 ms", "<= 50 ms", "met"],
        ["c", "2 s", "", ""],
    ]
    assert report.heading().startswith("about")


def test_runs_take_turns_and_the_warm_up_does_not_count() -> None:
    order: list[str] = []

    def run(name: str) -> float:
        order.append(name)
        return float(len(order))

    values = measure.alternate({"a": lambda: run("a"), "b": lambda: run("b")}, rounds=3)
    assert order == ["a", "b", "a", "b", "b", "a", "a", "b"]
    assert values == {"a": [3, 6, 7], "b": [4, 5, 8]}
    assert measure.ratio([2.0, 40.0, 6.0], [1.0, 10.0, 4.0]) == 2


def test_the_plain_loop_trains_the_same_network() -> None:
    torch.manual_seed(0)
    model = DCGAN(DCGAN.TINY)
    before = {name: weight.clone() for name, weight in model.named_parameters()}
    optimizers = {name: torch.optim.Adam(model.get_submodule(name).parameters(), lr=1e-3) for name in model.LEARNING_RATES}
    loss = training.plain_step(model, torch.rand(4, 3, 32, 32) * 2 - 1, optimizers["generator"], optimizers["discriminator"])
    assert loss.isfinite()
    assert all(not torch.equal(weight, before[name]) for name, weight in model.named_parameters())


def test_train() -> None:
    report = bench.train(size=32, width=4, batch_size=4, rounds=2)
    assert "plain eager float32" in report.about and "32x32" in report.about
    values = figures(report)
    assert values["ours"] > 0 and values["plain loop"] > 0
    assert values["ours against plain"] > 0


def test_the_ratio_of_training_steps_is_the_right_way_up(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = {"ours": [1.0, 1.0], "plain": [2.0, 2.0]}
    monkeypatch.setattr(training, "alternate", lambda runs, rounds: {name: taken[name] for name in runs})
    values = figures(bench.train(size=32, width=4, batch_size=4))
    assert values == {"ours": 4.0, "plain loop": 2.0, "ours against plain": 2.0}


def test_sample(weights: Path) -> None:
    report = bench.sample("dcgan-tiny", n=4, rounds=3)
    assert "dcgan-tiny" in report.about
    assert all(value > 0 for value in figures(report).values())


def test_sample_of_weights_that_are_not_there(weights: Path) -> None:
    with pytest.raises(UserError, match="dcgan-tiny"):
        bench.sample("dcgan-tinny")


def test_start() -> None:
    values = figures(bench.start(rounds=1))
    assert values["more than torch"] == pytest.approx(values["import gan_zoo"] - values["import torch"])


def test_app(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("gradio_client")
    monkeypatch.setenv("GAN_ZOO_WEIGHTS", str(weights))  # the app runs in another process
    report = bench.app("dcgan-tiny", n=4, clicks=2)
    values = figures(report)
    assert 0 < values["first page after the imports"] < app_process.PATIENCE
    # Both numbers come from the same clicks, and the model takes some of the time.
    assert 0 < values["click to picture less the model"] < values["click to picture"]
    assert values.get("resident memory after use", 0.5) > 0.05


def test_memory(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("gradio")
    monkeypatch.setenv("GAN_ZOO_WEIGHTS", str(weights))
    asked: dict[int, set[str]] = {}
    answers = every_tab._answers

    def noted(page: Page, question: Any) -> bool:
        asked.setdefault(page.port, set()).add(question[0])
        return answers(page, question)

    monkeypatch.setattr(every_tab, "_answers", noted)
    report = bench.memory(little=1, most=1)
    values = list(figures(report).values())
    assert 0 < values[0] <= values[1] and min(values[2:4]) > 0.05
    one, other = asked.values()
    assert one == other >= {"sample", "restyle", "sketch", "picture", "dance_poses", "glossary"}


def test_the_subject_of_a_bench_is_what_the_tab_opens_with() -> None:
    class Opened(Easel):
        def props(self, element: str) -> dict[str, Any]:
            return {"value": "chosen"} if element == "model" else next(iter(()))

    assert app_process.opening_sampler(Opened(0)) == "chosen"
    with pytest.raises(UserError, match="no sampler"):
        app_process.opening_sampler(Page(0, config={"components": []}))


def test_ways_to_compute_a_translator(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_compiler(*_: Any, **__: Any) -> None:
        raise RuntimeError("no compiler here\nand much more")

    def without(name: str) -> Any:
        if name == "onnxruntime.quantization":
            raise ImportError(name)
        return import_module(name)

    monkeypatch.setattr(torch, "compile", no_compiler)
    monkeypatch.setattr(kernels, "import_module", without)
    report = bench.kernels("pix2pix-tiny", rounds=1)
    values = [figure.value for figure in report.figures]
    assert "torch.compile (no compiler here)" in report.about
    assert "onnxruntime 8 bits, static (not installed: pip install onnxruntime)" in report.about
    assert report.figures[0].what == kernels.PLAIN and report.figures[1].what.startswith("as served")
    assert min(values) > 0 and report.figures[3].met, "what is served agrees"


def test_sketch(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("gradio")
    monkeypatch.setenv("GAN_ZOO_WEIGHTS", str(weights))
    report = bench.sketch("pix2pix-tiny", width=4, rounds=2, strokes=2)
    assert "pix2pix-tiny at 16 px" in report.about and "256 px" in report.about
    assert all(value > 0 for value in figures(report).values())


class Easel(Page):
    """A page of an app that draws every other stroke."""

    tasks = '<input type="radio" name="sketch-task" value="pix2pix-tiny">'

    def __init__(self, port: int, here: str = "127.0.0.1", config: Any = None) -> None:
        super().__init__(port, here, config or {"components": []})

    def props(self, element: str) -> dict[str, Any]:
        return {"html_template": self.tasks}

    def ask(self, element: str, event: str, data: object, carried: Any = None) -> list[Any]:
        drawn = {"picture": "data:", "trouble": ""} if carried["request"]["n"] % 2 == 0 else {"trouble": "no"}
        return [{"props": {"answer": drawn}}]


def test_crowd(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []

    def serving(first: str = "") -> Any:
        started.append(first)
        return nullcontext((None, len(started), 0.0))

    monkeypatch.setattr(drawing, "Page", Easel)
    monkeypatch.setattr(drawing, "serving", serving)
    monkeypatch.setattr(drawing, "STROKE", 0.001)
    monkeypatch.setattr(drawing, "Gallery", lambda: Gallery({"pix2pix-tiny": weights / "pix2pix-tiny"}, "cpu"))
    report = bench.crowd((1, 3), window=0.3, rounds=1)
    values = figures(report)
    assert started[0] == "" and "MOST_SHARED = 1" in started[1] and "pix2pix-tiny" in report.about
    assert values["3 visitors: pictures a second"] > 0 and values["... failures"] > 0
    monkeypatch.setattr(calls, "MOST_SHARED", 16)
    exec(started[1], {})
    assert calls.MOST_SHARED == 1
    monkeypatch.setattr(Easel, "tasks", "")
    with pytest.raises(UserError, match="no translator"):
        bench.crowd((1,))


def test_latent(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("gradio_client")
    monkeypatch.setenv("GAN_ZOO_WEIGHTS", str(weights))
    values = figures(bench.latent("vae-tiny", "faces", n=4, rounds=1, moves=3, projected=2))
    assert len(values) == 6  # there is no eye for colours among these weights
    assert values["pictures while the slider moves"] > 0 and values["projection"] > 0
    # A projection begins at the first guess.
    assert values["closeness of the projection (PSNR)"] > values["closeness of the first guess (PSNR)"]
    assert values["first guess of the encoder"] > 0


@pytest.mark.parametrize("shipped", [True, False])
def test_style(weights: Path, monkeypatch: pytest.MonkeyPatch, shipped: bool) -> None:
    monkeypatch.setenv("GAN_ZOO_WEIGHTS", str(weights))  # another process restyles the large picture
    if not shipped:
        for name in ("cut-tiny", "cyclegan-tiny"):
            shutil.rmtree(weights / name)
        monkeypatch.setattr(restyle, "_in_its_own_process", lambda name, size: (1.0, None) if name == "" else None)
        monkeypatch.setattr(restyle, "costs", lambda *settings: [])  # the same with and without weights
    report = bench.style(width=4, blocks=1, size=16, large=(70, 90), rounds=2, training=(4, 1, 76))
    values = figures(report)
    assert all(value > 0 for value in values.values())
    assert values["agreement of the two (PSNR)"] > 30
    if shipped:
        networks = [values[f"training {name}: parameters"] for name in ("CycleGAN", "CUT", "FastCUT")]
        assert networks[0] != networks[1] == networks[2], "FastCUT leaves out a loss, and no network"
        assert values["cyclegan-tiny: temporal noise of a clip"] >= values["cyclegan-tiny: of it flicker of the mean colour"]
    assert any(what.startswith("cyclegan-tiny") for what in values) == shipped
    assert ("cut-tiny" in report.about) == shipped, "the first of the styles redraws the large picture"


def test_an_app_that_does_not_start(weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("gradio_client")
    (tmp_path / "app.py").write_text("", encoding="utf-8")
    monkeypatch.setattr(app_process, "ROOT", tmp_path)
    monkeypatch.setattr(app_process, "LAUNCH", "import time\nprint(time.time(), flush=True)\nraise SystemExit('no port left')")
    with pytest.raises(UserError, match="no port left"):
        bench.app("dcgan-tiny")


def test_no_app_here(weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("gradio_client")
    monkeypatch.setattr(app_process, "ROOT", tmp_path)
    with pytest.raises(UserError, match="clone"):
        bench.app("dcgan-tiny")


def test_choosing_benches() -> None:
    usual = [run for name, run in bench.BENCHES.items() if name not in bench.LONG]
    assert bench.chosen([]) == bench.chosen(["all"]) == usual
    assert bench.chosen(["soak", "train"]) == [bench.train, bench.soak]
    assert bench.chosen(["start", "train"]) == [bench.train, bench.start]
    with pytest.raises(UserError, match="train"):
        bench.chosen(["trian"])


def test_gans_are_compared_over_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peeps, "FACES", {"train": 150, "test": 150})
    methods = {name: beside.METHODS[name] for name in ("dcgan", "cvae_gan")}
    values = figures(bench.gans(methods, seeds=2, steps=2, batch_size=4, n=150))
    assert len(values) == 4 + 2 * 8
    assert values["other real faces: fid"] < values["dcgan: fid"]
    assert values["dcgan: range of fid"] > 0  # the seeds differ
