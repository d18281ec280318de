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
        "steps": 30_000, "batch_size": 64, "decay_from": 0.5, "options": {"width": 64},
    },
    "mlp_gan-digits": {
        "model": "mlp_gan", "data": "digits",
        "steps": 120_000, "batch_size": 128, "decay_from": 0.5, "tick": 2_000,
    },
    "features-kana": {
        "model": "classifier", "data": "kana",
        "steps": 3_000, "batch_size": 128, "decay_from": 0.0, "jitter": 0.1, "options": {"width": 24, "dropout": 0.5},
    },
    # The documents' run: 29 hours for two epochs on their CPU.
    "dcgan-celeba": {
        "model": "dcgan", "data": "celeba",
        "steps": 5_086, "batch_size": 64, "options": {"size": 64},
    },
}  # fmt: skip
