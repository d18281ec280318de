"""Mix: one style across all classes, a word in it, and the styles of two pictures in one."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import gradio as gr
import torch
from jaxtyping import Float
from torch import Tensor

from demos.latent import points
from demos.shared import controls, i18n, page, requests, responses
from demos.shared.names import html_of, names_of
from gan_zoo import Gallery
from gan_zoo.serving import Result, Session

TITLE, HINT = "mix_title", "mix_hint"
MOST_LETTERS = 24
MOST_STYLES = 6
COLUMNS = 12
FIRST_WORD = "かいとう"
# From which share of the layers on the second picture's style takes over.
TAKE_OVER = {"mix_middle": 0.5, "mix_early": 0.25, "mix_late": 0.75}


def alphabet(gallery: Gallery, *way: Any) -> Result:
    """Every class of the model, drawn from the one latent at the slider's position."""
    at = points.here(gallery, *way)
    classes = torch.arange(len(at.session.classes))
    return at.session.sample(at.z.expand(len(classes), -1), classes, psi=at.psi)


def spell(session: Session, word: Any) -> list[int | None]:
    """The classes that a word is made of, None for a space; `UserError` if there are others, or too many."""
    letters = str(word).strip()
    if not 1 <= len(letters) <= MOST_LETTERS:
        raise requests.mistake("bad_word", most=MOST_LETTERS)
    strange = sorted({c for c in letters if not c.isspace() and c not in session.classes})
    if strange:
        raise requests.mistake("strange_letters", strange=strange, known="".join(session.classes))
    return [None if c.isspace() else session.classes.index(c) for c in letters]


def write(gallery: Gallery, word: Any, *way: Any) -> Result:
    """The letters of a word, all from the one latent at the slider's position; a space is as dark as the ground."""
    at = points.here(gallery, *way)
    letters = spell(at.session, word)
    result = at.session.sample(at.z.expand(len(letters), -1), torch.tensor([c or 0 for c in letters]), psi=at.psi)
    pictures = result.images.clone()
    pictures[[c is None for c in letters]] = -1
    return Result(pictures, result.milliseconds, result.precision)


def mixing_table(gallery: Gallery, take_over: Any, *way: Any) -> tuple[Result, int]:
    """The table of Karras et al. 2019, figure 3, and its side: row `i`, column `j` has the early layers of pick `i` and
    the late ones of pick `j`."""
    if take_over not in TAKE_OVER:
        raise requests.mistake("bad_picks")
    model, label, truncation, picks, *_ = way
    chosen = points.picked(gallery, model, label, truncation, picks)
    session, n = chosen.session, min(MOST_STYLES, len(chosen.z))
    w: Float[Tensor, "n w"] = chosen.mapping(chosen.z[:n])
    late = torch.arange(session.layers) >= max(1, round(TAKE_OVER[take_over] * session.layers))
    mixed = torch.where(late[:, None], w[None, :, None], w[:, None, None])  # row column layer w
    return session.synthesis(mixed.flatten(0, 1)), n


def more(gallery: Gallery, session: Session) -> str:
    """A note, as HTML, that a model can't write, with buttons that choose the models that can; '' for one that can."""
    if session.classes:
        return ""
    able = [code for code in gallery.names("sampler") if gallery.card(code)["config"].get("classes")]
    buttons = "".join(
        f'<button type="button" class="zoo-act" data-model="{html.escape(code)}">{html_of(name)}</button>'
        for code, name in names_of(gallery, able).items()
    )
    offered = f"<p data-offered><span>{i18n.both('mix_offer')}</span> {buttons}</p>" if able else ""
    return f'<p class="zoo-note">{i18n.both("no_word" if session.layers else "no_mix")}</p>{offered}'


def endpoints(gallery: Gallery, save: responses.Save) -> list[Callable[..., Any]]:
    """The tool's endpoints for programs."""

    def word(
        model: str, word: str, pick: list[int] = points.FIRST_PICK, truncation: float = points.TRUNCATION[1]
    ) -> tuple[responses.Picture, float, str]:
        """A word in the font of pick `[seed, index]`, its letters side by side as PNG, as `/sample` returns it; for models
        whose classes are letters."""
        result = write(gallery, word, *points.alone(model, "", truncation, pick))
        return save(points.row(result.images)), result.milliseconds, result.precision

    return [word]


def build(gallery: Gallery, way: list[Any], save: responses.Save) -> list[Callable[..., Any]]:
    """Lays out the tool and connects it; returns its endpoints for programs."""
    near = controls.visible("zoo-walked", "zoo-moved")
    wrong = page.trouble()
    with gr.Column(visible=False) as classes:
        word = controls.line(FIRST_WORD, "word", "word_info", elem_id="word")
        no_word = page.trouble()
        written = controls.picture("written_label", "zoo-word")
        every = controls.picture("alphabet_label", "zoo-alphabet")
        took = page.still("")
    with gr.Column(visible=False) as styles:
        take_over = controls.choice("take_over", list(TAKE_OVER), elem_id="take-over")
        table = controls.picture("table_label", "zoo-table")
        table_took = page.still("")
    neither = page.still("", elem_classes="zoo-said")

    def on_word(word: Any, *way: Any) -> tuple[Any, ...]:
        done, problem = responses.answer(lambda: points.url(write(gallery, word, *way).images))
        return done or "", problem

    def on_look(word: Any, take_over: Any, *way: Any) -> tuple[Any, ...]:
        def work() -> tuple[Any, ...]:
            session = gallery.session(way[0])
            shown = gr.Column(visible=bool(session.classes)), gr.Column(visible=session.layers > 0)
            said = more(gallery, session)
            parts: list[Any] = [gr.skip(), "", "", "", "", "", ""]
            if session.classes:
                result = alphabet(gallery, *way)
                writable = word
                if word == FIRST_WORD and not set(word) <= set(session.classes):
                    writable = parts[0] = "".join(session.classes[:3])
                parts[1:3] = on_word(writable, *way)
                parts[3:5] = points.url(result.images, COLUMNS), responses.cost("drawn", result, n=len(result.images))
            if session.layers:
                mixed, side = mixing_table(gallery, take_over, *way)
                parts[5:] = points.url(mixed.images, side), responses.cost("drawn", mixed, n=len(mixed.images))
            return (*shown, said, *parts)

        done, problem = responses.answer(work)
        return (*(done or [gr.skip()] * 10), problem)

    gr.on(
        [near.look, take_over.choose], on_look, [word, take_over, *way],
        [classes, styles, neither, word, written, no_word, every, took, table, table_took, wrong], **responses.LIVE,
    )  # fmt: skip
    word.write(on_word, [word, *way], [written, no_word], **responses.LIVE)
    return endpoints(gallery, save)
