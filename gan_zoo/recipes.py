"""The training runs behind the shipped weights, and those of the public data sets, by name.

`gan-zoo train --recipe NAME` starts one; every value can be overridden on the command line.
"""

from __future__ import annotations

from typing import Any

RECIPES: dict[str, dict[str, Any]] = {
    "features-digits": {
        "model": "classifier", "data": "mnist",
        "steps": 6_000, "batch_size": 128, "decay_from": 0.0, "options": {"width": 24},
    },
    "dcgan-digits": {
        "model": "dcgan", "data": "digits",
        "steps": 20_000, "batch_size": 64, "decay_from": 0.4, "tick": 400, "options": {"width": 48, "r1": 0.1},
    },
    "mlp_gan-digits": {
        "model": "mlp_gan", "data": "digits",
        "steps": 100_000, "batch_size": 128, "decay_from": 0.5, "tick": 2_000, "options": {"r1": 1.0},
    },
    "features-kana": {
        "model": "classifier", "data": "kana",
        "steps": 8_000, "batch_size": 64, "decay_from": 0.0, "jitter": 0.1, "tick": 500,
        "learning_rates": {"network": 2e-3}, "options": {"width": 16},
    },
    # The shipped weights came about with another diversity on the way (their card tells); this is where it settled.
    "cgan-kana": {
        "model": "cgan", "data": "kana",
        "steps": 7_500, "batch_size": 64, "decay_from": 0.5, "tick": 250,
        "options": {"augment": ("translation",), "diversity": 0.2, "diversity_after": 5_000},
    },
    "features-faces": {
        "model": "classifier", "data": "faces",
        "steps": 4_000, "batch_size": 32, "decay_from": 0.0, "tick": 200,
        "options": {"width": 16, "dropout": 0.1},
    },
    "dcgan-faces": {
        "model": "dcgan", "data": "faces",
        "steps": 3_500, "batch_size": 32, "decay_from": 0.5, "tick": 250, "options": {"width": 32},
    },
    "sngan-faces": {
        "model": "sngan", "data": "faces",
        "steps": 5_000, "batch_size": 32, "decay_from": 0.5, "tick": 250,
        "options": {"width": 24, "augment": ("translation",)},
    },
    "wgan_gp-faces": {
        "model": "wgan_gp", "data": "faces",
        "steps": 3_000, "batch_size": 32, "decay_from": 0.5, "tick": 250,
        # One update of the critic at a higher rate does the work of several (Heusel et al. 2017).
        "learning_rates": {"generator": 2e-4, "discriminator": 4e-4}, "options": {"width": 16, "critic_steps": 1},
    },
    "stylegan-faces": {
        "model": "stylegan", "data": "faces",
        "steps": 6_000, "batch_size": 16, "decay_from": 0.5, "tick": 500,
    },
    # The documents' run: 29 hours for two epochs on their CPU.
    "dcgan-celeba": {
        "model": "dcgan", "data": "celeba",
        "steps": 5_086, "batch_size": 64, "options": {"size": 64},
    },
}  # fmt: skip
