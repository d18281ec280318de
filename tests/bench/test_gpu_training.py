"""The bench of a GPU runs through on a pretended one, and is refused where there is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pretended_gpu import pretended

from gan_zoo.__main__ import main
from gan_zoo.bench.gpu_training import Case, gpu


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("gan_zoo.bench.gpu_training.DOWNLOADS", tmp_path)
    monkeypatch.setattr("gan_zoo.precision.CANDIDATES", ("float32",))


def test_without_a_gpu_it_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    assert main(["bench", "gpu"]) == 2
    assert "no CUDA GPU that PyTorch can use: run `gan-zoo bench gpu` on one that has" in capsys.readouterr().err


def test_every_way_of_every_model_is_measured_and_saved() -> None:
    tiny = {"width": 4, "critic_width": 4}
    cases = (
        Case("dcgan", 32, 2, {"width": 4}),
        Case("pix2pix", 16, 2, {**tiny, "patch": 16}),
        Case("cyclegan", 16, 2, {**tiny, "patch": 16, "blocks": 1, "history": 4}),
    )
    with pretended():
        report = gpu(cases, cases[0], pictures=5, steps=1, rounds=1)
    said = [figure.what for figure in report.figures]
    assert said[:4] == [f"dcgan 32, batch 2: {what}" for what in ("plain eager loop", "ours, eager", "ours", "operations")]
    assert said[-1] == "two epochs of 5 pictures of noise, 5 steps" and len(said) == 3 * 4 + 1
    assert all(figure.value > 0 for figure in report.figures)
    saved = json.loads(Path("bench-gpu.json").read_text())
    assert [figure["what"] for figure in saved["figures"]] == said
    assert all(case["captured"] and case["flop_per_step"] > 0 for case in saved["cases"].values())
