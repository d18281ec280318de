"""The slider, the walk and the wall on the visitor's device: what the page must know for it, and where it says who draws."""

from __future__ import annotations

from typing import Any

import gradio as gr

from demos.shared import controls, device, i18n
from gan_zoo import Gallery
from gan_zoo.models.kinds import Sampler
from gan_zoo.models.registry import model_class


def offers(gallery: Gallery) -> dict[str, dict[str, Any]]:
    """The answers of `device.offer` for all samplers that can run in a browser, by name. Each also has the names of its
    `classes`; it is `judged` if there is a discriminator, which only the server has.

    Those with styles can't: truncation moves their styles, which the server alone has.
    """
    found = {}
    for model in gallery.names("sampler"):
        card = gallery.card(model)
        known = device.offer(gallery, model) if model_class(card["model"]).mapping is Sampler.mapping else None
        if known:
            count, classes = card["config"].get("classes", 0), card["classes"]
            named = classes if len(classes) == count else [str(i) for i in range(count)]
            found[model] = {**known, "classes": named, "judged": "discriminator" in card["published"]}
    return found


def mover(gallery: Gallery, **sizes: int) -> gr.HTML:
    """The line that says where pictures are drawn. Its module has `move`, `walk` and `again`, which draw here, or trigger the
    events of these names; then the server draws. The prop `offers` is that of `offers`.

    Args:
        sizes: `count`, the pictures of the wall, and `columns`, those in a row of its sprite; of a strip, the `steps` from one
            pick to the next, the `most` steps, and the least `side` of a picture in pixels.
    """
    return controls.scripted(
        "latent/mover",
        '<div class="zoo-place"></div>',
        events=["move", "walk", "again"],
        offers=offers(gallery),
        labels=i18n.some("live_here", "drawn_here", "steps_here", "few_picks"),
        places=device.texts(),
        elem_id="mover",
        **sizes,
    )
