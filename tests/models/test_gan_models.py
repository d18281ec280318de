"""Tests of the special properties of each image GAN, in addition to the contract of all models."""

from __future__ import annotations

import dataclasses

import pytest
import torch
from torch import nn

from gan_zoo.errors import UserError
from gan_zoo.layers import adversarial, losses, residual
from gan_zoo.models.base import Model
from gan_zoo.models.registry import create_model, model_class

RESIDUAL = ("cgan", "r3gan", "sngan", "stylegan", "wgan_gp")
SMALL = {"width": 4, "latent_size": 8}


def tiny(name: str, **changes: object) -> Model:
    torch.manual_seed(0)
    cls = model_class(name)
    return cls(dataclasses.replace(cls.TINY, **changes))


def step(model: Model, n: int = 8) -> dict[str, torch.Tensor]:
    batch = model.example_inputs(n, torch.Generator().manual_seed(1))
    return model.training_step(batch, model.optimizers(model.LEARNING_RATES))


@pytest.mark.parametrize("size", [8, 28, 48, 64])
@pytest.mark.parametrize("name", RESIDUAL)
def test_pictures_and_logits_of_every_size(name: str, size: int) -> None:
    model = create_model(name, size=size, channels=2, **SMALL)
    pictures = model.sample(model.latent(3))
    assert pictures.shape == (3, 2, size, size)
    label = (torch.zeros(3, dtype=torch.int64),) if name == "cgan" else ()
    assert len(model.discriminator(pictures, *label).flatten()) == 3


@pytest.mark.parametrize("size", [4, 30, 100])
@pytest.mark.parametrize("name", RESIDUAL)
def test_other_sizes_are_refused(name: str, size: int) -> None:
    with pytest.raises(UserError, match=f"size is {size}; it must be 4, 5, 6 or 7 doubled"):
        create_model(name, size=size)


def test_pyramid() -> None:
    assert residual.stem_size(64) == 4 and residual.stem_size(48) == 6 and residual.stem_size(80) == 5
    assert residual.pyramid(64, 32, 100) == [32, 64, 100, 100]
    assert residual.pyramid(48, 8, 512) == [8, 16, 32]


@pytest.mark.parametrize("loss", losses.ADVERSARIAL)
@pytest.mark.parametrize("name", ["cgan", "sngan"])
def test_every_loss_trains(name: str, loss: str) -> None:
    values = step(tiny(name, loss=loss, r1=1.0, augment=("colour", "translation", "cutout")))
    assert all(value.isfinite() for value in values.values())


@pytest.mark.parametrize("name", ["cgan", "sngan", "stylegan"])
def test_augmentation_is_of_what_there_is(name: str) -> None:
    with pytest.raises(UserError, match="augment is 'flip'"):
        create_model(name, augment=("flip",))


def test_the_discriminator_sees_only_augmented_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """The discriminator sees changed pictures: real ones, and generated ones for its own update and for the generator's."""
    monkeypatch.setattr(adversarial, "augmented", lambda images, policy: torch.full_like(images, 0.5) + 0 * images)
    model = tiny("sngan", augment=("cutout",))
    seen: list[torch.Tensor] = []
    model.discriminator.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0]))
    step(model)
    assert len(seen) == 3 and all((images == 0.5).all() for images in seen)


def singular_values(network: nn.Module) -> list[float]:
    """The largest singular value of each convolution and linear layer, with kernels as matrices."""
    layers = [m for m in network.modules() if isinstance(m, nn.Conv2d | nn.Linear | nn.Embedding)]
    return [torch.linalg.matrix_norm(layer.weight.flatten(1), 2).item() for layer in layers]


@pytest.mark.parametrize("name", ["cgan", "sngan"])
def test_no_layer_of_the_discriminator_stretches(name: str) -> None:
    model = tiny(name)
    batch = model.example_inputs(8, torch.Generator().manual_seed(1))
    optimizers = model.optimizers({"generator": 0.0, "discriminator": 0.0})
    for _ in range(60):  # each forward pass does one more step of the power iteration
        model.training_step(batch, optimizers)
    values = singular_values(model.eval().discriminator)
    assert values == pytest.approx([1.0] * len(values), abs=0.02)


def test_same_latent_same_font() -> None:
    """The picture depends on both latent and class, and `embed` returns the point of a class in the embedding space."""
    model = tiny("cgan").eval()
    z, label = model.latent(2, torch.Generator().manual_seed(0)), torch.tensor([0, 2])
    pictures = model.sample(z, label)
    assert torch.equal(pictures, model.sample_embedded(z, model.embed(label)))
    assert not torch.allclose(pictures[0], model.sample(z, torch.tensor([1, 2]))[0])
    assert not torch.allclose(pictures[0], model.sample(z.flip(0), label)[0])
    assert torch.equal(model.sample(z), model.sample(z, torch.tensor([0, 1])))


def test_cgan_needs_classes() -> None:
    with pytest.raises(UserError, match="needs data with classes"):
        create_model("cgan", classes=0)


def test_projection_is_the_papers() -> None:
    """D(x, y) = psi(h) + <e(y), h>: the logits of two labels differ by <e(y1) - e(y2), h>."""
    discriminator = tiny("cgan").eval().discriminator
    image, logits = torch.randn(1, 1, 24, 24), []
    h = nn.functional.leaky_relu(discriminator.layers(image).flatten(1), 0.1)
    for y in (0, 1):
        logits.append(discriminator(image, torch.tensor([y])))
    expected = (h * (discriminator.embedding.weight[1] - discriminator.embedding.weight[0])).sum()
    torch.testing.assert_close((logits[1] - logits[0])[0], expected)


def test_cgan_preview_is_a_row_for_each_latent() -> None:
    model = tiny("cgan").eval()
    batch = model.example_inputs(9, torch.Generator().manual_seed(0))
    pictures = model.preview(batch, torch.Generator().manual_seed(2))
    z = model.latent(3, torch.Generator().manual_seed(2))
    torch.testing.assert_close(pictures, model.sample(z.repeat_interleave(3, 0), torch.tensor([0, 1, 2] * 3)))


def test_diversity_keeps_latents_from_giving_one_picture() -> None:
    """With a fixed discriminator, the mode seeking loss alone separates the pictures of a class, once it starts."""
    apart = {}
    for weight, after in ((0.0, 0), (5.0, 0), (5.0, 1000)):
        model = tiny("cgan", diversity=weight, diversity_after=after)
        batch = model.example_inputs(8, torch.Generator().manual_seed(1))
        optimizers = model.optimizers({"generator": 1e-2, "discriminator": 0.0})
        for _ in range(20):
            model.training_step(batch, optimizers)
        pictures = model.eval().sample(model.latent(16), torch.zeros(16, dtype=torch.int64))
        apart[weight, after] = pictures.std(0).mean().item()
    assert apart[5.0, 0] > 2 * max(apart[0.0, 0], apart[5.0, 1000])


def test_wgan_gp_adds_the_penalty() -> None:
    """With a huge weight, the penalty brings the gradient of the critic to norm 1; without a penalty, the gradient diverges."""
    norms = {}
    for weight in (0.0, 1000.0):
        model = tiny("wgan_gp", penalty=weight)
        batch = model.example_inputs(16, torch.Generator().manual_seed(1))
        optimizers = model.optimizers({"generator": 0.0, "discriminator": 3e-3})
        for _ in range(60):
            model.training_step(batch, optimizers)
        image = batch["image"].requires_grad_()
        (gradient,) = torch.autograd.grad(model.discriminator(image).sum(), image)
        norms[weight] = gradient.flatten(1).norm(dim=1).mean().item()
    assert norms[1000.0] == pytest.approx(1.0, abs=0.2)
    assert norms[0.0] > 2


def test_wgan_gp_shares_out_the_batch() -> None:
    """Each update of the critic uses other pictures, and the generator is updated once."""
    model = tiny("wgan_gp", critic_steps=4)
    seen: list[int] = []
    model.discriminator.register_forward_pre_hook(lambda module, inputs: seen.append(len(inputs[0])))
    optimizers = model.optimizers(model.LEARNING_RATES)
    model.training_step(model.example_inputs(8, torch.Generator().manual_seed(1)), optimizers)
    assert seen == [2] * (4 * 3 + 1)  # four times real, generated and between; then the generator's
    steps = {name: int(next(iter(o.state.values()))["step"]) for name, o in optimizers.items()}
    assert steps == {"generator": 1, "discriminator": 4}


def test_r3gan_begins_as_interpolation_and_keeps_the_variance() -> None:
    """The last weights of every block are 0 at first, so blocks pass their input on; then the weights move."""
    model = tiny("r3gan", size=32)
    x = torch.randn(2, 32, 4, 4)
    blocks = [block for block in model.generator if hasattr(block, "branch")]
    assert len(blocks) == 4 and torch.equal(blocks[0](x), x)
    wide = type(blocks[0])(256, model.config, depth=1).branch
    assert wide[:4](torch.randn(8, 256, 16, 16)).square().mean().item() == pytest.approx(1.0, rel=0.25)
    step(model)
    assert not torch.equal(blocks[0](x), x)


def test_r3gan_penalises_both_sides() -> None:
    """A large weight flattens the discriminator on real and on generated pictures; without one, it stays steep on both."""
    norms = {}
    for weight in (0.0, 100.0):
        model = tiny("r3gan", gamma=weight)
        batch = model.example_inputs(16, torch.Generator().manual_seed(1))
        optimizers = model.optimizers({"generator": 0.0, "discriminator": 3e-3})
        for _ in range(60):
            values = model.training_step(batch, optimizers)
        norms[weight] = values["r1"].item(), values["r2"].item()
    assert max(norms[100.0]) < min(norms[0.0]) / 10


def test_r3gan_compares_pairs() -> None:
    """The loss depends on the difference of the logits alone: two networks that can't tell the sides apart lose log 2."""
    values = step(tiny("r3gan", gamma=0.0))
    assert values["d_real"] + values["d_fake"] == pytest.approx(1.0)
    model = tiny("r3gan")
    nn.init.zeros_(model.discriminator[-1].weight)
    assert step(model)["discriminator_loss"].item() == pytest.approx(0.6931, abs=1e-3)


def test_stylegan_demodulates_to_unit_variance() -> None:
    """For white noise, the output has variance 1 (times that of the leaky ReLU) for any strength of the style."""
    for double in (False, True):
        torch.manual_seed(0)
        layer = model_class("stylegan")(model_class("stylegan").TINY).generator.layers[1 if double else 2]
        layer = type(layer)(16, 32, 8, 64, double=double).eval()
        w = 10 * torch.randn(4, 8)
        x = torch.randn(4, 16, 32, 32) if double else torch.randn(4, 16, 64, 64)
        with torch.no_grad():
            before = torch.where((y := layer(x, w)) > 0, y, y / 0.2) / 2**0.5
        assert before.std().item() == pytest.approx(1.0, abs=0.1)


def test_modulating_the_input_is_modulating_the_kernel() -> None:
    """The layer gives the same result as equations 1 to 3 of Karras et al. 2020, computed for one picture."""
    torch.manual_seed(0)
    cls = type(tiny("stylegan").generator.layers[0])
    layer = cls(6, 5, 8, 7).eval()
    x, w = torch.randn(1, 6, 7, 7), torch.randn(1, 8)
    kernel = layer.weight * layer.scale * layer.style(w)[0][None, :, None, None]
    kernel = kernel * (kernel.square().sum((1, 2, 3), keepdim=True) + 1e-8).rsqrt()
    expected = nn.functional.leaky_relu(nn.functional.conv2d(x, kernel, padding=1), 0.2) * 2**0.5
    torch.testing.assert_close(layer(x, w), expected)


def test_stylegan_styles() -> None:
    model = tiny("stylegan").eval()
    z = model.latent(4, torch.Generator().manual_seed(0))
    w = model.mapping(z)
    each = w[:, None].repeat(1, model.layers, 1)
    assert torch.equal(model.synthesis(w), model.synthesis(each)) and torch.equal(model.synthesis(w), model.sample(z))
    mixed = each.clone()
    mixed[:, -1] = w.flip(0)
    assert not torch.equal(model.synthesis(mixed), model.synthesis(each))


def test_truncation_draws_to_the_mean() -> None:
    model = tiny("stylegan")
    step(model)
    model.eval()
    z = model.latent(4, torch.Generator().manual_seed(0))
    mean, w = model.generator.mapping.mean, model.mapping(z)
    assert mean.abs().sum() > 0
    torch.testing.assert_close(model.mapping(z, 0.0), mean.expand(4, -1))
    torch.testing.assert_close(model.mapping(z, 0.3), mean + 0.3 * (w - mean))


def test_stylegan_noise_is_new_in_training_only() -> None:
    model = tiny("stylegan")
    for layer in model.generator.layers:
        nn.init.ones_(layer.noise_strength)
    z = model.latent(2, torch.Generator().manual_seed(0))
    assert not torch.equal(model.sample(z), model.sample(z))
    model.eval()
    assert torch.equal(model.sample(z), model.sample(z))


def test_classifier_of_attributes() -> None:
    """A classifier learns two attributes from one feature vector, and predicts each one separately."""
    model = tiny("classifier", heads=(2, 3), dropout=0.0)
    images = torch.randn(12, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    attributes = torch.stack([torch.arange(12) % 2, torch.arange(12) % 3], 1)
    optimizers = model.optimizers({"network": 1e-2})
    for _ in range(60):
        model.training_step({"image": images, "attributes": attributes}, optimizers)
    model.eval()
    assert model(images).shape == (12, 5) and model.features(images).shape == (12, 8)
    assert (model.predict(images) == attributes).float().mean() > 0.9
    assert step(tiny("classifier", heads=(2, 3)))["loss"].isfinite()
