"""Fused networks draw the same pictures, and measured statistics stay."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from gan_zoo.layers.resnet import ResNetGenerator
from gan_zoo.models.cyclegan import CycleGANConfig
from gan_zoo.models.pix2pix import Pix2Pix, Pix2PixConfig
from gan_zoo.serving import fusion


def network(**options: object) -> nn.Module:
    torch.manual_seed(0)
    built = ResNetGenerator(3, 3, CycleGANConfig(width=4, blocks=2, **options))  # type: ignore[arg-type]
    for weight in built.parameters():  # large weights, so that more than rounding errors is compared
        weight.data = 0.2 * torch.randn_like(weight)
    return built.eval().requires_grad_(False)


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize("options", [{}, {"upsample": "transposed"}, {"norm": "batch"}], ids=str)
def test_a_fused_network_draws_the_same(options: dict[str, str], n: int) -> None:
    plain, images = network(**options), torch.rand(n, 3, 32, 40) * 2 - 1
    assert fusion.can_fuse(plain) == (options != {"norm": "batch", "upsample": "transposed"})
    torch.testing.assert_close(fusion.fuse(copy.deepcopy(plain))(images), plain(images), rtol=0, atol=1e-5)


def test_a_fused_u_net_draws_the_same() -> None:
    torch.manual_seed(0)
    model = Pix2Pix(Pix2PixConfig(size=32, width=4, max_width=8, halvings=4, resized=4, patch=16)).eval().requires_grad_(False)
    images = torch.rand(2, 3, 32, 32) * 2 - 1
    before = model.translate(images)
    fusion.fuse(model)
    assert sum(isinstance(layer, nn.Upsample) for layer in model.modules()) == 0
    torch.testing.assert_close(model.translate(images), before, rtol=0, atol=1e-5)


def test_nothing_to_fuse() -> None:
    assert not fusion.can_fuse(nn.Sequential(nn.Conv2d(3, 3, 3), nn.BatchNorm2d(3)))


def test_other_layers_are_left_alone() -> None:
    layers = nn.Sequential(nn.InstanceNorm2d(3, affine=True), nn.Upsample(scale_factor=3), nn.Conv2d(3, 3, 3)).eval()
    assert [type(layer) for layer in fusion.fuse(layers)] == [nn.InstanceNorm2d, nn.Upsample, nn.Conv2d]


def test_measured_statistics_stay_for_every_picture() -> None:
    ours = fusion.fuse(network())
    batch = torch.rand(4, 3, 32, 32) * 2 - 1
    with fusion.measured(ours):
        together = ours(batch)
    # With the statistics of all four, the pictures are the same together and one by one; their own statistics would differ.
    torch.testing.assert_close(torch.cat([ours(image[None]) for image in batch]), together, rtol=0, atol=1e-4)
    assert (fusion.fuse(network())(batch) - together).abs().max() > 0.05


@pytest.mark.parametrize("upsample", ["resize", "transposed"])
def test_folding_changes_nothing_but_leaves_no_norm(upsample: str) -> None:
    ours = fusion.fuse(network(upsample=upsample))
    images = torch.rand(2, 3, 32, 32) * 2 - 1
    with fusion.measured(ours):
        ours(images)
    before = ours(images)
    assert not any(isinstance(layer, fusion.PassNorm) for layer in fusion.folded(ours).modules())
    torch.testing.assert_close(ours(images), before, rtol=0, atol=1e-4)
