"""The network trained on ImageNet: the agreement with the original, and the distances that it measures."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import torch
from PIL import Image, ImageChops, ImageFilter
from safetensors.torch import load_file

from gan_zoo import load
from gan_zoo.data.dataset import fit
from gan_zoo.data.reading import open_pictures
from gan_zoo.evaluation.metrics import perceptual
from gan_zoo.imaging.images import from_pil, to_float
from gan_zoo.models.efficientnet_lite import TAPS, EfficientNetLite
from gan_zoo.models.registry import create_model
from gan_zoo.weights.foreign import recognise

LOGITS = Path(__file__).parent / "efficientnet_lite_logits.safetensors"


@pytest.fixture(scope="module")
def eye() -> EfficientNetLite:
    model = load("features-imagenet")
    assert isinstance(model, EfficientNetLite)
    return model


def photographs(n: int, size: int) -> list[Image.Image]:
    return [fit(picture, size).convert("RGB") for picture in open_pictures("objects", "test").pictures[:n]]


def tensor(pictures: list[Image.Image]) -> torch.Tensor:
    return to_float(torch.stack([from_pil(picture, 3) for picture in pictures]))


def test_it_agrees_with_the_original(eye: EfficientNetLite) -> None:
    """The stored logits are those of the package `efficientnet_lite_pytorch` with its own weights in float32.

    With these weights in float32 the two networks differ by 4e-6. The rest of the difference comes from half precision.
    """
    theirs = load_file(LOGITS)["logits"]
    ours = eye(tensor(photographs(3, 192)))
    assert (ours.softmax(1) - theirs.softmax(1)).abs().mean() < 1e-5
    assert (ours - theirs).abs().mean() / theirs.abs().mean() < 5e-3
    assert torch.equal(ours.argmax(1), theirs.argmax(1))


def test_a_checkpoint_of_the_original_is_recognised(eye: EfficientNetLite) -> None:
    names = {
        "network.conv_stem.weight": "_conv_stem.weight",
        "network.blocks.0.0.conv_dw.weight": "_blocks.0._depthwise_conv.weight",
    }
    names["network.classifier.weight"] = "_fc.weight"
    state = {names.get(key, f"_{i}"): value for i, (key, value) in enumerate(eye.state_dict().items())}
    found = recognise(state)
    assert found.model == "efficientnet_lite" and found.config == {"classes": 1000}
    assert all(torch.equal(found.state[key], value) for key, value in eye.state_dict().items())


def test_worse_pictures_are_farther_away(eye: EfficientNetLite) -> None:
    good = photographs(8, 128)

    def jpeg(picture: Image.Image) -> Image.Image:
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=8)
        return Image.open(buffer).convert("RGB")

    def enlarged(picture: Image.Image) -> Image.Image:
        return picture.resize((64, 64), Image.Resampling.LANCZOS).resize((128, 128), Image.Resampling.BICUBIC)

    def moved(picture: Image.Image) -> Image.Image:
        return ImageChops.offset(picture, 1, 0)

    same, near = perceptual(eye, tensor(good), tensor(good)), perceptual(eye, tensor(list(map(moved, good))), tensor(good))
    worse = [
        perceptual(eye, tensor([spoil(picture) for picture in good]), tensor(good))
        for spoil in (jpeg, lambda p: p.filter(ImageFilter.GaussianBlur(4)), enlarged)
    ]
    assert same == pytest.approx(0, abs=1e-6) and min(worse) > 0.01
    assert near < worse[1], "a shift by a pixel changes less than a blur"


def test_taps_halve_from_stage_to_stage() -> None:
    model = create_model("efficientnet_lite", size=64, classes=3).eval()
    assert isinstance(model, EfficientNetLite)
    maps = model.taps(torch.zeros(1, 3, 64, 64))
    assert [m.shape[2] for m in maps] == [64 >> (i + 1) for i in range(len(TAPS))]
    assert len(model.taps(torch.zeros(1, 3, 64, 64), 2)) == 2
    small, large = model.features(torch.zeros(1, 3, 16, 16)), model.features(torch.zeros(1, 3, 300, 300))
    assert small.shape == large.shape == (1, 1280)
