"""The Training tab: recorded and live runs to watch, and trainings to start."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable
from typing import Any

import gradio as gr
from gradio.context import get_blocks_context
from starlette.routing import BaseRoute

from demos.shared import controls, i18n, names, page, responses
from demos.training import form, own, own_routes, own_training, presentation, routes, trainer
from demos.training.viewer import Watch
from gan_zoo import Gallery
from gan_zoo.runs.diagnosis import diagnose, thinned

TITLE = "training_title"
GROUP = "understand"
ORDER = 80
SURPRISE = ("[data-run=one]",)
PICTURE = ".zoo-training-screens canvas"
WATCH_LABELS = re.compile(
    r"(watch|phase|light|runs|unit|loss)_\w+|health_(advice|do)|time_left|numbers|nothing_beside|lost|as_usual|published|"
    r"pushed|own_\w+"
)
# Limits of the owner's pictures and ZIPs, the number of pictures that are shown, and the number that a set should have.
OWN_LIMITS = {
    "pictureBytes": own.MOST_BYTES, "zipBytes": own.MOST_ZIP_BYTES, "shown": own.SHOWN,
    "least": own_training.FEWEST, "enough": own_training.ENOUGH,
}  # fmt: skip
OWN_MODELS = {"dcgan": "DCGAN", "stylegan": "StyleGAN", "pix2pix": "pix2pix", "cyclegan": "CycleGAN"}


def build(gallery: Gallery) -> list[BaseRoute]:
    """Lays out the tab and connects it; returns the routes that it serves."""
    blocks, watch = get_blocks_context(), Watch()
    assert blocks is not None
    with gr.Column(elem_classes="zoo-stage"):
        page.heading("1", "watch_heading", "watch_hint")
        viewer = controls.scripted(
            "training/training",
            filled(),
            events=trainer.EVENTS,
            answer=None,
            labels=i18n.matching(WATCH_LABELS),
            presets=form.PRESETS,
            knobs=form.KNOBS,
            measurable=form.measurable(),
            usual={model: form.usual(model) for model in form.MODELS},
            weights=form.WEIGHTS,
            losses={model: form.losses(model) for model in form.MODELS},
            own=OWN_LIMITS,
            elem_id="training",
        )
    trainer.attend(viewer, blocks, gallery, watch)
    responses.publish(endpoints(watch), **trainer.TURNS)
    return [*routes.to_runs(watch), *own_routes.to_own(blocks)]


def endpoints(watch: Watch) -> list[Callable[..., Any]]:
    """The tab's endpoints for programs; they change nothing."""

    def training_runs() -> list[dict[str, Any]]:
        """Every run that can be watched: `where` it is (`weights`, `here`, `hub`), its `name`, `model` and `data`, what it is
        called in each language (`said`), and whether it is `alive`."""
        return json.loads(watch.list.get()[0])

    def diagnosis(name: str, where: str = "weights") -> dict[str, Any]:
        """The state of a run: its last `step`, a `light` (green, yellow, red, or none: too early to say), and `findings`.

        Each finding has its `kind`, the steps `since` and `until` which it stands (null while it does), the `evidence`, and
        the `advice` in a word each.
        """
        rows = watch.find(where, name).recording.rows()
        found = diagnose(thinned(rows))
        return {
            "step": rows[-1]["step"] if rows else 0,
            "light": presentation.findings(thinned(rows))["light"],
            "findings": [{**dataclasses.asdict(finding), "advice": list(finding.advice)} for finding in found],
        }

    return [training_runs, diagnosis]


def filled() -> str:
    """The template with every sentence in every language, and the lists that are chosen from."""
    parts = {
        "presets": _options([(key, i18n.texts()[key]) for key in form.PRESETS]),
        "models": _options([(model, names.standing_alone(names.network_of(model))) for model in form.MODELS]),
        "data": _options([(data, i18n.texts()[f"data_{data}"]) for data in form.DATA]),
        "batches": _options([(n, str(n)) for n in form.BATCHES]),
        "rates": _options([(rate, f"{rate:g}") for rate in form.RATES]),
        "updates": _options([(n, str(n)) for n in form.UPDATES]),
        "amounts": _options([(n, str(n) if n else i18n.texts()["all_pictures"]) for n in form.PICTURES]),
        "widths": _options([(n, str(n) if n else i18n.texts()["as_usual"]) for n in form.WIDTHS]),
        "norms": _options([(norm, i18n.texts()[f"norm_{norm}" if norm else "as_usual"]) for norm in form.NORMS]),
        "limits": _options([(n, {k: f"{n} {t}" for k, t in i18n.texts()["unit_minutes"].items()}) for n in form.MINUTES]),
        "augmentations": _options([(key, i18n.texts()[key]) for key in form.AUGMENTATIONS]),
        "own_sizes": _options([(n, str(n)) for n in own_training.SIZES]),
        "own_starters": _options([(key, i18n.texts()[key]) for key in own_training.STARTERS]),
        "own_models": "".join(
            f'<label><input type="radio" name="model" value="{name}"{" checked" * (i == 0)}> <span><b>{OWN_MODELS[name]}</b> '
            f"{i18n.both(f'own_{name}')}</span></label>"
            for i, name in enumerate(own_training.MAKERS)
        ),
    }
    return page.filled("training/training.html", own=page.filled("training/own.html", **parts), **parts)


def _options(choices: list[tuple[Any, str | dict[str, str]]]) -> str:
    """The options of a list; a name in several languages is left to the script, since an option can't hold elements."""
    found = ""
    for value, name in choices:
        if isinstance(name, str):
            found += f'<option value="{value}">{name}</option>'
        else:
            said = " ".join(f'data-{language}="{text}"' for language, text in name.items())
            found += f'<option value="{value}" {said}></option>'
    return found
