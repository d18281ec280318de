"""Parts of a tab that a visitor handles or looks at: pieces of HTML, each with an ES module as its script."""

from __future__ import annotations

import inspect
import json
from collections.abc import Sequence
from types import MethodType
from typing import Any

import gradio as gr
from gradio.events import EventListener

from demos.shared import i18n, names

# What `gr.HTML` itself takes; all else becomes a prop.
OPTIONS = frozenset(inspect.signature(gr.HTML.__init__).parameters) - {"props"}


def scripted(script: str, html: str, *, events: Sequence[str] = (), value: Any = None, **options: Any) -> gr.HTML:
    """HTML with the module `TAB/FILE`, which is `demos/TAB/web/FILE.js`; it is loaded when the HTML is first shown.

    The module exports `mount({ element, props, trigger, watch })`. `events` are the names that it triggers: each becomes a
    method to attach a handler with, such as `sheet.draw(...)` for "draw". Other options are those of `gr.HTML`, and props.
    """
    # An answer that arrives before the HTML is shown leaves only the props that it brings; Gradio drops the others. So the
    # script carries the first value of each prop.
    props = json.dumps({name: option for name, option in options.items() if name not in OPTIONS})
    own = {name: option for name, option in options.items() if name in OPTIONS}
    mount = _call(script, f"mount({{ element, trigger, watch, props: Object.assign(props, {{ ...{props}, ...props }}) }})")
    made = gr.HTML(value, html_template=html, js_on_load=f"{mount};", **own)
    for event in events:
        # Gradio attaches the events that it knows in the same way; unlike what it makes of others, `gr.on` takes these, too.
        setattr(made, event, MethodType(EventListener(event).listener, made))
    return made


def function(script: str, name: str) -> str:
    """The function `name` of a module for the option `js` of an event; it gets the values of the inputs, one by one."""
    return f"(...values) => {_call(script, f'{name}(...values)')}"


def _call(script: str, call: str) -> str:
    """JavaScript that loads a module and calls a function of it. Addresses are relative, so that a proxy may add a path."""
    tab, file = script.split("/")
    return f'import(new URL("demos/{tab}/web/{file}.js", document.baseURI)).then((module) => module.{call})'


def choice(label: str, keys: list[str], elem_id: str) -> gr.HTML:
    """One of a few, the first at the start; its value is the key of a text, and it triggers `choose`.

    Not a `gr.Radio`: with translated names its value is, in the page's first moments, the name and not the key.
    """
    options = "".join(
        f'<label><input type="radio" name="{elem_id}" value="{key}"{" checked" * (key == keys[0])}> {i18n.both(key)}</label>'
        for key in keys
    )
    return scripted(
        "shared/choice",
        f'<fieldset class="zoo-choice"><legend>{i18n.both(label)}</legend>{options}</fieldset>',
        events=["choose"],
        value=keys[0],
        elem_id=elem_id,
    )


def switch(label: str, below: str, css_class: str, elem_id: str) -> gr.HTML:
    """A switch, True at the start, with HTML `below` it that is shown while it is on; it triggers `choose`.

    Hidden as long as the prop `there` doesn't say that there is something to switch.
    """
    return scripted(
        "shared/switch",
        f"""<div class="{css_class}" hidden><label><input type="checkbox" checked>
          {i18n.both(label)}</label>{below}</div>""",
        events=["choose"],
        value=True,
        there=False,
        elem_id=elem_id,
    )


def select(
    label: str | dict[str, str], elem_id: str, options: Sequence[tuple[str, str | dict[str, str]]] = (), tab: str = ""
) -> gr.HTML:
    """One of many, as `[value, name]` in the prop `options`; hidden while there are none. Triggers `choose`.

    `label` is the key of a sentence, or a name in each language. A name is a text, or one for each language. The values are
    those of the browser's own list, so the names can come with an answer. At the start the first option is chosen. An address
    `#TAB/PART/VALUE` of the `tab` chooses one, too.
    """
    said = i18n.both(label) if isinstance(label, str) else names.html_of(label)
    return scripted(
        "shared/select",
        f'<label class="zoo-select" hidden><span>{said}</span><select></select></label>',
        events=["choose"],
        value=options[0][0] if options else "",
        options=list(options),
        tab=tab,
        elem_id=elem_id,
    )


def line(value: str, label: str, hint: str, elem_id: str) -> gr.HTML:
    """A line of text, which triggers `write` at each letter.

    Not a `gr.Textbox`: that one keeps silent about the first thing that is typed after an answer has set its value.
    """
    return scripted(
        "shared/line",
        f"""<label class="zoo-line"><span>{i18n.both(label)}</span>
          <input type="text" maxlength="40" autocomplete="off"><small>{i18n.both(hint)}</small></label>""",
        events=["write"],
        value=value,
        elem_id=elem_id,
    )


def picture(key: str, css_class: str, event: str = "") -> gr.HTML:
    """One picture, given as a URL; `key` is the text that describes it to those who don't see it.

    `event` is sent out over the page when the picture has changed, for a part that is `visible`.
    """
    return scripted(
        "shared/picture",
        f'<figure class="{css_class}"><img hidden></figure>',
        value="",
        text=i18n.texts()[key],
        event=event,
    )


def visible(*events: str, slow: bool = False) -> gr.HTML:
    """Triggers `look` when it comes into view, and again when one of `events` has happened and it is in view: what nobody
    looks at isn't computed. With `slow`, the edge of its stage moves until something of its tool has changed."""
    place = '<div class="zoo-visible"></div>'
    return scripted("shared/visible", place, events=["look"], value="", heard=list(events), slow=slow)


def sliders(count: int, reach: float, elem_id: str) -> gr.HTML:
    """Sliders from -`reach` to `reach`; the value is the list of their positions, and each move triggers `slide`.

    The prop `captions` says what stands beside each, `{name, does}`, each of them in each language; there are as many sliders
    as captions.
    """
    return scripted(
        "shared/sliders",
        '<div class="zoo-sliders"></div>',
        events=["slide"],
        value=[0] * count,
        captions=[],
        reach=reach,
        elem_id=elem_id,
    )


def link_field(label: str) -> gr.HTML:
    """An address with a button that copies it, which is the value; hidden while there is none."""
    return scripted(
        "shared/link",
        f"""<div class="zoo-link" hidden><label><span>{i18n.both(label)}</span>
          <input type="text" readonly></label><button type="button"></button></div>""",
        labels=i18n.some("copy", "copied", "copy_by_hand"),
    )


def download(key: str) -> gr.HTML:
    """A link that saves a data URL; its value is `[name, url]`, or nothing while there is nothing to save."""
    return scripted("shared/download", '<a class="zoo-download" hidden></a>', text=i18n.texts()[key])
