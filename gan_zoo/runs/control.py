"""What a presenter asks of a trainer while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field

from gan_zoo.errors import UserError


@dataclass(frozen=True)
class Control:
    """What is asked of a trainer: a state that it is to be in, so that no wish is lost however seldom it looks."""

    paused: bool = False
    steps: int = 0
    """single steps that the pause lets through, counted from the start of the process"""
    ticks: int = 0
    """ticks that the pause lets through, counted likewise; one ends where a row is logged"""
    stop: bool = False
    """end after the step at hand; the run can be resumed"""
    learning_rates: dict[str, float] = field(default_factory=dict)
    """by network, before the decay"""
    discriminator_steps: int = 0
    """updates of the discriminator for each of the generator; 0 for what the run began with"""
    loss_weight: float | None = None
    """of the term of the loss that the model lets change (`Model.LOSS_WEIGHT`); None for what the run began with"""

    def __post_init__(self) -> None:
        if not all(0 <= rate < float("inf") for rate in self.learning_rates.values()):
            raise UserError("a learning rate is a number from 0 up", "bad_control")
        if not 0 <= self.discriminator_steps <= 100:
            raise UserError(f"discriminator_steps is {self.discriminator_steps}; it must be from 1 to 100", "bad_control")
        if self.loss_weight is not None and not 0 <= self.loss_weight < float("inf"):
            raise UserError(f"loss_weight is {self.loss_weight}; it must be a number from 0 up", "bad_control")
