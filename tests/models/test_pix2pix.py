"""Tests of the special properties of pix2pix, in addition to the contract of all translators."""

from __future__ import annotations

import dataclasses

import pytest
import torch
from torch import nn

from gan_zoo.errors import UserError
from gan_zoo.imaging.colour import rgb_to_lab
from gan_zoo.layers.patch_gan import PATCHES, patch_gan
from gan_zoo.layers.unet import Noise, PictureNorm, UNet, paper_mode
from gan_zoo.models.pix2pix import Pix2Pix
from gan_zoo.models.registry import create_model


def tiny(**changes: object) -> Pix2Pix:
    torch.manual_seed(0)
    return Pix2Pix(dataclasses.replace(Pix2Pix.TINY, **changes))


def batch_of(model: Pix2Pix, n: int = 4) -> dict[str, torch.Tensor]:
    return model.example_inputs(n, torch.Generator().manual_seed(1))


@pytest.mark.parametrize(("size", "halvings"), [(4, 0), (16, 2), (64, 0), (128, 6), (256, 0)])
def test_sizes(size: int, halvings: int) -> None:
    model = create_model("pix2pix", size=size, halvings=halvings, width=2, max_width=4, input_channels=4, channels=2, patch=1)
    assert model.eval().translate(torch.zeros(1, 4, size, size)).shape == (1, 2, size, size)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"size": 100}, "size is 100; it must be a power of two"),
        ({"size": 64, "halvings": 7}, "64 pixels can be halved 6 times"),
        ({"patch": 17}, "patch is 17; it must be 0, 1, 16"),
        ({"space": "lab"}, "input_channels must be 1"),
        ({"l1": 0.0, "adversarial": 0.0}, "both 0"),
        ({"loss": "wasserstein"}, "loss is 'wasserstein'"),
    ],
)
def test_mistakes(changes: dict[str, object], message: str) -> None:
    with pytest.raises(UserError, match=message):
        create_model("pix2pix", **changes)


@pytest.mark.parametrize("patch", [1, *PATCHES])
def test_a_logit_sees_its_patch(patch: int) -> None:
    """One logit has a gradient for a patch of exactly the stated side (Isola et al. 2017, section 4.4)."""
    torch.manual_seed(0)
    size = 320 if patch < 286 else 640
    discriminator = patch_gan(1, 2, patch, size).eval()
    picture = torch.randn(1, 1, size, size, requires_grad=True)
    logits = discriminator(picture)
    logits[0, 0, logits.shape[2] // 2, logits.shape[3] // 2].backward()
    assert picture.grad is not None
    seen = picture.grad[0, 0].abs().sum(0).nonzero()
    assert seen.max() - seen.min() + 1 == patch


@pytest.mark.parametrize(("size", "same_as"), [(16, 16), (64, 70), (128, 142), (256, 286), (512, 286)])
def test_the_patch_that_holds_the_whole_picture(size: int, same_as: int) -> None:
    one, other = (sum(w.numel() for w in patch_gan(3, 4, patch, size).parameters()) for patch in (0, same_as))
    assert one == other


def test_the_networks_are_the_papers() -> None:
    """The networks have as many parameters as in the authors' code: 54,413,955 and 2,768,705 at 256 pixels."""
    with torch.device("meta"):
        model = create_model("pix2pix")
    generator, discriminator = (
        sum(w.numel() for w in network.parameters()) for network in (model.generator, model.discriminator)
    )
    assert (generator, discriminator) == (54_413_955, 2_768_705)


def test_layers_have_the_names_of_the_authors() -> None:
    """The state dict has the nested names of the authors, at the places where the import of their weights expects them."""
    keys = {key for key in tiny(size=16).generator.state_dict() if key.endswith("weight")}
    middle, inner = "model.1.model.3.model.", "model.1.model.3.model.3.model."
    assert {"model.0.weight", "model.3.weight", "model.1.model.1.weight", "model.1.model.2.weight"} <= keys
    assert {middle + "5.weight", middle + "6.weight", inner + "1.weight", inner + "3.weight", inner + "4.weight"} <= keys
    assert "model.3.bias" in tiny().generator.state_dict() and "model.0.bias" not in tiny().generator.state_dict()
    instance = tiny(norm="instance").generator.state_dict()
    assert "model.0.bias" in instance and not any("running" in key for key in instance)


def test_the_regressor_leaves_the_discriminator_alone() -> None:
    model = tiny(adversarial=0.0)
    before = {key: value.clone() for key, value in model.discriminator.state_dict().items()}
    values = model.training_step(batch_of(model), model.optimizers(model.LEARNING_RATES))
    assert set(values) == {"l1"}
    assert all(torch.equal(value, before[key]) for key, value in model.discriminator.state_dict().items())


def gradient(**changes: object) -> torch.Tensor:
    """The gradient of the generator's first layer after one step, with a discriminator that doesn't learn."""
    model = tiny(dropout=0.0, **changes)
    model.training_step(batch_of(model), model.optimizers({"generator": 0.0, "discriminator": 0.0}))
    return model.generator.model[0].weight.grad


def test_both_weights_count() -> None:
    """The gradient is the weighted sum of the gradients of both losses."""
    adversarial, both = gradient(l1=0.0), gradient(l1=10.0)
    regression = gradient(adversarial=0.0)
    torch.testing.assert_close(both, adversarial + 10 * regression, rtol=1e-3, atol=1e-5)
    torch.testing.assert_close(gradient(l1=10.0, adversarial=0.5), adversarial / 2 + 10 * regression, rtol=1e-3, atol=1e-5)


def test_lab_keeps_the_lightness() -> None:
    """Only the colours are drawn: the picture has the lightness of the input wherever sRGB contains the colour."""
    model = tiny(space="lab", input_channels=1).eval()
    with torch.no_grad():
        for weight in model.generator.model[-2].parameters():
            weight.mul_(0.01)  # makes the colours very weak
    given = torch.rand(2, 1, 16, 16) * 1.6 - 0.8
    picture = model.translate(given)
    assert picture.shape == (2, 3, 16, 16)
    torch.testing.assert_close(rgb_to_lab(picture)[:, :1], given, atol=0.02, rtol=0)
    values = tiny(space="lab", input_channels=1).training_step(batch_of(model), model.optimizers(model.LEARNING_RATES))
    assert values["l1"].isfinite()


def test_paper_mode_looks_at_each_picture_by_itself() -> None:
    """The result equals that for a batch of one: neither other pictures of the batch nor running statistics affect it."""
    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv2d(3, 4, 3), PictureNorm(4), nn.Conv2d(4, 4, 3), PictureNorm(4)).eval()
    pictures = torch.randn(3, 3, 16, 16) * 5
    with paper_mode(network):
        together = network(pictures)
        alone = torch.cat([network(picture[None]) for picture in pictures])
    torch.testing.assert_close(together, alone, rtol=1e-4, atol=1e-4)
    as_trained = torch.cat([network.train()(picture[None]) for picture in pictures])
    torch.testing.assert_close(together, as_trained, rtol=1e-4, atol=1e-4)


def test_paper_mode_is_left_after_an_error_too() -> None:
    noise = Noise(0.5).eval()
    with pytest.raises(RuntimeError, match="stop"), paper_mode(noise):
        assert noise.always
        raise RuntimeError("stop")
    assert not noise.always


@pytest.mark.parametrize("resized", [0, 2, 4])
def test_levels_that_double_by_repeating_pixels(resized: int) -> None:
    network = UNet((3, 3), [4, 8, 8, 8], resized=resized)
    transposed = [m for m in network.modules() if isinstance(m, nn.ConvTranspose2d)]
    assert len(transposed) == 4 - resized
    assert network(torch.zeros(2, 3, 16, 16)).shape == (2, 3, 16, 16)


def test_repeating_pixels_leaves_no_checkerboard() -> None:
    """For an even input and any weights, the interior of the output is even; a transposed convolution gives an uneven one."""
    torch.manual_seed(0)
    for resized, even in ((1, True), (0, False)):
        up = UNet((3, 3), [4], resized=resized).model[2]
        inside = up(torch.ones(1, 4, 8, 8))[..., 2:-2, 2:-2]
        assert (inside.std((2, 3)).max() < 1e-5) == even


def test_labels_are_previewed_as_grey_levels() -> None:
    model = tiny(input_channels=7)
    size = model.config.size
    assert model.preview(batch_of(model), torch.Generator()).shape == (4, 3, size, 3 * size)
