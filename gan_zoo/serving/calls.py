"""Calls of networks; those of several visitors may share a batch."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

# The largest number of pictures in a batch that several calls share. All of them wait until the last of these pictures is
# made, larger batches hardly take less time for each picture, and what others send is decoded meanwhile.
MOST_SHARED = 4


@dataclass(frozen=True)
class Result:
    """Pictures, and the time and precision that they were computed with."""

    images: Float[Tensor, "n c h w"]
    """on the CPU, in [-1, 1]"""
    milliseconds: float
    """time that the model took, without the time that it waited for other models"""
    precision: str
    """number format and memory layout of the network, as `Precision` writes them"""


# Makes pictures from a network, points and their labels.
Make = Callable[[Any, Tensor, Tensor | None], Tensor]


@dataclass(frozen=True)
class Call:
    """A question to a network: points and labels, and the function that makes pictures of them."""

    make: Make
    points: Tensor
    """one row for each picture"""
    labels: Tensor | None = None
    """the label of each row, where the network takes labels"""
    name: str = ""
    """calls of one name differ in points and labels alone, and each picture depends on its own row alone: they may share a
    batch; '' for a call that goes through the network by itself"""

    def rows(self, chosen: slice) -> Call:
        """The call for some of the rows."""
        labels = None if self.labels is None else self.labels[chosen]
        return dataclasses.replace(self, points=self.points[chosen], labels=labels)


def joined(calls: Sequence[Call]) -> Call:
    """One call for the rows of all `calls`, which have one name."""
    if len(calls) == 1:
        return calls[0]
    labels = [call.labels for call in calls if call.labels is not None]
    return dataclasses.replace(
        calls[0], points=torch.cat([call.points for call in calls]), labels=torch.cat(labels) if labels else None
    )


@dataclass(eq=False)
class Question:
    """A call, and the answer to it when there is one."""

    call: Call
    result: Result | None = None
    error: Exception | None = None

    @property
    def is_answered(self) -> bool:
        """True if there are pictures, or an error."""
        return self.result is not None or self.error is not None

    def answer(self) -> Result:
        """The pictures; raises the error if there is one instead."""
        if self.error is not None:
            raise self.error
        assert self.result is not None
        return self.result

    def goes_with(self, other: Question) -> bool:
        """True if the two may share a batch."""
        mine, theirs = self.call, other.call
        return (
            mine.name == theirs.name != ""
            and mine.points.shape[1:] == theirs.points.shape[1:]
            and mine.points.dtype == theirs.points.dtype
            and (mine.labels is None) == (theirs.labels is None)
        )


class SharedBatches:
    """The questions that wait for a network, in the order in which they came.

    Nobody waits for others to come: whoever has its turn takes along those who wait already. So a batch is as large as
    the network is busy, and of one alone when it isn't. This is flat combining (Hendler et al. 2010).
    """

    def __init__(self) -> None:
        self._waiting: list[Question] = []
        self._lock = threading.Lock()

    def add(self, question: Question) -> None:
        """Let a question wait for its turn."""
        with self._lock:
            self._waiting.append(question)

    def take(self, question: Question) -> list[Question]:
        """A waiting question and those that share its batch, no longer waiting; together at most `MOST_SHARED` pictures,
        unless the question has more by itself."""
        with self._lock:
            taken, pictures = [question], len(question.call.points)
            for other in self._waiting:
                pictures_then = pictures + len(other.call.points)
                if other is not question and other.goes_with(question) and pictures_then <= MOST_SHARED:
                    taken.append(other)
                    pictures = pictures_then
            self._waiting = [one for one in self._waiting if one not in taken]
        return taken
