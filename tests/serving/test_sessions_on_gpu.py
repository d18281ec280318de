"""Tests of sessions on a pretended GPU: what CUDA refuses would be an error, and pictures come back to the CPU."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from pretended_gpu import pretended

from gan_zoo import Gallery, latent, precision
from gan_zoo.serving import tiles


def sampler(gallery: Gallery, name: str) -> list[torch.Tensor]:
    session = gallery.session(name)
    z = session.latents(3, 0)
    label = torch.arange(3) % len(session.classes) if session.classes else None
    drawn = [session.sample(z).images, session.sample(z, label, "float32", 0.7).images, session.directions().vectors]
    if session.has_opinion:
        drawn.append(session.opinion(drawn[0], label).ranks)
    return drawn


def projection(gallery: Gallery, name: str) -> list[torch.Tensor]:
    session = gallery.session(name)
    target = session.sample(session.latents(1, 5)).images[0]
    with session.network() as model, torch.inference_mode(False):
        z = session.latents(8, 0).to(model.device)
        found = list(latent.invert(target.to(model.device), model.sample, z, None, 4))
    return [found[-1].z.cpu()]


def code(gallery: Gallery, name: str) -> list[torch.Tensor]:
    session = gallery.codes(name)
    pictures = session.sample(session.latents(3, 0)).images
    return [session.reconstruct(pictures).images if session.codes else session.score(pictures)]


def translator(gallery: Gallery, name: str) -> list[torch.Tensor]:
    session = gallery.translator(name)
    x = torch.zeros(2, *session.input_shape)
    drawn = [session.translate(x).images, session.translate(x, paper=True, seed=1).images]
    if session.any_size:
        drawn += [part.image.float() for part in session.restyle(torch.rand(3, 40, 200) * 2 - 1, back=session.two_way)]
    return drawn


def video(gallery: Gallery, name: str) -> list[torch.Tensor]:
    session = gallery.video(name)
    return [result.images for result in session.film(torch.zeros(2, *session.input_shape), layers=True)]


CASES: dict[str, Callable[[Gallery, str], list[torch.Tensor]]] = {
    "cgan": sampler, "stylegan": sampler, "mlp_gan": projection, "vae": code, "bayes": code, "pix2pix": translator,
    "cyclegan": translator, "context_encoder": translator, "vid2vid": video,
}  # fmt: skip


@pytest.mark.sweep(4)
@pytest.mark.parametrize("model", CASES)
def test_a_session_on_a_gpu(model: str, weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "CANDIDATES", ("float32", "bfloat16/channels_last"))
    monkeypatch.setattr(tiles, "PIXELS", 40 * 96)
    name = f"{model}-tiny"
    with pretended():
        gallery = Gallery({name: weights / name})
        assert gallery.device == "cuda"
        results: list[Any] = CASES[model](gallery, name)
    assert results and all(result.device.type == "cpu" and result.isfinite().all() for result in results), gallery.problems
