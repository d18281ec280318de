"""Tests of training on a GPU, with a pretended one: nothing that CUDA refuses, no host that waits, and steps as CUDA graphs."""

from __future__ import annotations

import collections
import os
import signal
from contextlib import nullcontext
from pathlib import Path

import pytest
import torch
from pretended_gpu import pretended
from tiny_runs import config, config_of, measured, same

from gan_zoo.data.captions import CaptionedDataset
from gan_zoo.data.dataset import Dataset
from gan_zoo.data.pairings import PAIRINGS
from gan_zoo.data.pairs import PairedDataset
from gan_zoo.errors import UserError
from gan_zoo.models.classifier import Classifier
from gan_zoo.models.registry import create_model, list_models
from gan_zoo.runs.run import Run
from gan_zoo.training.captured import WARM_UP
from gan_zoo.training.distributed import Processes
from gan_zoo.training.loop import train
from gan_zoo.training.trainer import Trainer

# What makes the host wait, or upload to the device, in a step, by model; every other model has none of it. Densities are fitted
# by a library on the CPU, and a code of the regressor is a checksum of bytes.
WAITS = {
    "bayes": {"models/mixture.py"},
    "code_mixture": {"models/mixture.py"},
    "mixture": {"models/mixture.py"},
    "regressor": {"models/regressor.py"},
}
# What is uploaded in the first step of an epoch besides: the order of the pictures, and for captions their words. Tables are
# uploaded in the first step of all.
EPOCHS = {"data/batches.py"}
WORDS = {"data/captions.py"}
TABLES = {"data/colour_words.py", "imaging/colour.py"}
# The video model draws on the CPU how many frames come before those of a step.
NOT_CAPTURED = {"bayes", "code_mixture", "mixture", "regressor", "vid2vid"}


@pytest.mark.sweep(12)
@pytest.mark.parametrize("precision", ["float32", "bfloat16/channels_last"])
@pytest.mark.parametrize("name", list_models())
def test_a_run_on_a_gpu(
    name: str, precision: str, pictures: Path, few: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No host waits in a step, steps are captured, and a resumed run equals an unbroken one to the last bit."""
    steps, stop = 2 * WARM_UP + 4, WARM_UP + 2
    settings = config_of(name, pictures, few, precision=precision, device="cuda", steps=steps, tick=steps, decay_from=0.2)
    waits: collections.Counter[str] = collections.Counter()
    captured: list[bool] = []
    asked: list[int] = []
    stopping, step = False, Trainer.train_step

    def watched(self: Trainer) -> None:
        before, operations = seen.waits + seen.uploads, seen.operations
        step(self)
        assert self.captured
        found = seen.waits + seen.uploads - before
        if self.batches.position == self.batches.together:  # an epoch begins
            words = WORDS if isinstance(self.data, CaptionedDataset) else set()
            also = {line.split(":")[0] for line in found} - EPOCHS - words
            assert also <= WAITS.get(name, set()) | (set() if self.step > 1 else TABLES), found
        else:
            waits.update(found)
            if self.captured.replays:
                asked.append(seen.operations - operations - len(self.optimizers))
        captured.append(self.captured.replays)
        if stopping and self.step == stop:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(Trainer, "train_step", watched)
    whole, halves = Run(tmp_path / "whole"), Run(tmp_path / "halves")
    with pretended() as seen:
        train(settings, whole, quiet=True)
        assert {line.split(":")[0] for line in waits} == WAITS.get(name, set()), waits
        assert captured == [name not in NOT_CAPTURED and i >= WARM_UP for i in range(steps)]
        # The graph makes its batch itself: a replay needs the rows, the rates and the share alone.
        assert all(n == 2 for n in asked[1:]), asked
        stopping = True
        assert train(settings, halves, quiet=True) == "interrupted"
        stopping = False
        assert train(settings, halves, resume=True, quiet=True) == "complete"
    one, two = whole.read_checkpoint(), halves.read_checkpoint()
    for state in (one, two):  # the state of the pretended generator is a number
        state["random"] = [
            {kind: value for kind, value in state["random"][0].items() if kind != "cuda"},
            state.pop("seconds") > 0,
        ]
    assert same(one, two)


@pytest.mark.parametrize("name", PAIRINGS)
def test_pairings_vary_inputs_without_the_host(name: str) -> None:
    how = PAIRINGS[name]
    images = torch.randint(256, (2, 3, 32, 32), dtype=torch.uint8)
    stored = images[:, :1] if name in ("edges", "grey", "fonts") else images[:, [0, 1, 2, 0]][:, : how.read_channels]
    inputs = stored[:, None].expand(-1, max(1, len(how.shares)), -1, -1, -1)
    with pretended() as seen:
        data = PairedDataset("some", images, inputs=inputs, pairs=name).to(torch.device("cuda"))
        rows = torch.arange(2, device="cuda")
        data.batch(rows, vary=True)  # tables are uploaded once
        seen.waits.clear()
        seen.uploads.clear()
        data.batch(rows, mirror=True, jitter=0.1, vary=True)
        assert not seen.waits + seen.uploads, seen.waits + seen.uploads


def test_a_captured_step_reads_the_pictures_that_an_epoch_brings(pictures: Path) -> None:
    class Renewed(Dataset):
        def renew(self, window: int) -> None:
            self.images = torch.full_like(self.images, 40 * window)

    settings = config(
        pictures, model="mlp_gan", options={"generator_widths": (8,), "discriminator_widths": (8,)}, device="cuda"
    )
    states = []
    for replays in (True, False):
        with pretended():
            trainer = Trainer(settings, Renewed("some", torch.zeros(40, 1, 32, 32, dtype=torch.uint8)), Processes("cuda"))
            trainer.data = trainer.batches.data = Renewed("some", trainer.data.images)
            assert trainer.captured
            if not replays:
                trainer.captured.refused = "compared with a graph"
            seen = []
            for _ in range(15):  # five steps are an epoch
                trainer.train_step()
                seen.append(trainer.captured.replays)
            assert seen == [replays and i % 5 >= WARM_UP for i in range(15)]
            states.append({key: value.cpu() for key, value in trainer.model.state_dict().items()})
    assert same(*states)


def test_a_run_measures_itself_on_its_gpu(tmp_path: Path) -> None:
    """The judge computes on the device of the run, and the noise of the training goes on as if nothing had been measured."""
    network = create_model("classifier", size=32, channels=1, classes=2, width=2)
    assert isinstance(network, Classifier)
    data, tiny = measured(tmp_path / "pictures", 140), {"generator_widths": (8,), "discriminator_widths": (8,)}
    states = []
    for every in (0, 1):
        run = Run(tmp_path / str(every))
        settings = config(data, model="mlp_gan", options=tiny, steps=2, tick=1, device="cuda", metrics_every=every)
        with pretended():
            train(settings, run, quiet=True, features=network)
            assert network.device.type == ("cuda" if every else "cpu")
        states.append(run.read_checkpoint()["model"])
    assert same(*states) and "fid" in run.rows()[-1]


def test_a_number_of_a_gpu_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[torch.device] = []
    for name, value in {"is_available": lambda: True, "device_count": lambda: 2, "set_device": used.append}.items():
        monkeypatch.setattr(torch.cuda, name, value)
    assert Processes("cuda:1").device == torch.device("cuda:1") and used == [torch.device("cuda:1")]
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(UserError, match="2 processes can't all use cuda:1"):
        Processes("cuda:1")


def test_a_run_goes_on_on_another_type_of_device_and_back(pictures: Path, tmp_path: Path) -> None:
    run, tiny = Run(tmp_path / "run"), {"generator_widths": (8,), "discriminator_widths": (8,)}
    for i, device in enumerate(("cpu", "cuda", "cpu")):
        settings = config(pictures, model="mlp_gan", options=tiny, steps=5 * i + 5, device=device)
        with pretended() if device == "cuda" else nullcontext():
            assert train(settings, run, resume=i > 0, quiet=True) == "complete"
    assert [row["step"] for row in run.rows()] == [5, 10, 15]
    groups = run.read_checkpoint()["optimizers"]["generator"]["param_groups"]
    assert [(group["lr"], group["capturable"]) for group in groups] == [(2e-4, False)]
