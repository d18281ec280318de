"""The chapters: what each is called and shows. Their sentences are `learn_CHAPTER_…` in the texts, their figures are in
`figures/`."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from demos.learn import reference
from demos.shared import i18n

FIGURES = Path(__file__).parent / "figures"
# The look of an arrow's head; a page shows one chapter at a time, so that the name is not taken twice.
HEAD = (
    '<defs><marker id="zoo-head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto">'
    '<path class="head" d="M0 0l8 4-8 4z"/></marker></defs>'
)


@dataclass(frozen=True)
class Chapter:
    """One chapter."""

    sees: tuple[str, ...]
    """where the gallery shows what the chapter says, as TAB, TAB/PART or TAB/PART/SETTING; the button of the n-th says `see`,
    `see2`, …"""
    cites: tuple[str, ...]
    """its sources, by their names in zoo.json and sources.json"""
    weights: str = ""
    """the weights folder of whose training it shows pictures"""


CHAPTERS = {
    "model": Chapter(("latent/walk",), ("ng",)),
    "without": Chapter(("without_gan", "training/start/vae"), ("ae", "vae", "ddpm")),
    "duel": Chapter(("playground/board", "detective/detective_game"), ("gan",)),
    "objective": Chapter(("playground/board/loss",), ("gan", "principled")),
    "dcgan": Chapter(("latent/arithmetic_title/dcgan-faces", "training/watch/dcgan-faces"), ("dcgan",), "dcgan-faces"),
    "condition": Chapter(
        ("latent/mix_title/cgan-kana", "latent/directions_title/dcgan-faces"), ("cgan", "projection", "stylegan"), "cgan-kana"
    ),
    "pairs": Chapter(
        ("sketch/pix2pix-emoji", "style/view", "inpaint/inpaint", "refine/refine"),
        ("pix2pix", "unet", "cyclegan", "context", "simgan"),
        "cyclegan-ukiyoe",
    ),
    "text": Chapter(("words/words",), ("ganintcls", "stackgan", "attngan")),
    "video": Chapter(("dance/own", "style/view/clip"), ("vid2vid", "dance")),
    "stability": Chapter(
        ("training/start/preset_strong", "playground/board/collapse"),
        ("principled", "wgan", "wgangp", "sngan", "ttur", "r1", "diffaugment", "ada", "lsgan", "studiogan"),
    ),
    "measure": Chapter(
        ("latent/memory_title/dcgan-faces", "training/watch/dcgan-faces+sngan-faces", "without_gan/figures"),
        ("ttur", "kid", "recall"),
    ),
    "consent": Chapter(
        ("latent/memory_title/dcgan-faces", "detective/detective_game"), ("shades", "datasheets", "leaks", "forensics")
    ),
}


def word(chapter: str, slot: str, language: str) -> str:
    """A sentence of a chapter, or a word that the figures share."""
    key = f"learn_{chapter}_{slot}"
    return i18n.say(key if key in i18n.texts() else f"learn_word_{slot}", language)


def page(name: str, language: str, weights: Collection[str]) -> dict[str, Any]:
    """A chapter in a language: its name, title, lead, and the HTML of its figure and of its body.

    Args:
        weights: the folders of which there are pictures to show.
    """
    chapter, say = CHAPTERS[name], partial(word, name, language=language)
    count = sum(bool(re.fullmatch(rf"learn_{name}_\d+", key)) for key in i18n.texts())
    body = "".join(f"<p>{say(str(i + 1))}</p>" for i in range(count))
    buttons = [say(f"see{i + 1}" if i else "see") for i in range(len(chapter.sees))]
    sees = "".join(
        f'<a class="zoo-see" href="#{place}" hidden>{says}</a>' for place, says in zip(chapter.sees, buttons, strict=True)
    )
    cites = "".join(f"<li>{reference.citation(source)}</li>" for source in chapter.cites)
    shots = ""
    if chapter.weights in weights:
        pictures = "".join(
            f'<img src="learn/pictures/{chapter.weights}/{part}" alt="" loading="lazy">' for part in ("first", "early", "last")
        )
        shots = f'<figure class="zoo-shots {name}"><div>{pictures}</div><figcaption>{say("shots")}</figcaption></figure>'
    return {
        "name": name,
        "title": say("title"),
        "lead": say("lead"),
        "figure": figure(name, language) + shots,
        "body": f"{body}<p class='zoo-sees'>{sees}</p>",
        "sources": f"<ul>{cites}</ul>",
    }


def figure(name: str, language: str) -> str:
    """The figure of a chapter. In its file `[figure WIDTH HEIGHT]` … `[end]` is the drawing, `[box KIND X Y WIDTH HEIGHT
    SLOT]` a box with a word, `[text X Y SLOT]` a word by itself, and `[SLOT]` a word within something else."""
    say = partial(word, name, language=language)

    def put(found: re.Match[str]) -> str:
        what, *values = found[1].split()
        if what == "figure":
            size, label = f"0 0 {values[0]} {values[1]}", say("fig")
            return f'<figure class="zoo-figure"><svg viewBox="{size}" role="img" aria-label="{label}">{HEAD}'
        if what == "end":
            return f"</svg><figcaption>{say('fig')}</figcaption></figure>"
        if what == "text":
            return f'<text x="{values[0]}" y="{values[1]}">{say(values[2])}</text>'
        if what == "box":
            kind, slot = values[0], values[5]
            x, y, width, height = (int(value) for value in values[1:5])
            box = f'<rect class="{kind} box" x="{x}" y="{y}" width="{width}" height="{height}" rx="10"/>'
            return f'{box}<text x="{x + width / 2:g}" y="{y + height / 2 + 5:g}">{say(slot)}</text>'
        return say(what)

    return re.sub(r"\[(\w[\w ]*)]", put, (FIGURES / f"{name}.html").read_text(encoding="utf-8"))
