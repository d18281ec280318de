"""The questions of the forms: who may train, and what the owner of the machine wants to have done."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import gradio as gr

from demos.shared import responses
from demos.shared.responses import Answer
from demos.training import form, own_training, permission
from demos.training.viewer import HERE, HUB, Watch
from gan_zoo import Gallery
from gan_zoo.hub import client

EVENTS = ("knock", "unlock", "start", "steer", "follow", "publish", "push", "plan_own", "start_own")
# Two visitors are heard at a time; a request to the Hub takes a while.
TURNS: dict[str, Any] = {"concurrency_id": "trainer", "concurrency_limit": 2}


def attend(viewer: gr.HTML, blocks: gr.Blocks, gallery: Gallery, watch: Watch) -> None:
    """Answers the questions of `viewer`, a part of `blocks`.

    It is not done by `responses.attend`, since all depends on who asks.
    """

    def knock(asked: Answer, request: gr.Request) -> Answer:
        may, password = permission.may(request, permission.is_shared(blocks)), bool(os.environ.get(permission.PASSWORD))
        return {"may": may, "password": password, "token": may and client.has_token()}

    def owned(work: Callable[[Answer], Answer]) -> Callable[[Answer, gr.Request], Answer]:
        """A work that is only done for the owner of the machine."""

        def checked(asked: Answer, request: gr.Request) -> Answer:
            permission.check(request, asked.get("password"), permission.is_shared(blocks))
            return work(asked)

        return checked

    works: dict[str, Callable[[Answer, gr.Request], Answer]] = {
        "knock": knock,
        "unlock": owned(lambda asked: {"may": True, "password": True, "token": client.has_token()}),
        "start": owned(lambda asked: {"id": f"{HERE}/{form.start(asked)}"}),
        "steer": owned(lambda asked: {"id": f"{HERE}/{form.steer(asked)}"}),
        "follow": owned(lambda asked: {"id": f"{HUB}/{watch.follow(asked.get('repository'))}"}),
        "publish": owned(lambda asked: {"published": form.publish(asked, gallery)}),
        "push": owned(lambda asked: {"pushed": form.push(asked)}),
        "plan_own": owned(own_training.plan),
        "start_own": owned(lambda asked: {"id": f"{HERE}/{own_training.start(asked)}"}),
    }
    for event in EVENTS:
        getattr(viewer, event)(_handler(works[event]), None, viewer, **{**responses.ASKED, **TURNS})


def _handler(work: Callable[[Answer, gr.Request], Answer]) -> Callable[..., Any]:
    def handler(event: gr.EventData, request: gr.Request) -> Any:
        return gr.HTML(answer=responses.reply(event, lambda asked: work(asked, request)))

    return handler
