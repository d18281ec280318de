"""The bench of drawings made by hand: the judge, and the canvas."""

from __future__ import annotations

import json

import torch
from browsing import needs_chromium

from gan_zoo import create_model
from gan_zoo.bench import drawn_by_hand


def test_the_judge_learns_the_names_of_photographs() -> None:
    torch.manual_seed(0)
    eye = create_model("classifier", size=16, channels=3, width=4, feature_size=8, classes=2).eval()
    names = ["red box", "blue door", "yellow cone", "green hat", "black cat", "white bed"] * 4
    colours = torch.tensor([[1, -1, -1], [-1, -1, 1], [1, 1, -1], [-1, 1, -1], [-1, -1, -1], [1, 1, 1]]).float().repeat(4, 1)
    pictures = colours[:, :, None, None].expand(-1, -1, 16, 16) + 0.05 * torch.randn(24, 3, 16, 16)
    judge = drawn_by_hand.taught(eye, pictures, names, penalty=1e-4)
    guesses = judge.guesses(pictures[:6])
    assert [one[0] for one in guesses] == names[:6]
    assert all(len(one) == drawn_by_hand.GUESSES == len(set(one)) for one in guesses)


def test_a_guess_is_right_if_a_name_has_the_word_of_the_thing() -> None:
    assert drawn_by_hand.is_named("chair", ["table", "folding chair"])
    assert drawn_by_hand.is_named("sofa", ["couch"])
    assert not drawn_by_hand.is_named("bed", ["sofa", "couch"])


@needs_chromium
def test_the_canvas_paints_the_drawings_of_the_tab() -> None:
    drawn = json.loads(drawn_by_hand.DRAWINGS.read_text(encoding="utf-8"))["things"]
    assert len(drawn) == 20 and len({one["name"]["en"] for one in drawn}) == 20
    sheets = drawn_by_hand.painted(drawn[:2], 64)
    assert sheets.shape == (2, 3, 64, 64)
    ink = (sheets < 0).all(1).float().mean((1, 2))
    assert (ink > 0.03).all() and (ink < 0.3).all()
    assert (sheets[0] - sheets[1]).abs().mean() > 0.05
