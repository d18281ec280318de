"""The settings of the training runs behind the shipped weights, and of runs on public data sets, by name.

`gan-zoo train --recipe NAME` starts one. The command line can override every value.
"""

from __future__ import annotations

from typing import Any

from gan_zoo.training.recipe_families import (
    inpainter,
    one_way,
    style_transfer,
    text_to_image,
    translator,
    two_stages,
    without_gan,
)

LANDSCAPES = "pictures?domain=landscape"
MORE_LANDSCAPES = f"{LANDSCAPES}+land"
FACES = {"size": 128, "latent_size": 142, "width": 48, "encoder_width": 16, "critic_width": 32, "critic_patch": 4}

WITHOUT_GAN: dict[str, dict[str, Any]] = {
    # These networks can memorise so few pictures.
    **{
        f"{network}-digits": without_gan(
            "regressor", "digits", steps, pictures=256, learning_rates={"decoder": 2e-3},
            options={"network": network, "width": width},
        )
        for network, width, steps in (("single_layer", 0, 6_000), ("multi_layer", 64, 16_000), ("deconvolution", 80, 5_000))
    },
    "autoencoder-digits": without_gan("autoencoder", "digits", 5_000, options={"latent_size": 16}),
    "vae-digits": without_gan("vae", "digits", 6_000, options={"latent_size": 16}),
    # Latents of two numbers can be shown as a map.
    "autoencoder_2d-digits": without_gan("autoencoder", "digits", 5_000, options={"latent_size": 2, "width": 20}),
    "vae_2d-digits": without_gan("vae", "digits", 6_000, options={"latent_size": 2, "width": 20}),
    "mixture-digits": without_gan("mixture", "digits", 128, options={"latent_size": 33, "gaussians": 20}),
    "code_mixture-digits": without_gan("code_mixture", "digits", 4_096, options={"latent_size": 17, "gaussians": 20}),
    "bayes-digits": without_gan("bayes", "digits", 128, options={"latent_size": 33}),
    "autoencoder-faces": without_gan(
        "autoencoder", "faces", 8_000, batch_size=32, options={"width": 8, "max_width": 40, "latent_size": 24},
    ),
    # With more pixels, their error has more weight relative to the KL term, so beta is higher.
    "vae-faces": without_gan(
        "vae", "faces", 8_000, batch_size=32, options={"width": 8, "max_width": 40, "latent_size": 24, "beta": 12.0},
    ),
    "mixture-faces": without_gan("mixture", "faces", 64, options={"latent_size": 17, "gaussians": 8}),
    "autoencoder-kana": without_gan(
        "autoencoder", "kana", 6_000, options={"width": 8, "max_width": 40, "latent_size": 24},
    ),
    "vae-kana": without_gan(
        "vae", "kana", 6_000, options={"width": 8, "max_width": 40, "latent_size": 24, "beta": 3.0},
    ),
    "mixture-kana": without_gan("mixture", "kana", 128, options={"latent_size": 17, "gaussians": 20}),
}  # fmt: skip

RECIPES: dict[str, dict[str, Any]] = {
    **WITHOUT_GAN,
    "features-digits": {
        "model": "classifier", "data": "mnist",
        "steps": 6_000, "batch_size": 128, "decay_from": 0.0, "options": {"width": 24},
    },
    **two_stages(
        "dcgan-digits", (24_000, 30_000), (0.4, 0.4),
        model="dcgan", data="digits", batch_size=64, tick=400,
        # The discriminator has twice the learning rate of the generator. The generator has four times that of the paper, so
        # that fewer steps are enough.
        learning_rates={"generator": 8e-4, "discriminator": 16e-4}, options={"width": 48, "r1": 0.1},
    ),
    **two_stages(
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
    # The shipped run took half precision and one core.
    "r3gan-peeps": {
        "model": "r3gan", "data": "peeps",
        "steps": 12_000, "batch_size": 16, "decay_from": 0.5, "tick": 200, "precision": "bfloat16/channels_last",
        "learning_rates": {"generator": 4e-4, "discriminator": 4e-4}, "options": {"width": 12, "max_width": 96},
    },
    # The generator first learns to draw faces again. Then a discriminator sharpens them, and a face takes four times as long.
    "cvae_gan-peeps-first": {
        "model": "cvae_gan", "data": "peeps",
        "steps": 8_000, "batch_size": 32, "decay_from": 0.5, "tick": 250, "precision": "bfloat16/channels_last",
        "learning_rates": {"generator": 1e-3, "encoder": 1e-3, "discriminator": 1e-4},
        "options": {**FACES, "adversarial": 0.0, "betas": (0.9, 0.99)},
    },
    "cvae_gan-peeps": {
        "model": "cvae_gan", "data": "peeps", "start": "runs/cvae_gan-peeps-first",
        "steps": 2_400, "batch_size": 16, "decay_from": 0.3, "tick": 150, "precision": "bfloat16/channels_last",
        "learning_rates": {"generator": 2e-4, "encoder": 1e-4, "discriminator": 4e-4},
        "options": {**FACES, "gamma": 2.0},
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
    **translator("emoji3d", "emoji3d", "edges", (1_800, 3_500), l1=60.0),
    # The shipped run started from the weights of an earlier one, of 4,500 steps on the first 413 and 922 of these pairs. Only
    # its second stage saw things painted in one colour.
    **two_stages(
        "pix2pix_hd-things", (4_500, 6_000), (1.0, 0.5), model="pix2pix_hd", data="things", pairs="line",
        batch_size=8, tick=50, mirror=True, jitter=0.05, ema=0.998,
        learning_rates=dict.fromkeys(("generator", "posterior", "discriminator"), 4e-4),
        options={"size": 128, "l1": 10.0, "adversarial": 2.0},
    ),
    "spade-earth": {
        "model": "spade", "data": "earth", "pairs": "planet",
        "steps": 2_400, "batch_size": 8, "decay_from": 0.5, "tick": 50, "mirror": True, "ema": 0.998,
        "learning_rates": {"generator": 3e-4, "encoder": 3e-4, "discriminator": 5e-4}, "options": {"size": 128},
    },
    # The plain method, which the metrics compare with `spade-earth`.
    **translator("earth", "earth", "planet", (800, 1_600), l1=60.0),
    # Transposed convolutions gave better results here: flat colours don't show their checkerboard patterns.
    **translator("emoji", "emoji", "line", (3_500, 5_000), l1=60.0, max_width=78, resized=0),
    # This run uses pairs; cyclegan-emoji3d doesn't. The metrics compare the two.
    **translator("rendered", "emoji3d:render", "columns:flat", (800, 1_500), l1=60.0, start="runs/pix2pix-emoji3d-l1"),
    **translator("objects", "objects", "edges", (1_000, 2_500), l1=40.0, start="runs/pix2pix-emoji3d-l1", jitter=0.15),
    # The pictures are not mirrored, because shadows fall to the right. The metrics compare this run with vid2vid-dance.
    **translator("dance", "dance", "columns:puppet", (1_000, 600), l1=100.0, start="runs/pix2pix-emoji3d-l1", mirror=False),
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
    **translator("grey", LANDSCAPES, "grey", (1_000, 1_500), l1=60.0, space="lab", input_channels=1, patch=70),
    **translator("blocks", LANDSCAPES, "blocks", (1_000, 2_500), l1=20.0, patch=70),
    **inpainter("faces", "faces", (4_000, 4_500)),
    # At 128 pixels, a run on a hundred photographs was no better than diffusion. It starts from the drawn faces, which also
    # teach how lines continue. A low KL weight makes the latents informative, but with a discriminator it also makes the
    # proposals unrealistic.
    **inpainter("pictures", LANDSCAPES, (2_500, 2_800), start="runs/context_encoder-faces-l1", adversarial=0.3, kl=0.0005),
    **style_transfer("ukiyoe", "pictures?domain=ukiyoe", LANDSCAPES, 2_600),
    # The run that it starts from already knows photographs.
    **style_transfer("vangogh", "pictures?domain=vangogh", LANDSCAPES, 1_800, start="runs/cyclegan-ukiyoe"),
    **style_transfer("emoji3d", "emoji3d:render", "emoji3d:flat", 1_400),
    **one_way("ukiyoe-first", "pictures?domain=ukiyoe", MORE_LANDSCAPES, 1_000),
    **one_way(
        "ukiyoe", "pictures?domain=ukiyoe", MORE_LANDSCAPES, 2_600, start="runs/cut-ukiyoe-first", decay_from=0.4, ema=0.995,
        tick=100, learning_rates=dict.fromkeys(("generator", "projections", "discriminator"), 3e-4),
    ),
    **one_way("vangogh", "pictures?domain=vangogh", MORE_LANDSCAPES, 450, start="runs/cut-ukiyoe-first"),
    **one_way("night", "earth:night", "earth:satellite", 1_800),
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
    **text_to_image(
        "emoji", 1_827, (3_000, 6_000, 4_000, 2_000, 2_000, 4_000),
        judge={"max_width": 80, "embedding_size": 48},
    ),
    **text_to_image(
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
