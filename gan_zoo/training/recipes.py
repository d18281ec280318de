"""The settings of the training runs behind the shipped weights, and of runs on public data sets, by name.

`gan-zoo train --recipe NAME` starts one. The command line can override every value.
"""

from __future__ import annotations

from typing import Any

# The shipped translators have a million parameters and need a few milliseconds for a picture. At 128 pixels, the usual
# patch of 70 pixels allows different colours in the two halves of an object. A patch that covers the whole picture costs
# no more.
SMALL = {"size": 128, "width": 24, "max_width": 94, "halvings": 6, "resized": 6, "critic_width": 20, "patch": 142}

LANDSCAPES = "pictures?domain=landscape"
MORE_LANDSCAPES = f"{LANDSCAPES}+land"


def _translator(
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


def _two_stages(
    name: str, steps: tuple[int, int], decay_from: tuple[float, float], **settings: Any
) -> dict[str, dict[str, Any]]:
    """Return two recipes. The second starts from the first, with the full learning rates again (Loshchilov & Hutter 2017)."""
    first = f"{name}-first"
    return {
        first: {**settings, "steps": steps[0], "decay_from": decay_from[0]},
        name: {**settings, "steps": steps[1], "decay_from": decay_from[1], "start": f"runs/{first}"},
    }


def _style_transfer(name: str, data: str, inputs: str, steps: int, start: str = "") -> dict[str, dict[str, Any]]:
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


def _one_way(name: str, data: str, inputs: str, steps: int, **more: Any) -> dict[str, dict[str, Any]]:
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


def _text_to_image(
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


def _without_gan(model: str, data: str, steps: int, ticks: int = 4, **settings: Any) -> dict[str, Any]:
    """Return the recipe of a model that is not a GAN: a regressor, an autoencoder or a density."""
    return {
        "model": model, "data": data, "steps": steps, "batch_size": 64, "decay_from": 0.5, "tick": steps // ticks, **settings,
    }  # fmt: skip


WITHOUT_GAN: dict[str, dict[str, Any]] = {
    # These networks can memorise so few pictures.
    **{
        f"{network}-digits": _without_gan(
            "regressor", "digits", steps, pictures=256, learning_rates={"decoder": 2e-3},
            options={"network": network, "width": width},
        )
        for network, width, steps in (("single_layer", 0, 6_000), ("multi_layer", 64, 16_000), ("deconvolution", 80, 5_000))
    },
    "autoencoder-digits": _without_gan("autoencoder", "digits", 5_000, options={"latent_size": 16}),
    "vae-digits": _without_gan("vae", "digits", 6_000, options={"latent_size": 16}),
    # Latents of two numbers can be shown as a map.
    "autoencoder_2d-digits": _without_gan("autoencoder", "digits", 5_000, options={"latent_size": 2, "width": 20}),
    "vae_2d-digits": _without_gan("vae", "digits", 6_000, options={"latent_size": 2, "width": 20}),
    "mixture-digits": _without_gan("mixture", "digits", 128, options={"latent_size": 33, "gaussians": 20}),
    "code_mixture-digits": _without_gan("code_mixture", "digits", 4_096, options={"latent_size": 17, "gaussians": 20}),
    "bayes-digits": _without_gan("bayes", "digits", 128, options={"latent_size": 33}),
    "autoencoder-faces": _without_gan(
        "autoencoder", "faces", 8_000, batch_size=32, options={"width": 8, "max_width": 40, "latent_size": 24},
    ),
    # With more pixels, their error has more weight relative to the KL term, so beta is higher.
    "vae-faces": _without_gan(
        "vae", "faces", 8_000, batch_size=32, options={"width": 8, "max_width": 40, "latent_size": 24, "beta": 12.0},
    ),
    "mixture-faces": _without_gan("mixture", "faces", 64, options={"latent_size": 17, "gaussians": 8}),
    "autoencoder-kana": _without_gan(
        "autoencoder", "kana", 6_000, options={"width": 8, "max_width": 40, "latent_size": 24},
    ),
    "vae-kana": _without_gan(
        "vae", "kana", 6_000, options={"width": 8, "max_width": 40, "latent_size": 24, "beta": 3.0},
    ),
    "mixture-kana": _without_gan("mixture", "kana", 128, options={"latent_size": 17, "gaussians": 20}),
}  # fmt: skip


def _inpainter(
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


RECIPES: dict[str, dict[str, Any]] = {
    **WITHOUT_GAN,
    "features-digits": {
        "model": "classifier", "data": "mnist",
        "steps": 6_000, "batch_size": 128, "decay_from": 0.0, "options": {"width": 24},
    },
    **_two_stages(
        "dcgan-digits", (24_000, 30_000), (0.4, 0.4),
        model="dcgan", data="digits", batch_size=64, tick=400,
        # The discriminator has twice the learning rate of the generator. The generator has four times that of the paper, so
        # that fewer steps are enough.
        learning_rates={"generator": 8e-4, "discriminator": 16e-4}, options={"width": 48, "r1": 0.1},
    ),
    **_two_stages(
        "mlp_gan-digits", (80_000, 200_000), (0.5, 0.3),
        model="mlp_gan", data="digits", batch_size=128, tick=2_000,
        # The generator has four times the usual learning rate. With dropout, the discriminator would be too weak.
        learning_rates={"generator": 8e-4, "discriminator": 16e-4}, options={"r1": 1.0, "dropout": 0.0},
    ),
    "simgan-digits": {
        "model": "simgan", "data": "digits", "pairs": "fonts",
        "steps": 4_000, "batch_size": 32, "decay_from": 0.5, "tick": 250,
        "learning_rates": {"refiner": 8e-4, "discriminator": 8e-4, "reader": 1e-3},
    },
    "features-kana": {
        "model": "classifier", "data": "kana",
        "steps": 8_000, "batch_size": 64, "decay_from": 0.0, "jitter": 0.1, "tick": 500,
        "learning_rates": {"network": 2e-3}, "options": {"width": 16},
    },
    # A discriminator with the generator's learning rate learns too little to distinguish the kana: the classifier recognised
    # a third of them after 1,000 steps, and 70% if the discriminator had three times that rate.
    "cgan-kana": {
        "model": "cgan", "data": "kana",
        "steps": 5_000, "batch_size": 64, "decay_from": 0.5, "tick": 250,
        "learning_rates": {"generator": 4e-4, "discriminator": 12e-4},
        "options": {"augment": ("translation",), "diversity": 0.1, "diversity_after": 2_500},
    },
    "features-faces": {
        "model": "classifier", "data": "faces",
        "steps": 4_000, "batch_size": 32, "decay_from": 0.0, "tick": 200,
        "options": {"width": 16, "dropout": 0.1},
    },
    # Faces without end have no epochs: each step sees other faces.
    "features-peeps": {
        "model": "classifier", "data": "peeps",
        "steps": 2_400, "batch_size": 32, "decay_from": 0.0, "tick": 200,
        "options": {"size": 64, "width": 16, "dropout": 0.1},
    },
    "dcgan-faces": {
        "model": "dcgan", "data": "faces",
        "steps": 4_000, "batch_size": 32, "decay_from": 0.5, "tick": 250,
        "learning_rates": {"generator": 4e-4, "discriminator": 4e-4}, "options": {"width": 32, "r1": 0.5},
    },
    "sngan-faces": {
        "model": "sngan", "data": "faces",
        "steps": 6_000, "batch_size": 32, "decay_from": 0.5, "tick": 250,
        "learning_rates": {"generator": 4e-4, "discriminator": 12e-4},
        "options": {"width": 24, "augment": ("translation",)},
    },
    "wgan_gp-faces": {
        "model": "wgan_gp", "data": "faces",
        "steps": 3_000, "batch_size": 32, "decay_from": 0.5, "tick": 250,
        # One update of the critic with a higher learning rate replaces several (Heusel et al. 2017).
        "learning_rates": {"generator": 4e-4, "discriminator": 8e-4}, "options": {"width": 24, "critic_steps": 1},
    },
    "stylegan-faces": {
        "model": "stylegan", "data": "faces",
        "steps": 6_000, "batch_size": 16, "decay_from": 0.5, "tick": 500,
    },
    **_translator("emoji3d", "emoji3d", "edges", (1_800, 3_500), l1=60.0),
    # Of the shipped run, the first stage had only the first 413 pairs of these data, and the second the first 922.
    **_two_stages(
        "pix2pix_hd-things", (3_000, 1_500), (0.6, 0.6), model="pix2pix_hd", data="things", pairs="line",
        batch_size=8, tick=50, mirror=True, jitter=0.05, ema=0.998,
        learning_rates=dict.fromkeys(("generator", "posterior", "discriminator"), 4e-4), options={"size": 128},
    ),
    "spade-earth": {
        "model": "spade", "data": "earth", "pairs": "planet",
        "steps": 2_400, "batch_size": 8, "decay_from": 0.5, "tick": 50, "mirror": True, "ema": 0.998,
        "learning_rates": {"generator": 3e-4, "encoder": 3e-4, "discriminator": 5e-4}, "options": {"size": 128},
    },
    # The plain method, which the metrics compare with `spade-earth`.
    **_translator("earth", "earth", "planet", (800, 1_600), l1=60.0),
    # Transposed convolutions gave better results here: flat colours don't show their checkerboard patterns.
    **_translator("emoji", "emoji", "line", (3_500, 5_000), l1=60.0, max_width=78, resized=0),
    # This run uses pairs; cyclegan-emoji3d doesn't. The metrics compare the two.
    **_translator("rendered", "emoji3d:render", "columns:flat", (800, 1_500), l1=60.0, start="runs/pix2pix-emoji3d-l1"),
    **_translator("objects", "objects", "edges", (1_000, 2_500), l1=40.0, start="runs/pix2pix-emoji3d-l1", jitter=0.15),
    # The pictures are not mirrored, because shadows fall to the right. The metrics compare this run with vid2vid-dance.
    **_translator("dance", "dance", "columns:puppet", (1_000, 600), l1=100.0, start="runs/pix2pix-emoji3d-l1", mirror=False),
    # The first run is a regressor, which quickly learns the motions, so half of the training needs no discriminators. The
    # second run shifts the clips at random, because the network soon memorises nine motions.
    "vid2vid-dance-first": {
        "model": "vid2vid", "data": "dance", "pairs": "columns:puppet",
        "steps": 1_600, "batch_size": 4, "decay_from": 0.5, "tick": 200,
        "learning_rates": {"generator": 1e-3}, "options": {"adversarial": 0.0},
    },
    "vid2vid-dance-l1": {
        "model": "vid2vid", "data": "dance", "pairs": "columns:puppet", "start": "runs/vid2vid-dance-first",
        "steps": 1_400, "batch_size": 4, "decay_from": 0.3, "jitter": 0.06, "tick": 200,
        "learning_rates": {"generator": 1e-3}, "options": {"adversarial": 0.0},
    },
    "vid2vid-dance": {
        "model": "vid2vid", "data": "dance", "pairs": "columns:puppet", "start": "runs/vid2vid-dance-l1",
        "steps": 300, "batch_size": 4, "decay_from": 0.3, "tick": 100, "clip": 10.0,
        "learning_rates": {"generator": 5e-4, "picture_discriminator": 4e-4, "motion_discriminator": 4e-4},
        # With a higher weight or more steps, streaks appear: nine motions are little data for a discriminator.
        "options": {"adversarial": 0.15},
    },
    **_translator("grey", LANDSCAPES, "grey", (1_000, 1_500), l1=60.0, space="lab", input_channels=1, patch=70),
    **_translator("blocks", LANDSCAPES, "blocks", (1_000, 2_500), l1=20.0, patch=70),
    **_inpainter("faces", "faces", (4_000, 4_500)),
    # At 128 pixels, a run on a hundred photographs was no better than diffusion. It starts from the drawn faces, which also
    # teach how lines continue. A low KL weight makes the latents informative, but with a discriminator it also makes the
    # proposals unrealistic.
    **_inpainter("pictures", LANDSCAPES, (2_500, 2_800), start="runs/context_encoder-faces-l1", adversarial=0.3, kl=0.0005),
    **_style_transfer("ukiyoe", "pictures?domain=ukiyoe", LANDSCAPES, 2_600),
    # The run that it starts from already knows photographs.
    **_style_transfer("vangogh", "pictures?domain=vangogh", LANDSCAPES, 1_800, start="runs/cyclegan-ukiyoe"),
    **_style_transfer("emoji3d", "emoji3d:render", "emoji3d:flat", 1_400),
    **_one_way("ukiyoe-first", "pictures?domain=ukiyoe", MORE_LANDSCAPES, 1_000),
    **_one_way(
        "ukiyoe", "pictures?domain=ukiyoe", MORE_LANDSCAPES, 2_600, start="runs/cut-ukiyoe-first", decay_from=0.4, ema=0.995,
        tick=100, learning_rates=dict.fromkeys(("generator", "projections", "discriminator"), 3e-4),
    ),
    **_one_way("vangogh", "pictures?domain=vangogh", MORE_LANDSCAPES, 450, start="runs/cut-ukiyoe-first"),
    **_one_way("night", "earth:night", "earth:satellite", 1_800),
    "features-emoji": {
        "model": "classifier", "data": "emoji",
        "steps": 800, "batch_size": 32, "decay_from": 0.0, "jitter": 0.1, "mirror": True, "tick": 100,
        "options": {"width": 8},
    },
    # It distinguishes photographs and two kinds of paintings (nine pictures of each kind), so its features describe style.
    "features-pictures": {
        "model": "classifier", "data": "pictures",
        "steps": 600, "batch_size": 32, "decay_from": 0.0, "jitter": 0.25, "mirror": True, "tick": 100,
        "options": {"size": 128, "width": 8},
    },
    **_text_to_image(
        "emoji", 1_827, (3_000, 6_000, 4_000, 2_000, 2_000, 4_000),
        judge={"max_width": 80, "embedding_size": 48},
    ),
    **_text_to_image(
        "emoji3d", 1_421, (2_500, 4_500, 6_500, 1_200, 2_200, 6_000),
        judge={"width": 20, "max_width": 56, "text_width": 32, "embedding_size": 40},
        widths=(88, 72, 56, 40, 24), text_width=32, latent_size=72,
    ),
    # The data sets of the pix2pix paper, in the authors' layout: folders train/ and test/ with pictures that hold both halves
    # of a pair. --data gives their path. The settings are those of the paper, except for the batch size, which is 1 there
    # (Isola et al. 2017, appendix A.2).
    **{
        f"pix2pix-{data}": {
            "model": "pix2pix", "data": data, "pairs": pairs,
            "steps": steps, "batch_size": 4, "decay_from": 0.5, "mirror": True, "jitter": 0.06, "options": {"size": 256},
        }
        for data, pairs, steps in (
            ("facades", "sides:right", 20_000),  # labels to photograph
            ("maps", "sides", 55_000),  # aerial photograph to map
            ("edges2shoes", "sides", 190_000),
            ("night2day", "sides", 75_000),
        )
    },
    # The data sets of the CycleGAN paper, which have no pairs: folders trainA/, trainB/, testA/ and testB/. --data gives their
    # path. The runs see the larger of the two sets 200 times. The batch size is 2; the paper has 1 (Zhu et al. 2017,
    # appendix 7.1).
    **{
        f"{model}-{data}": {
            "model": model, "data": data, "pairs": "unpaired",
            "steps": 100 * larger, "batch_size": 2, "decay_from": 0.5, "mirror": True, "jitter": 0.1, "options": {"size": 256},
        }
        for model in ("cyclegan", "cut")
        for data, larger in (
            ("horse2zebra", 1_334), ("summer2winter", 1_231),
            ("monet2photo", 6_287), ("vangogh2photo", 6_287), ("ukiyoe2photo", 6_287),
        )
    },
    # The run in the documentation: two epochs, which took 29 hours on its CPU.
    "dcgan-celeba": {
        "model": "dcgan", "data": "celeba",
        "steps": 5_086, "batch_size": 64, "options": {"size": 64},
    },
}  # fmt: skip
