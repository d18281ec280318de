"""Calls that wait for a network at the same time share a batch, and nobody sees a difference."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from gan_zoo.models.registry import list_models, model_class
from gan_zoo.precision import Precision
from gan_zoo.serving import SESSIONS, Ready, calls
from gan_zoo.serving.calls import Call, Question, Result, SharedBatches
from gan_zoo.serving.gallery import Gallery

# A model that draws captions can't be served without data that have some.
SERVED = [name for name in list_models() if SESSIONS[model_class(name).kind] and model_class(name).kind != "captioned"]


def together(
    session: Ready, monkeypatch: pytest.MonkeyPatch, asked: Sequence[Callable[[], Result]]
) -> tuple[list[Any], list[int]]:
    """The answers to visitors who wait together while another network computes, and the number of pictures of each batch."""
    batches, answers, run = [], [Any] * len(asked), session._run

    def counted(call: Call, *more: Any) -> Tensor:
        batches.append(len(call.points))
        return run(call, *more)

    def visit(number: int) -> None:
        try:
            answers[number] = asked[number]()
        except Exception as error:
            answers[number] = error

    monkeypatch.setattr(session, "_run", counted)
    waiting, visitors = threading.Semaphore(0), []
    add = session._waiting.add
    monkeypatch.setattr(session._waiting, "add", lambda question: (add(question), waiting.release()))
    with session._lock:
        for number in range(len(asked)):
            visitors.append(threading.Thread(target=visit, args=(number,)))
            visitors[-1].start()
            waiting.acquire()
    for visitor in visitors:
        visitor.join()
    return answers, batches


@pytest.mark.parametrize("name", SERVED)
def test_a_picture_is_the_same_in_any_company(weights: Path, name: str) -> None:
    session = Gallery(device="cpu").ready(f"{name}-tiny", Ready)
    usual = session._usual_call()
    four = calls.joined([usual] * 4).rows(slice(0, 4))
    four = Call(four.make, four.points + torch.linspace(0, 0.3, 4).view(-1, *[1] * (four.points.ndim - 1)), four.labels)
    with torch.inference_mode():
        shared = session._run(four, Precision())
        alone = torch.cat([session._run(four.rows(slice(i, i + 1)), Precision()) for i in range(4)])
    torch.testing.assert_close(shared, alone, rtol=1e-3, atol=1e-3)


def test_who_waits_at_the_same_time_shares_a_batch(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Gallery(device="cpu").session("cgan-tiny")
    asked = [(session.latents(n, seed=n), torch.full((n,), n % 2)) for n in (1, 2, 1)]
    right = [session.sample(*each).images for each in asked]
    answers, batches = together(session, monkeypatch, [lambda each=each: session.sample(*each) for each in asked])  # type: ignore[misc]
    assert batches == [4]
    for answer, images in zip(answers, right, strict=True):
        torch.testing.assert_close(answer.images, images, rtol=1e-2, atol=2e-2)
        assert answer.precision == str(session.precision) and answer.milliseconds > 0


def test_the_fault_of_one_is_not_that_of_the_others(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Gallery(device="cpu").session("cgan-tiny")
    z = session.latents(1, seed=0)
    no_such_class = torch.tensor([99])
    asked = [lambda: session.sample(z, torch.tensor([0])), lambda: session.sample(z, no_such_class)]
    answers, batches = together(session, monkeypatch, asked)
    assert len(answers[0].images) == 1 and isinstance(answers[1], (IndexError, RuntimeError))
    assert batches == [2, 1, 1]


def test_what_differs_goes_alone(weights: Path) -> None:
    """Another size, another direction, and the noise of the paper's mode."""
    session = Gallery(device="cpu").translator("cyclegan-tiny")
    pictures = torch.zeros(1, *session.input_shape)
    larger = torch.zeros(1, session.input_shape[0], 40, 40)
    kinds = [
        session._call(pictures),
        session._call(larger),
        session._call(pictures, back=True),
        session._call(pictures, paper=True),
        session._call(pictures, paper=True),
    ]
    questions = [Question(call) for call in kinds]
    assert not any(one.goes_with(other) for one in questions for other in questions if one is not other)
    assert questions[0].goes_with(Question(session._call(pictures)))


def test_a_shared_batch_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "MOST_SHARED", 12)
    waiting = SharedBatches()
    questions = [Question(Call(lambda *given: given[1], torch.zeros(6, 2), name="x")) for _ in range(4)]
    for question in questions:
        waiting.add(question)
    assert waiting.take(questions[1]) == [questions[1], questions[0]]
    assert waiting.take(questions[2]) == [questions[2], questions[3]]
    large = Question(Call(lambda *given: given[1], torch.zeros(calls.MOST_SHARED + 1, 2), name="x"))
    waiting.add(large)
    assert waiting.take(large) == [large], "it goes through in parts"
