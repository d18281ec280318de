"""The requests of a presenter to a running trainer."""

from __future__ import annotations

from dataclasses import dataclass, field

from gan_zoo.errors import UserError


@dataclass(frozen=True)
class Control:
    """The state that a trainer is asked to be in. Unlike single commands, a state is not lost if it is rarely read."""

    paused: bool = False
    steps: int = 0
    """the number of single steps to run during pauses, counted from the start of the process"""
    ticks: int = 0
    """the number of ticks to run during pauses, counted likewise; a tick ends when a row is logged"""
    stop: bool = False
    """True to end after the current step; the run can be resumed"""
    learning_rates: dict[str, float] = field(default_factory=dict)
    """the learning rates by network, before the decay"""
    discriminator_steps: int = 0
    """updates of the discriminator for each update of the generator; 0 for the number that the run began with"""
    loss_weight: float | None = None
    """the weight of the loss term that the model lets change (`Model.LOSS_WEIGHT`); None for that of the run's beginning"""

    def __post_init__(self) -> None:
        if not all(0 <= rate < float("inf") for rate in self.learning_rates.values()):
            raise UserError("a learning rate is a number from 0 up", "bad_control")
        if not 0 <= self.discriminator_steps <= 100:
            raise UserError(f"discriminator_steps is {self.discriminator_steps}; it must be from 1 to 100", "bad_control")
        if self.loss_weight is not None and not 0 <= self.loss_weight < float("inf"):
            raise UserError(f"loss_weight is {self.loss_weight}; it must be a number from 0 up", "bad_control")
