"""Short training runs, each with one deliberate mistake, and sound ones to compare them with.

Each takes a minute or two on one CPU core. `gan-zoo bench sabotage` trains all of them and checks that the diagnosis finds
the mistake in each.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from gan_zoo.runs.diagnosis import Kind
from gan_zoo.training.config import TrainConfig


@dataclass(frozen=True)
class Preset:
    """A training run and the diagnosis that it should get."""

    config: TrainConfig
    ills: tuple[Kind, ...] = ()
    """problems of which the diagnosis must name at least one; empty for a sound run"""


def _rates(generator: float, discriminator: float) -> dict[str, Any]:
    return {"learning_rates": {"generator": generator, "discriminator": discriminator}}


# The networks are small enough for one core. With dropout, the perceptrons' discriminator would be too weak.
_PLAIN = TrainConfig(
    "mlp_gan", "digits", {"dropout": 0.0}, steps=800, batch_size=64, tick=40, minutes=2, **_rates(8e-4, 1.6e-3)
)
_DEEP = TrainConfig("dcgan", "digits", {"width": 16}, steps=600, batch_size=32, tick=25, minutes=2, **_rates(8e-4, 8e-4))


def _spoilt(fair: TrainConfig, *ills: Kind, options: dict[str, Any] | None = None, **changes: Any) -> Preset:
    return Preset(replace(fair, options={**fair.options, **(options or {})}, **changes), ills)


PRESETS: dict[str, Preset] = {
    "fair": Preset(_PLAIN),
    "fair_deep": Preset(_DEEP),
    "strong": _spoilt(_DEEP, "discriminator_strong", **_rates(2e-4, 20 * 2e-4)),
    "no_norm": _spoilt(_DEEP, "collapse", options={"norm": "none"}),
    "saturating": _spoilt(_DEEP, "vanishing_gradients", options={"loss": "saturating"}, **_rates(2e-4, 20 * 2e-4)),
    "few": _spoilt(_PLAIN, "memorisation", pictures=8, batch_size=8),
    "tiny": _spoilt(_PLAIN, "small_batch", batch_size=2),
    "weak": _spoilt(_PLAIN, "discriminator_weak", **_rates(8e-4, 1e-6)),
    "blind": _spoilt(_PLAIN, "collapse", **_rates(8e-4, 0.0)),
    "wild": _spoilt(_PLAIN, "diverging", "not_a_number", **_rates(5e-2, 5e-2)),
    "asleep": _spoilt(_PLAIN, "stagnation", **_rates(1e-7, 1e-7)),
}
