"""The front door: a planet that is half painted and half a satellite picture, and cards that lead to the tabs.

The pictures were made once by models that ship: the planet by spade-earth, from labels of invented continents, and each
card by the model that its tab opens with.
"""

from __future__ import annotations

from starlette.routing import BaseRoute

from demos.shared import controls, i18n, page
from gan_zoo import Gallery

TITLE = "home_title"
GROUP = "home"
ORDER = 0
SURPRISE = (".zoo-doors a",)
PICTURE = ".zoo-hero figure img, .zoo-hero canvas"
# The cards, each with the place that it leads to.
CARDS = {
    "sketch": "sketch",
    "detective": "detective",
    "dance": "dance",
    "training": "training",
    "font": "latent/mix_title",
    "faces": "latent",
    "style": "style",
    "learn": "learn",
}


def build(gallery: Gallery) -> list[BaseRoute]:
    """Lays out the tab; it asks the server for nothing."""
    story = page.filled("home/story.html", **page.portraits())  # who plays against whom
    content = page.filled("home/home.html", cards=cards(), story=story)
    controls.scripted("home/home", content, labels=i18n.some("home_pause", "home_play"), elem_id="home")
    return []


def cards() -> str:
    """The cards as links: a picture, what one does there, and a sentence."""
    return "".join(
        f'<a href="#{place}" data-card="{name}">{picture(name)}<b>{i18n.both(f"home_{name}")}</b>'
        f"<span>{i18n.both(f'home_{name}_does')}</span></a>"
        for name, place in CARDS.items()
    )


def picture(name: str) -> str:
    """The picture of a card; of the lessons, the two players."""
    if name == "learn":
        return f'<span class="players">{"".join(page.portraits().values())}</span>'
    return f'<img src="demos/home/web/{name}.webp" width="480" height="320" alt="" loading="lazy">'
