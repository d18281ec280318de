"""Tests of directions in the latent space, their effects, arithmetic, neighbours and maps, with exact solutions."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from gan_zoo import latent
from gan_zoo.models.kinds import Sampler
from gan_zoo.models.registry import list_models, model_class

all_samplers = pytest.mark.parametrize("name", list_models("sampler"))


def tiny(name: str) -> Sampler:
    torch.manual_seed(0)
    cls = model_class(name)
    model = cls(cls.TINY).eval()
    assert isinstance(model, Sampler)
    return model


def rotation(size: int, seed: int = 0) -> Tensor:
    """Return a random orthonormal matrix."""
    return torch.linalg.qr(torch.randn(size, size, generator=torch.Generator().manual_seed(seed)))[0]


def stretch() -> tuple[Tensor, Tensor]:
    """Return a 12x5 matrix that stretches the columns of a rotation by 5, 4, 3, 2, 1, and these columns as rows."""
    ways = rotation(5)
    return rotation(12, seed=1)[:, :5] @ torch.diag(torch.arange(5.0, 0.0, -1.0)) @ ways.T, ways.T


def same_line(a: Tensor, b: Tensor) -> Tensor:
    """Return the absolute cosines between unit vectors."""
    return (a * b).sum(1).abs()


def test_closed_form_directions_are_the_axes_of_the_weight() -> None:
    weight, ways = stretch()
    found = latent.closed_form_directions(weight, latent.latents(4000, 5, seed=0), count=4)
    assert torch.allclose(same_line(found.vectors, ways[:4]), torch.ones(4), atol=1e-5)
    assert torch.allclose(found.strengths, torch.tensor([25.0, 16.0, 9.0, 4.0]) / 55, atol=1e-5)
    assert torch.allclose(found.sigmas, torch.ones(4), atol=0.05)


def test_principal_directions_of_a_linear_layer_are_its_axes_too() -> None:
    weight, ways = stretch()
    z = latent.latents(800, 5, seed=0)
    found = latent.principal_directions(z, z @ weight.T + 7, count=3)
    assert (same_line(found.vectors, ways[:3]) > 0.98).all()
    assert torch.allclose(found.strengths, torch.tensor([25.0, 16.0, 9.0]) / 55, atol=0.04)


def test_principal_directions_of_the_points_are_their_axes() -> None:
    """For a mapping network, the directions are exactly the principal components of w."""
    w = latent.latents(500, 4, seed=0) @ torch.diag(torch.tensor([1.0, 4.0, 2.0, 0.5])) + 3
    found = latent.principal_directions(w, w)
    variances, vectors = torch.linalg.eigh(torch.cov(w.T))
    assert torch.allclose(same_line(found.vectors, vectors.T.flip(0)), torch.ones(4), atol=1e-4)
    assert torch.allclose(found.sigmas, variances.flip(0).sqrt(), rtol=1e-3)
    assert found.vectors.argmax(1).tolist() == [1, 2, 0, 3]


def test_there_are_no_more_directions_than_dimensions() -> None:
    weight, _ = stretch()
    z = latent.latents(50, 5, seed=0)
    assert len(latent.closed_form_directions(weight, z, 10).vectors) == 5
    assert len(latent.principal_directions(z, z @ weight.T, 10).vectors) == 5
    flat = z * torch.tensor([1.0, 1.0, 0.0, 0.0, 0.0])
    assert len(latent.principal_directions(flat, flat @ weight.T, 10).vectors) == 2


@all_samplers
def test_every_sampler_has_directions(name: str) -> None:
    model = tiny(name)
    with torch.no_grad():
        w = model.mapping(latent.latents(100, model.config.latent_size, seed=0))
        activations, weight = model.first_layer(w), model.entry_weight()
        for found in (latent.principal_directions(w, activations, 4), latent.closed_form_directions(weight, w, 4)):
            assert found.vectors.shape == (4, w.shape[1])
            assert torch.allclose(found.vectors.norm(dim=1), torch.ones(4), atol=1e-5)
            assert (found.vectors.gather(1, found.vectors.abs().argmax(1, keepdim=True)) > 0).all()
            assert (found.strengths.diff() <= 0).all() and 0 < found.strengths.sum() <= 1 + 1e-5
            assert (found.sigmas > 0).all() and found.vectors.isfinite().all()
            pictures = model.synthesis(latent.move(w[:2], found, torch.full((1, 4), 2.0)))
            assert not torch.equal(pictures, model.synthesis(w[:2]))  # fresh weights draw faintly


@all_samplers
def test_a_sampler_is_mapping_and_synthesis(name: str) -> None:
    model = tiny(name)
    z = latent.latents(3, model.config.latent_size, seed=0)
    label = torch.tensor([2, 0, 1]) if hasattr(model.config, "classes") else None
    assert torch.equal(model.synthesis(model.mapping(z), label), model.sample(z, label))


def test_the_first_layer_is_taken_after_norm_and_nonlinearity() -> None:
    for name, taken in (("dcgan", 3), ("mlp_gan", 2)):
        model = tiny(name)
        z = latent.latents(4, 8, seed=0)
        x = z[:, :, None, None] if name == "dcgan" else z
        assert torch.allclose(model.first_layer(z), model.generator[:taken](x).flatten(1))
    sngan = tiny("sngan")
    block = sngan.generator[2].branch
    assert torch.allclose(sngan.first_layer(z), block[1](block[0](sngan.generator[:2](z))).flatten(1))


def test_the_entry_weight_is_the_weight_of_the_latent() -> None:
    dcgan, z = tiny("dcgan"), latent.latents(4, 8, seed=0)
    assert torch.allclose(z @ dcgan.entry_weight().T, dcgan.generator[0](z[:, :, None, None]).flatten(1), atol=1e-6)
    cgan = tiny("cgan")
    readers = [cgan.generator.stem[0], *(norm.affine for norm in cgan.generator.norms)]
    assert torch.equal(cgan.entry_weight(), torch.cat([layer.weight[:, :8] for layer in readers]))


def test_reading_activations_does_not_change_the_network() -> None:
    model = tiny("sngan")
    z = latent.latents(2, 8, seed=0)
    before = model.sample(z)
    model.first_layer(z), model.entry_weight()
    assert not any(m._forward_pre_hooks for m in model.modules())
    assert torch.equal(model.sample(z), before)


def test_a_network_of_one_layer_has_directions() -> None:
    cls = model_class("mlp_gan")
    model = cls(cls.Config(size=4, latent_size=6, generator_widths=())).eval()
    z = latent.latents(3, 6, seed=0)
    assert torch.equal(model.first_layer(z), model.sample(z).flatten(1))
    assert torch.equal(model.entry_weight(), model.generator[0].weight)


def test_effects_are_the_differences_of_probabilities() -> None:
    """The first attribute is Phi, the normal distribution function, of the first coordinate. Its mean over normal latents that
    are moved by s is Phi(s / sqrt 2). The second attribute is constant."""
    directions = latent.Directions(torch.eye(3)[:2], torch.tensor([0.5, 0.5]), torch.tensor([1.0, 0.5]))

    def judge(images: Tensor) -> Tensor:
        return torch.stack([torch.special.ndtr(images[:, 0, 0, 0]), torch.full((len(images),), 0.3)], 1)

    z = latent.latents(5000, 3, seed=0)
    change = latent.effects(directions, z, lambda z: z[:, None, None], judge, reach=2.0)
    expected = 2 * torch.special.ndtr(torch.tensor(2 / math.sqrt(2))) - 1
    assert change.shape == (2, 2)
    assert torch.allclose(change[0, 0], expected, atol=0.02)
    assert torch.equal(change[1], torch.zeros(2)) and change[0, 1] == 0


def test_moves_are_in_sigmas() -> None:
    directions = latent.Directions(torch.eye(3)[:2], torch.tensor([0.6, 0.4]), torch.tensor([2.0, 0.5]))
    z = torch.ones(2, 3)
    assert torch.equal(latent.move(z, directions, torch.tensor([[1.0, -2.0]])), torch.tensor([[3.0, 0.0, 1.0]] * 2))
    both = latent.move(z, directions, torch.tensor([[1.0, 0.0], [0.0, 1.0]]))
    assert torch.equal(both, torch.tensor([[3.0, 1.0, 1.0], [1.0, 1.5, 1.0]]))
    layers = latent.move(torch.ones(2, 4, 3), directions, torch.tensor([[1.0, -2.0]]))
    assert torch.equal(layers, torch.tensor([3.0, 0.0, 1.0]).expand(2, 4, 3))


def test_arithmetic_has_the_direction_of_the_sum_and_the_length_of_a_latent() -> None:
    a, b, c = latent.latents(3, 50, seed=0), latent.latents(2, 50, seed=1), latent.latents(1, 50, seed=2)
    z = latent.arithmetic(a, b, c)
    assert torch.isclose(z.norm(), torch.tensor(math.sqrt(50)))
    assert torch.isclose(torch.cosine_similarity(z, a.mean(0) - b.mean(0) + c[0], dim=0), torch.tensor(1.0))


def test_arithmetic_without_latents() -> None:
    none, c = torch.zeros(0, 4), torch.tensor([[2.0, 0.0, 0.0, 0.0]])
    assert torch.equal(latent.arithmetic(none, none, c), c[0])
    assert torch.equal(latent.arithmetic(c, c, none), torch.zeros(4))


def test_attribute_vectors_point_at_the_attribute() -> None:
    """The positive half of a normal distribution has the mean sqrt(2 / pi), so the two means differ by twice that."""
    z = latent.latents(4000, 6, seed=0)
    probabilities = torch.stack([(z[:, 2] > 0).float(), (z[:, 0] < 0).float(), torch.ones(4000)], 1)
    vectors = latent.attribute_vectors(z, probabilities, ["hat", "beard", "head"])
    assert list(vectors) == ["hat", "beard"]  # every picture has a head, so there is nothing to compare with
    assert torch.allclose(vectors["hat"], 2 * math.sqrt(2 / math.pi) * torch.eye(6)[2], atol=0.1)
    assert torch.allclose(vectors["beard"], -2 * math.sqrt(2 / math.pi) * torch.eye(6)[0], atol=0.1)


@pytest.mark.parametrize("chunk", [3, 7, 100])
def test_nearest_is_a_sort_of_all_distances(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latent, "CHUNK", chunk)
    bank, queries = latent.latents(20, 4, seed=0), latent.latents(3, 4, seed=1)
    queries[1] = bank[13]
    distances, rows = latent.nearest(queries, bank, 4)
    expected = (queries[:, None] - bank).norm(dim=2).sort(1)
    assert torch.equal(rows, expected.indices[:, :4])
    assert torch.allclose(distances, expected.values[:, :4], atol=1e-6)
    assert rows[1, 0] == 13 and distances[1, 0] == 0
    assert latent.nearest(queries, bank[:2], 4)[1].shape == (3, 2)


@pytest.mark.parametrize("spherical", [False, True])
def test_a_map_goes_through_its_three_points(spherical: bool) -> None:
    points = latent.latents(3, 40, seed=3) * torch.tensor([[1.0], [0.5], [1.3]])
    plane = latent.Plane.through(points, spherical)
    assert torch.allclose(plane.at(plane.corners), points, atol=1e-4)
    assert torch.allclose(plane.corners[:2], torch.tensor([[0.0, 0.0], [1.0, 0.0]]), atol=1e-6)
    assert plane.corners[2, 1] > 0


def test_a_flat_map_keeps_distances() -> None:
    points = latent.latents(3, 40, seed=3)
    plane = latent.Plane.through(points, spherical=False)
    places = torch.tensor([[0.0, 0.0], [3.0, 4.0]])
    assert torch.isclose(torch.dist(*plane.at(places)), 5 * torch.dist(points[0], points[1]))
    assert torch.allclose(plane.at(plane.corners.mean(0, keepdim=True))[0], points.mean(0), atol=1e-5)


def test_a_spherical_map_keeps_the_length_of_latents() -> None:
    points = latent.restore_length(latent.latents(3, 40, seed=3))
    places = torch.cartesian_prod(torch.linspace(-20, 20, 9), torch.linspace(-20, 20, 9))
    z = latent.Plane.through(points).at(places)
    assert torch.allclose(z.norm(dim=1), torch.full((81,), math.sqrt(40)), rtol=1e-4)
    assert torch.linalg.matrix_rank(z) == 3  # all points lie on one great sphere


def test_no_map_through_a_line() -> None:
    a, b = latent.latents(2, 40, seed=3)
    for points in ([a, b, (a + b) / 2], [a, a, b], [a, b, a], [a, a, a]):
        with pytest.raises(ValueError, match="on one line"):
            latent.Plane.through(torch.stack(points))
