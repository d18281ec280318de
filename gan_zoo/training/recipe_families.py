"""The settings of kinds of training runs, which `recipes` gives names and data."""

from __future__ import annotations

from typing import Any

# The shipped translators have a million parameters and need a few milliseconds for a picture. At 128 pixels, the usual
# patch of 70 pixels allows different colours in the two halves of an object. A patch that covers the whole picture costs
# no more.
SMALL = {"size": 128, "width": 24, "max_width": 94, "halvings": 6, "resized": 6, "critic_width": 20, "patch": 142}


def translator(
    name: str,
    data: str,
    pairs: str,
    steps: tuple[int, int],
    l1: float,
    start: str = "",
    jitter: float = 0.0,
    mirror: bool = True,
    **options: Any,
) -> dict[str, dict[str, Any]]:
    """Return three recipes: a regressor (`-l1`), pix2pix without the L1 loss (`-cgan`), and pix2pix.

    The regressor quickly learns the contents. The other two start from it and sharpen its pictures. So half of the training
    needs no discriminator, and the metrics can compare all three, as section 4.2 of the paper does.

    Args:
        start: the run that the regressor starts from. Lines and dabs of colour have the same meaning in all drawings, so a
            regressor for other drawings is a good start.
    """
    common = {"model": "pix2pix", "data": data, "pairs": pairs, "tick": 250, "mirror": mirror, "jitter": jitter}
    options = {**SMALL, **options}
    sharpening = {
        **common, "start": f"runs/pix2pix-{name}-l1", "steps": steps[1], "batch_size": 8, "decay_from": 0.4,
        "learning_rates": {"generator": 3e-4, "discriminator": 3e-4},
    }  # fmt: skip
    return {
        f"pix2pix-{name}-l1": {
            **common, "start": start, "steps": steps[0], "batch_size": 16, "decay_from": 0.5,
            "learning_rates": {"generator": 1e-3}, "options": {**options, "adversarial": 0.0},
        },
        f"pix2pix-{name}-cgan": {**sharpening, "options": {**options, "l1": 0.0}},
        f"pix2pix-{name}": {**sharpening, "options": {**options, "l1": l1}},
    }  # fmt: skip


def two_stages(
    name: str, steps: tuple[int, int], decay_from: tuple[float, float], **settings: Any
) -> dict[str, dict[str, Any]]:
    """Return two recipes. The second starts from the first, with the full learning rates again (Loshchilov & Hutter 2017)."""
    first = f"{name}-first"
    return {
        first: {**settings, "steps": steps[0], "decay_from": decay_from[0]},
        name: {**settings, "steps": steps[1], "decay_from": decay_from[1], "start": f"runs/{first}"},
    }


def style_transfer(name: str, data: str, inputs: str, steps: int, start: str = "") -> dict[str, dict[str, Any]]:
    """Return the recipe of a light CycleGAN from `inputs` to `data`.

    It has half a million parameters in each direction, and twice the learning rate and batch size of the paper. The weight of
    the identity loss is lower than in the paper, because this loss makes light networks change too little.
    """
    return {
        f"cyclegan-{name}": {
            "model": "cyclegan", "data": data, "pairs": f"unpaired:{inputs}", "start": start,
            "steps": steps, "batch_size": 2, "decay_from": 0.5, "tick": 250, "mirror": True, "jitter": 0.12,
            "learning_rates": {
                "generator_ab": 4e-4, "generator_ba": 4e-4, "discriminator_a": 4e-4, "discriminator_b": 4e-4,
            },
            "options": {"size": 128, "width": 16, "blocks": 6, "critic_width": 24, "identity": 0.2},
        },
    }  # fmt: skip


def one_way(name: str, data: str, inputs: str, steps: int, **more: Any) -> dict[str, dict[str, Any]]:
    """Return the recipe of a light CUT from `inputs` to `data`: FastCUT with less weight on keeping what the input shows."""
    return {
        f"cut-{name}": {
            "model": "cut", "data": data, "pairs": f"unpaired:{inputs}",
            "steps": steps, "batch_size": 2, "decay_from": 0.5, "ema": 0.99, "tick": 50, "mirror": True, "jitter": 0.12,
            "precision": "float32", "learning_rates": dict.fromkeys(("generator", "projections", "discriminator"), 4e-4),
            "options": {"size": 96, "width": 20, "blocks": 6, "critic_width": 24, "nce": 4.0, "identity": 0.0},
            **more,
        },
    }  # fmt: skip


def text_to_image(
    data: str, pictures: int, steps: tuple[int, int, int, int, int, int], judge: dict[str, Any], **options: Any
) -> dict[str, dict[str, Any]]:
    """Return the recipes of a StackGAN: two joint spaces of text and pictures, and five runs that continue each other.

    The text encoder starts from the first joint space. The second one is never used in training; it judges the pictures.
    The five runs train in this order: the first stage, which draws from the latents of the posterior; all stages, in the
    same way; the text encoder alone, which is cheap because it draws nothing; all stages once more, with discriminators that
    sharpen the pictures; and the text encoder once more. Mirrored pictures would have the same captions. The runs of the
    text encoder use large batches, because with small ones it forgets the captions that it learnt before.

    Args:
        pictures: number of training pictures in `data`.
        steps: steps of the joint space, and of each of the five runs.
        judge: options of the joint space that judges.
    """
    name = f"stackgan-{data}"
    common = {"model": "stackgan", "data": data}
    joint = {
        "model": "joint", "data": data, "batch_size": 64, "decay_from": 0.3, "jitter": 0.08, "mirror": True, "tick": 500,
    }  # fmt: skip
    options = {"components": pictures, **options}
    drawing = {**options, "adversarial": 0.0, "kl": 0.0, "which": 0.0}
    rates = {"text": 0.0, "tint": 0.0, "generator": 2e-3, "posterior": 2e-3}
    reading = {
        **common, "batch_size": 512, "decay_from": 0.3, "tick": 500, "precision": "float32",
        "learning_rates": {"text": 2e-3, "tint": 4e-3, "generator": 3e-3},
        "options": {**options, "adversarial": 0.0, "pixel": 0.0, "settled": True},
    }  # fmt: skip
    read = {"text_width": options["text_width"]} if "text_width" in options else {}
    return {
        f"joint-{data}": {**joint, "steps": steps[0], "options": {"size": 64, "seen": 32, **read}},
        f"judge-{data}": {**joint, "seed": 1, "steps": 1_200, "options": {"size": 32, "seen": 32, **judge}},
        f"{name}-first": {
            **common, "start": f"runs/joint-{data}", "steps": steps[1], "batch_size": 32, "decay_from": 0.5, "mirror": True,
            "tick": 500, "learning_rates": rates, "options": {**drawing, "stages": 1},
        },
        f"{name}-stages": {
            **common, "start": f"runs/{name}-first", "steps": steps[2], "batch_size": 16, "decay_from": 0.7, "tick": 250,
            "learning_rates": rates, "options": drawing,
        },
        f"{name}-reading": {**reading, "start": f"runs/{name}-stages", "steps": steps[3]},
        f"{name}-sharpened": {
            **common, "start": f"runs/{name}-reading", "steps": steps[4], "batch_size": 16, "decay_from": 0.4, "tick": 200,
            "precision": "bfloat16", "learning_rates": {"text": 0.0, "tint": 0.0, "generator": 6e-4, "discriminators": 4e-4},
            "options": {**drawing, "adversarial": 0.1, "settled": True},
        },
        name: {**reading, "start": f"runs/{name}-sharpened", "steps": steps[5]},
    }  # fmt: skip


def without_gan(model: str, data: str, steps: int, ticks: int = 4, **settings: Any) -> dict[str, Any]:
    """Return the recipe of a model that is not a GAN: a regressor, an autoencoder or a density."""
    return {
        "model": model, "data": data, "steps": steps, "batch_size": 64, "decay_from": 0.5, "tick": steps // ticks, **settings,
    }  # fmt: skip


def inpainter(
    name: str, data: str, steps: tuple[int, int], start: str = "", adversarial: float = 0.2, kl: float = 0.002
) -> dict[str, dict[str, Any]]:
    """Return two recipes: a regressor, which learns to continue a picture into a hole, and a context encoder.

    The context encoder starts from the regressor, sharpens its pictures and learns to make different proposals.

    Args:
        start: the run that the regressor starts from.
        kl: weight of the KL term of the regressor's latents; a low weight lets them carry more information.
    """
    common = {
        "model": "context_encoder", "data": data, "pairs": "holes", "mirror": True,
        "tick": 200, "batch_size": 16, "clip": 10.0,
    }  # fmt: skip
    options = {"size": 64, "halvings": 3}
    return {
        f"context_encoder-{name}-l1": {
            **common, "start": start, "steps": steps[0], "decay_from": 0.5,
            "learning_rates": {"generator": 2e-3, "posterior": 5e-4}, "options": {**options, "adversarial": 0.0, "kl": kl},
        },
        f"context_encoder-{name}": {
            **common, "start": f"runs/context_encoder-{name}-l1", "steps": steps[1], "decay_from": 0.3,
            "learning_rates": {"generator": 1e-3, "posterior": 5e-4, "discriminator": 1e-3},
            "options": {**options, "adversarial": adversarial},
        },
    }  # fmt: skip
