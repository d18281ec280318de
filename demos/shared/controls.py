"""Parts of a tab that a visitor handles or looks at, each a piece of HTML with a script of its own."""

from __future__ import annotations

import gradio as gr

from demos.shared import i18n
from demos.shared.page import template


def wall(picks: list[list[int]], columns: int) -> gr.HTML:
    """A wall of pictures that are picked with the mouse or the keyboard.

    Its value is the list of picks, each `[seed, index]`, in the order of picking. Gradio triggers `load` when it is
    first shown, and the visitor `select` when the picks change. Its props: `sprite` (all pictures in one, `columns`
    side by side) with the `seed` it was drawn from, `count`, `opinions` (what the discriminator thinks of each, `[logit,
    rank]`; none, and there are no frames) and `suggestion` (the picks are ours: the visitor's first click replaces them).
    """
    return gr.HTML(
        picks,
        html_template='<div class="zoo-wall" role="group"></div>',
        js_on_load=template("latent/wall.js"),
        columns=columns,
        sprite="",
        seed=-1,
        count=0,
        suggestion=True,
        opinions=[],
        labels=i18n.texts()["wall_label"],
        tile_labels=i18n.texts()["tile_label"],
        opinion_labels=i18n.texts()["opinion_label"],
    )


def choice(label: str, keys: list[str], elem_id: str) -> gr.HTML:
    """One of a few, the first at the start; its value is the key of a text, and it triggers `select`.

    Not a `gr.Radio`: with translated names its value is, in the page's first moments, the name and not the key.
    """
    options = "".join(
        f'<label><input type="radio" name="{elem_id}" value="{key}"{" checked" * (key == keys[0])}> {i18n.both(key)}</label>'
        for key in keys
    )
    return gr.HTML(
        keys[0],
        html_template=f'<fieldset class="zoo-choice"><legend>{i18n.both(label)}</legend>{options}</fieldset>',
        js_on_load="""element.addEventListener('change', (event) => { props.value = event.target.value; trigger('select'); });
          watch('value', () => element.querySelectorAll('input').forEach((input) => {
            input.checked = input.value === props.value;
          }));""",
        elem_id=elem_id,
    )


def detective(elem_id: str) -> gr.HTML:
    """The switch of a wall's frames, True at the start, and the key to their colours; triggers `select`.

    Hidden as long as the prop `there` doesn't say that there is a discriminator to ask.
    """
    key = f"""<p class="zoo-key"><span>{i18n.both("seen_through")}</span><i></i><span>{i18n.both("taken_in")}</span>
      <small>{i18n.both("opinion_hint")}</small></p>"""
    return gr.HTML(
        True,
        html_template=f"""<div class="zoo-detective-says" hidden><label><input type="checkbox" checked>
          {i18n.both("opinion")}</label>{key}</div>""",
        js_on_load="""const box = element.querySelector('.zoo-detective-says'), field = element.querySelector('input');
          const show = () => {
            box.hidden = !props.there;
            field.checked = props.value;
            element.querySelector('.zoo-key').hidden = !props.value;
          };
          field.addEventListener('change', () => { props.value = field.checked; show(); trigger('select'); });
          watch(['there', 'value'], show); show();""",
        there=False,
        elem_id=elem_id,
    )


def select(label: str, elem_id: str) -> gr.HTML:
    """One of many, as `[value, name]` in the prop `options`; hidden while there are none. Triggers `select`.

    A name is a text, or one for each language, `{en, ja}`.

    Its values are those of the browser's own list, so the names can come with an answer.
    """
    return gr.HTML(
        "",
        html_template=f'<label class="zoo-select" hidden><span>{i18n.both(label)}</span><select></select></label>',
        js_on_load="""const field = element.querySelector('select');
          const said = (name) => (typeof name === 'string' ? name : name[window.ganZooLanguage || 'en']);
          const show = () => {
            const options = props.options || [];
            field.replaceChildren(...options.map(([value, name]) => new Option(said(name), value)));
            field.value = props.value;
            element.querySelector('label').hidden = !options.length;
          };
          field.addEventListener('change', () => { props.value = field.value; trigger('select'); });
          watch(['options', 'value'], show); show();""",
        options=[],
        elem_id=elem_id,
    )


def line(value: str, label: str, hint: str, elem_id: str) -> gr.HTML:
    """A line of text, which triggers `input` at each letter.

    Not a `gr.Textbox`: that one keeps silent about the first thing that is typed after an answer has set its value.
    """
    return gr.HTML(
        value,
        html_template=f"""<label class="zoo-line"><span>{i18n.both(label)}</span>
          <input type="text" maxlength="40" autocomplete="off"><small>{i18n.both(hint)}</small></label>""",
        js_on_load="""const field = element.querySelector('input');
          const show = () => { if (field.value !== props.value) field.value = props.value; };
          field.addEventListener('input', () => { props.value = field.value; trigger('input'); });
          watch('value', show); show();""",
        elem_id=elem_id,
    )


def picture(key: str, css_class: str, event: str = "") -> gr.HTML:
    """One picture, given as a URL; `key` is the text that describes it to those who don't see it.

    `event` is sent out over the page when the picture has changed, for an `ear`.
    """
    return gr.HTML(
        "",
        html_template=f'<figure class="{css_class}"><img hidden></figure>',
        js_on_load="""const image = element.querySelector('img');
          image.alt = props.labels[window.ganZooLanguage] || '';
          const show = () => { image.hidden = !props.value; if (props.value) image.src = props.value; };
          watch('value', () => { show(); if (props.event) document.dispatchEvent(new Event(props.event)); }); show();""",
        labels=i18n.texts()[key],
        event=event,
    )


def ear(*events: str) -> gr.HTML:
    """Triggers `select` when it comes into view, and again when one of `events` has happened and it is in view: what
    nobody looks at isn't computed."""
    return gr.HTML(
        "",
        html_template='<div class="zoo-ear"></div>',
        js_on_load="""let stale = true, seen = false;
          // The parts beside it may still be on their way to the page, and would be sent without their values.
          const tell = () => setTimeout(() => { if (seen && stale) { stale = false; trigger('select'); } }, 120);
          new IntersectionObserver(([entry]) => { seen = entry.isIntersecting; tell(); }, { rootMargin: '200px' })
            .observe(element.querySelector('.zoo-ear'));
          for (const name of props.events) document.addEventListener(name, () => { stale = true; tell(); });""",
        events=list(events),
    )


def sliders(count: int, reach: float, elem_id: str) -> gr.HTML:
    """Sliders from -`reach` to `reach`; the value is the list of their positions, and each move triggers `input`.

    The prop `captions` says what stands beside each, `{name, does}`, each of them `{en, ja}`; there are as many sliders
    as captions.
    """
    return gr.HTML(
        [0] * count,
        html_template='<div class="zoo-sliders"></div>',
        js_on_load="""const box = element.querySelector('.zoo-sliders'), language = window.ganZooLanguage || 'en';
          const show = () => {
            const rows = props.captions || [];
            if (box.children.length !== rows.length) box.replaceChildren(...rows.map((_, i) => {
              const label = document.createElement('label'), range = document.createElement('input');
              Object.assign(range, { type: 'range', min: -props.reach, max: props.reach, step: 0.05 });
              range.addEventListener('input', () => {
                props.value = props.value.map((value, k) => (k === i ? Number(range.value) : value));
                trigger('input');
              });
              label.append(document.createElement('span'), range, document.createElement('small'));
              return label;
            }));
            rows.forEach((row, i) => {
              const [name, range, does] = box.children[i].children;
              name.textContent = row.name[language];
              does.textContent = row.does[language];
              if (document.activeElement !== range || !props.value[i]) range.value = props.value[i];
            });
          };
          watch(['captions', 'value'], show); show();""",
        captions=[],
        reach=reach,
        elem_id=elem_id,
    )


def shelf() -> gr.HTML:
    """What the visitor keeps, in the visitor's browser; a click triggers `select` with the query of a link as value.

    It brings the page the functions `ganZoo.keep(state, picture)` and `ganZoo.share(state)`; a state is the list
    model, class, truncation, picks, route, position, seed.
    """
    return gr.HTML(
        "",
        html_template=f"""<section class="zoo-shelf" hidden><h3>{i18n.both("shelf")}</h3>
          <p>{i18n.both("shelf_hint")}</p><div class="zoo-kept"></div></section>""",
        js_on_load=template("latent/shelf.js"),
        labels={key: i18n.texts()[key] for key in ("open_kept", "drop_kept")},
    )


def link_field() -> gr.HTML:
    """The address of what is on the page, to be copied."""
    return gr.HTML(
        "",
        html_template=f"""<label class="zoo-link" hidden><span>{i18n.both("link")}</span>
          <input type="text" readonly></label>""",
        js_on_load="""const field = element.querySelector('input');
          watch('value', () => { field.value = props.value; element.querySelector('label').hidden = !props.value; });
          field.addEventListener('focus', () => field.select());""",
    )


def download(key: str) -> gr.HTML:
    """A link that saves a data URL; its value is `[name, url]`, or nothing while there is nothing to save."""
    return gr.HTML(
        None,
        html_template='<a class="zoo-download" hidden></a>',
        js_on_load="""const link = element.querySelector('a');
          link.textContent = props.labels[window.ganZooLanguage] || '';
          const show = () => {
            link.hidden = !props.value;
            if (props.value) { [link.download, link.href] = props.value; }
          };
          watch('value', show); show();""",
        labels=i18n.texts()[key],
    )
