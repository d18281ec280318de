"""Tests of the trainer: clipping, learning rates, EMA, precision."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_runs import TINY, config

from gan_zoo.errors import UserError
from gan_zoo.models.registry import model_class
from gan_zoo.precision import Precision, fastest
from gan_zoo.runs.run import Run
from gan_zoo.training.loop import train


def test_clipping_bounds_the_update(pictures: Path, tmp_path: Path) -> None:
    seen = []
    step = torch.optim.Adam.step

    def watched(self: torch.optim.Adam, *args: Any) -> None:
        result = step(self, *args)
        gradients = [w.grad for w in self.param_groups[0]["params"]]
        seen.append(torch.nn.utils.get_total_norm(gradients).item())
        return result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch.optim.Adam, "step", watched)
        train(config(pictures, clip=0.01), Run(tmp_path / "run"), quiet=True)
    assert max(seen) <= 0.0101


def test_learning_rates_fall_to_zero(pictures: Path, tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    train(config(pictures, decay_from=0.5, tick=1, steps=10), run, quiet=True)
    rates = [row["generator_learning_rate"] / 2e-4 for row in run.rows()]
    assert rates == pytest.approx([1, 1, 1, 1, 1, 1, 0.8, 0.6, 0.4, 0.2])


def test_ema_follows_slowly(pictures: Path, tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    train(config(pictures, ema=0.9), run, quiet=True)
    state = run.read_checkpoint()
    key = "generator.0.weight"
    first = model_class("dcgan")(model_class("dcgan").Config(size=32, channels=1, **TINY))
    assert not torch.equal(state["ema"][key], state["model"][key]) and first.state_dict()[key].shape == state["ema"][key].shape


def test_unknown_network_of_a_learning_rate(pictures: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="'generater': did you mean generator"):
        train(config(pictures, learning_rates={"generater": 1e-3}), Run(tmp_path / "run"), quiet=True)


def test_the_fastest_precision_is_measured() -> None:
    slow, quick = Precision(torch.float32), Precision(torch.bfloat16)
    assert fastest([slow, quick], lambda choice: lambda: time.sleep(0.02 if choice is slow else 0.0)) == quick
    assert fastest([slow, quick], lambda choice: lambda: time.sleep(0.02 if choice is quick else 0.0)) == slow


def test_a_precision_that_this_machine_cannot_compute_is_left_out() -> None:
    works, fails = Precision(torch.float32), Precision(torch.bfloat16)

    def prepare(choice: Precision) -> Any:
        def run() -> None:
            if choice is fails:
                raise RuntimeError("not implemented for 'BFloat16'")

        return run

    assert fastest([fails, works], prepare) == works
    with pytest.raises(RuntimeError, match="not implemented"):
        fastest([fails], prepare)


@pytest.mark.parametrize("text", ["float32", "bfloat16/channels_last"])
def test_precision_has_a_name(text: str) -> None:
    assert str(Precision.parse(text)) == text
