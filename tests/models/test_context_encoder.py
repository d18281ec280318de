"""Tests of the context encoder: unchanged pixels outside the hole, different proposals, and the start by diffusion."""

from __future__ import annotations

import dataclasses

import pytest
import torch

from gan_zoo import UserError, create_model
from gan_zoo.imaging import masks
from gan_zoo.models.context_encoder import ContextEncoder


def punched(n: int = 2) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return masks.punch(torch.rand(n, 3, 16, 16, generator=generator) * 2 - 1, masks.free_form(n, 16, generator))


def test_what_is_known_stays_and_proposals_differ() -> None:
    torch.manual_seed(0)
    model, given = ContextEncoder(ContextEncoder.TINY).eval(), punched()
    known = 1 - masks.mask_of(given)
    best, one, other = model.translate(given), model.translate(given, paper=True), model.translate(given, paper=True)
    for filled in (best, one, other):
        assert torch.equal(filled * known, given[:, :3] * known) and filled.abs().max() <= 1
    assert not torch.equal(one, other) and not torch.equal(one, best)


def test_without_layers_to_add_it_is_diffusion() -> None:
    model, given = ContextEncoder(ContextEncoder.TINY).eval(), punched()
    for weight in model.generator.out.parameters():
        torch.nn.init.zeros_(weight)
    torch.testing.assert_close(model.translate(given), masks.diffusion(given))


def test_the_regressor_learns_without_a_discriminator() -> None:
    torch.manual_seed(0)
    model = ContextEncoder(dataclasses.replace(ContextEncoder.TINY, adversarial=0.0))
    given = punched(8)
    batch = {"input": given, "image": torch.where(masks.mask_of(given) > 0, 0.5, given[:, :3])}
    before = [weight.clone() for weight in model.discriminator.parameters()]
    optimizers = model.optimizers(dict.fromkeys(model.LEARNING_RATES, 5e-3))
    losses = [model.training_step(batch, optimizers) for _ in range(40)]
    assert losses[0].keys() == {"l1", "beyond", "kl"} and losses[-1]["l1"] < 0.6 * losses[0]["l1"]
    assert all(torch.equal(a, b) for a, b in zip(before, model.discriminator.parameters(), strict=True))


def test_proposals_differ_by_what_the_posterior_tells() -> None:
    """Train on holes of one form whose content is light or dark; the pixels around them don't reveal which."""

    def spread(kl: float) -> float:
        torch.manual_seed(0)
        model = ContextEncoder(dataclasses.replace(ContextEncoder.TINY, adversarial=0.0, kl=kl))
        given = punched(1).repeat(8, 1, 1, 1)
        mask, light = masks.mask_of(given), torch.tensor([0.8, -0.8]).repeat(4)[:, None, None, None]
        batch = {"input": given, "image": given[:, :3] * (1 - mask) + light * mask}
        optimizers = model.optimizers(dict.fromkeys(model.LEARNING_RATES, 5e-3))
        for _ in range(80):
            model.training_step(batch, optimizers)
        proposals = torch.cat([model.translate(given, paper=True) for _ in range(4)])
        return ((proposals * mask[0]).sum((1, 2, 3)).std() / (3 * mask[0].sum())).item()

    assert spread(1e-3) > 0.3 > 0.1 > spread(100.0)


@pytest.mark.parametrize(
    "options",
    [
        {"size": 60},
        {"size": 32},
        {"halvings": 1},
        {"input_channels": 3},
        {"patch": 5},
        {"loss": "x"},
        {"size": 72, "halvings": 3},
    ],
)
def test_options_that_make_no_sense(options: dict[str, object]) -> None:
    with pytest.raises(UserError):
        create_model("context_encoder", **options)
