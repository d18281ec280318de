"""CVAE-GAN: words from latents as often as the data has them, and pictures that are drawn again."""

from __future__ import annotations

import dataclasses

import pytest
import torch

from gan_zoo.errors import UserError
from gan_zoo.models.cvae_gan import CVAEGAN, Words
from gan_zoo.models.registry import create_model


def tiny(**options: object) -> CVAEGAN:
    torch.manual_seed(0)
    return CVAEGAN(dataclasses.replace(CVAEGAN.TINY, **options))


def test_random_latents_have_each_word_as_often_as_the_data() -> None:
    words = Words((3, 2))
    labels = torch.tensor([[0, 1]] * 6 + [[1, 1]] * 3 + [[2, 0]])
    words.count(labels)
    torch.manual_seed(0)
    codes = words(torch.randn(20_000, 5))
    assert codes.sum(1) == pytest.approx(torch.full((20_000,), 2.0), abs=1e-4)
    picked = [head.argmax(1).bincount() / 20_000 for head in codes.split([3, 2], 1)]
    torch.testing.assert_close(torch.cat(picked), torch.tensor([0.6, 0.3, 0.1, 0.1, 0.9]), rtol=0, atol=0.015)


def test_numbers_for_words_are_those_of_latents() -> None:
    """Numbers that are drawn for known words have the same distribution as those that random latents become."""
    words = Words((3,))
    words.count(torch.tensor([[0]] * 6 + [[1]] * 3 + [[2]]))
    torch.manual_seed(0)
    n = 50_000
    known = torch.multinomial(words.log_shares.exp(), n, replacement=True)[:, None]
    drawn = words.numbers(words.coded(known))
    assert torch.equal(drawn.argmax(1), known[:, 0])
    free = words.log_shares - (-torch.rand(n, 3).log()).log()
    quantiles = torch.tensor([0.05, 0.25, 0.5, 0.75, 0.95])
    torch.testing.assert_close(drawn.quantile(quantiles, 0), free.quantile(quantiles, 0), rtol=0, atol=0.05)


def test_a_number_changes_nothing_but_its_attribute() -> None:
    model = tiny()
    z = torch.randn(1, model.config.latent_size)
    other = z.clone()
    other[0, model.config.free] = 8.0  # the first word of the first attribute
    a, b = model.spoken(z), model.spoken(other)
    assert b[0, model.config.free].item() == pytest.approx(1.0, abs=1e-3)
    assert torch.equal(a[:, : model.config.free], b[:, : model.config.free]) and torch.equal(a[:, -4:], b[:, -4:])


def test_every_word_that_occurs_can_be_said() -> None:
    model = tiny()
    model.words.count(torch.tensor([[0, 0]] * 97 + [[1, 1], [1, 2], [0, 3]]))
    assert model.sayable() == [[0, 1], [0, 1, 2, 3]]
    z = torch.randn(5, model.config.latent_size)
    was = model.spoken(z)
    for attribute, words in enumerate(model.sayable()):
        for word in words:
            said = model.spoken(model.saying(z, [word, None] if attribute == 0 else [None, word]))
            own = slice(model.config.free, -4) if attribute == 0 else slice(-4, None)
            expected = was.clone()
            expected[:, own] = torch.eye(model.config.attributes[attribute])[word]
            torch.testing.assert_close(said, expected, rtol=0, atol=1e-3)


def test_a_guess_says_the_words_that_the_encoder_reads() -> None:
    model = tiny()
    model.words.count(torch.tensor([[0, 0]] * 97 + [[1, 1], [2, 2], [2, 3]]))
    images = torch.randn(4, 3, 16, 16)
    read = [head.argmax(1) for head in model.read(images)[1].split([3, 4], 1)]
    said = model.spoken(model.guess(images))[:, model.config.free :]
    torch.testing.assert_close(said, model.words.coded(torch.stack(read, 1)), rtol=0, atol=1e-3)


def test_it_learns_to_draw_pictures_again_and_to_read_points() -> None:
    model = tiny(adversarial=0.0)
    batch = model.example_inputs(8, torch.Generator().manual_seed(1))
    # The first word determines the picture.
    batch["image"] = batch["image"][:3][batch["attributes"][:, 0]]
    optimizers = model.optimizers({"generator": 1e-2, "encoder": 1e-2, "discriminator": 1e-2})
    before = [weight.clone() for weight in model.discriminator.parameters()]
    values = [model.training_step(batch, optimizers) for _ in range(60)]
    assert values[-1]["l1"] < 0.5 * values[0]["l1"]
    assert all(torch.equal(a, b) for a, b in zip(before, model.discriminator.parameters(), strict=True))
    points = model.eval().guess(batch["image"])
    first = slice(model.config.free, model.config.free + 3)
    torch.testing.assert_close(model.spoken(points)[:, first], model.words.coded(batch["attributes"])[:, :3], rtol=0, atol=0.1)
    assert (model.sample(points) - batch["image"]).abs().mean() < 0.5 * values[0]["l1"]


def test_the_discriminator_judges_the_words_too() -> None:
    model = tiny()
    images = torch.randn(3, 3, 16, 16)
    first, second = (model.words.coded(torch.tensor([row] * 3)) for row in ([0, 0], [2, 1]))
    assert not torch.allclose(model.discriminator(images, first), model.discriminator(images, second))
    assert model.opinion(images).shape == (3,)


@pytest.mark.parametrize(
    ("options", "said"),
    [({"attributes": ()}, "attributes is empty"), ({"latent_size": 5}, "more than 5"), ({"critic_width": 0}, "at least 1")],
)
def test_bad_configs_are_refused(options: dict[str, object], said: str) -> None:
    with pytest.raises(UserError, match=said):
        create_model("cvae_gan", **{"size": 16, "attributes": (3, 2), "latent_size": 8, **options})
