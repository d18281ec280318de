"""Parts of the first screen: the wall of pictures, the switch of its frames, and the shelf."""

from __future__ import annotations

import gradio as gr

from demos.shared import controls, i18n


def wall(picks: list[list[int]], columns: int) -> gr.HTML:
    """A wall of pictures that are picked with the mouse or the keyboard.

    Its value is the list of picks, each `[seed, index]`, in the order of picking. The visitor triggers `pick` when the
    picks change. Its props: `sprite` (all pictures in one, `columns`
    side by side) with the `seed` it was drawn from, `count`, `opinions` (what the discriminator thinks of each, `[logit,
    rank]`; none, and there are no frames) and `suggestion` (the picks are ours: the visitor's first click replaces them).
    """
    return controls.scripted(
        "latent/wall",
        '<div class="zoo-wall" role="group" data-main></div>',
        events=["pick"],
        value=picks,
        columns=columns,
        sprite="",
        seed=-1,
        count=0,
        suggestion=True,
        opinions=[],
        labels=i18n.some("wall_label", "tile_label", "opinion_label"),
    )


def frames(elem_id: str) -> gr.HTML:
    """The switch of a wall's frames, with the key to their colours; it triggers `choose`."""
    key = f"""<p class="zoo-key"><span>{i18n.both("seen_through")}</span><i></i><span>{i18n.both("taken_in")}</span>
      <small>{i18n.both("opinion_hint")}</small></p>"""
    return controls.switch("opinion", key, "zoo-detective-says", elem_id)


def shelf() -> gr.HTML:
    """The visitor's favourites, kept in the visitor's browser; a click triggers `open` with the query of a link as value.

    Its module has the functions `keep` and `share`; both take a state, which is model, class, truncation, picks, route,
    position and seed, and `keep` a picture after it.
    """
    return controls.scripted(
        "latent/shelf",
        f"""<section class="zoo-shelf" hidden><h3>{i18n.both("shelf")}</h3>
          <p>{i18n.both("shelf_hint")}</p><div class="zoo-kept"></div></section>""",
        events=["open"],
        value="",
        labels=i18n.some("open_kept", "drop_kept"),
    )
