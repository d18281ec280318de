"""The Detective tab: real or forged? A visitor against the discriminator, a whole room against it, and the roles reversed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import gradio as gr
from starlette.routing import BaseRoute

from demos.detective import routes
from demos.detective.dealer import LEVELS, Dealer, check_level
from demos.detective.pass_off import judge_drawing
from demos.detective.rooms import Hall
from demos.detective.tickets import Desk
from demos.shared import controls, i18n, page, responses
from gan_zoo import Gallery, UserError

TITLE = "detective_title"
GROUP = "understand"
ORDER = 100
SURPRISE = (".zoo-case-go button",)
PICTURE = ".zoo-case figure img, .zoo-room-case figure img"
ROUNDS = 20
GAME_LABELS = re.compile(r"case_\w+|room_real|room_forged|detective_lost")
PASS_LABELS = re.compile(r"pass_\w+|detective_lost")
ROOM_LABELS = re.compile(r"room_\w+|detective_lost")
# Several visitors are answered at once: none of the questions takes long.
TURNS: dict[str, Any] = {"concurrency_id": "detective", "concurrency_limit": 4}


def build(gallery: Gallery) -> list[BaseRoute]:
    """Lays out the tab and connects it; returns the routes that it serves."""
    dealer, hall = Dealer(gallery), Hall()
    try:
        name = dealer.thief
    except UserError as error:
        page.still(f'<p class="zoo-note">{i18n.explain(error)}</p>')
        return routes.to_rooms(hall)
    desk = Desk(dealer)
    hall.deal = dealer.deal
    with gr.Column(elem_classes="zoo-stage"):
        page.heading("1", "case_heading", "case_hint", rounds=ROUNDS)
        game = part("game", GAME_LABELS, events=["deal", "judge"], rounds=ROUNDS, levels=len(LEVELS))
        page.still(responses.details(f"<p>{i18n.both('case_rule', model=name)}</p>"))
    with gr.Column(elem_classes="zoo-stage"):
        page.heading("2", "room_heading", "room_hint")
        part("room", ROOM_LABELS, phone=routes.PHONE, rooms=routes.ROOMS)
    with gr.Column(elem_classes="zoo-stage"):
        page.heading("3", "pass_heading", "pass_hint")
        easel = part("pass", PASS_LABELS, events=["judge"])

    deal_and_judge = {
        "deal": lambda asked: desk.deal(asked.get("level")),
        "judge": lambda asked: desk.judge(asked.get("ticket"), asked.get("real")),
    }
    responses.attend(game, deal_and_judge, **TURNS)
    responses.attend(easel, {"judge": lambda asked: judge_drawing(dealer, asked.get("drawing"))}, **TURNS)
    responses.publish(endpoints(dealer, desk), **TURNS)
    return routes.to_rooms(hall)


def part(name: str, labels: re.Pattern[str], **options: Any) -> gr.HTML:
    """A part of the tab from its two files, with the sentences that match `labels` for its script."""
    return controls.scripted(
        f"detective/{name}",
        page.filled(f"detective/{name}.html", **page.portraits()),
        answer=None,
        labels=i18n.matching(labels),
        elem_id=f"detective_{name}",
        **options,
    )


def endpoints(dealer: Dealer, desk: Desk) -> list[Callable[..., Any]]:
    """The tab's endpoints for programs."""

    def case(level: int = len(LEVELS) - 1) -> tuple[str, str]:
        """A picture to judge: a ticket, and the picture as a data URL. The level is from 0 (the thief after 50 steps of
        training) to 4 (the thief as it is)."""
        dealt = desk.deal(check_level(level))
        return dealt["ticket"], dealt["picture"]

    def verdict(ticket: str, real: bool) -> tuple[bool, bool]:
        """Judge the picture of a ticket, once: whether it was real, and whether the discriminator took it for real."""
        told = desk.judge(ticket, real)
        return told["real"], told["detective"]

    def pass_off(drawing: str) -> tuple[bool, float, str, float]:
        """Pass off a drawing, white on black, a PNG as a data URL: whether the discriminator takes it for a real digit, the
        share of the thief's pictures that convince it less, the digit that the classifier reads, and how sure it is."""
        told = judge_drawing(dealer, drawing)
        return told["passes"], told["rank"], told["reads"], told["sure"]

    return [case, verdict, pass_off]
