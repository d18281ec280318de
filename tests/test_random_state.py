"""Tests of the random generators: other devices are left alone, and runs resume on another type of device."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from tiny_runs import config

from gan_zoo import random_state
from gan_zoo.runs.run import Run
from gan_zoo.training.loop import train


def test_a_seeded_block_leaves_the_noise_around_it_alone() -> None:
    before = torch.get_rng_state()
    with random_state.seeded(1):
        one = torch.rand(3)
    with random_state.seeded(1):
        assert torch.equal(torch.rand(3), one)
    assert torch.equal(torch.get_rng_state(), before)


def test_a_checkpoint_of_another_type_of_device_resumes(pictures: Path, tmp_path: Path) -> None:
    """The state of a CUDA generator has 16 bytes; the CPU's generator refuses it."""
    cuda = torch.zeros(16, dtype=torch.uint8)
    for i, saved in enumerate((cuda, {"cuda": cuda}, torch.get_rng_state())):
        run = Run(tmp_path / str(i))
        train(config(pictures, steps=2), run, quiet=True)
        run.write_checkpoint(run.read_checkpoint() | {"random": [saved]})
        train(config(pictures, steps=4), run, resume=True, quiet=True)
        assert run.read_checkpoint()["step"] == 4
        assert run.read_checkpoint()["random"][0].keys() == {"agreed", "cpu"}


def test_every_generator_is_saved_and_restored_by_device(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pretended GPU: its generator is a second one of the CPU."""
    generator = torch.Generator()

    class Module:
        get_rng_state = staticmethod(lambda *_: generator.get_state())
        set_rng_state = staticmethod(lambda state, *_: generator.set_state(state))
        manual_seed = staticmethod(generator.manual_seed)

    monkeypatch.setattr(torch, "get_device_module", lambda _: Module)
    device = torch.device("cuda")

    def noise() -> list[float]:
        return [torch.rand(()).item(), torch.rand((), generator=generator).item()]

    with random_state.kept():
        random_state.seed(5, device)
        saved, drawn = random_state.states(device), noise()
        with random_state.seeded(3, device):
            noise()
        random_state.restore(saved, device)
        assert noise() == drawn
        random_state.seed(5, device)
        random_state.seed(6)
        random_state.restore({"cpu": saved["cpu"]}, device)
        assert noise() == drawn, "the generator without a state stays as it is"
