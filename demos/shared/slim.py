"""What a browser needs of Gradio's description of the page: about half of what Gradio writes into it.

Before a visitor can click on anything, Gradio reads the description, makes a node of each component, and asks each for each
handler, whatever tab they stand in. But endpoints that only programs call have handlers and components, too. All sentences of
the gallery stand in it as well, of which Gradio itself says a few. Gradio's list of the endpoints needs them all the same: the
header asks for a page with all of them.
"""

from __future__ import annotations

import functools
import json
import re
from typing import Any

WHOLE = {"api", "view"}
"""words in the query of an address whose page has the whole description"""
BEGIN, BETWEEN, END = b"window.gradio_config = ", b";</script><script>window.gradio_api_info = ", b";</script>"
"""what stands before the description in Gradio's page, between it and that of the endpoints, and behind that"""
NOTHING = b'{"named_endpoints":{},"unnamed_endpoints":{}}'
NAMED = re.compile(r'\\"key\\": \\"([\w.]+)\\"')
"""the names of sentences that components carry, within JSON that stands in JSON"""
GRADIOS = "errors."
"""how the names of the sentences begin that Gradio says by itself"""
OF_PROGRAMS = ("api_info", "api_info_as_input", "api_info_as_output", "example_inputs")


def slim(page: bytes) -> bytes:
    """A page of Gradio's with a description that has only what its parts need; any other page as it is."""
    before, begin, rest = page.partition(BEGIN)
    told, between, rest = rest.partition(BETWEEN)
    _, end, after = rest.partition(END)
    return b"".join((before, begin, _description(told), between, NOTHING, end, after)) if end else page


@functools.lru_cache(maxsize=4)
def _description(told: bytes) -> bytes:
    """The JSON of a page's description, without what its parts don't need. All visitors of an address get the same one."""
    config: dict[str, Any] = json.loads(told)
    config["dependencies"] = [handler for handler in config["dependencies"] if handler["targets"]]
    used = {number for handler in config["dependencies"] for number in (*handler["inputs"], *handler["outputs"])}
    used |= {number for handler in config["dependencies"] for number, _ in handler["targets"]}
    # A part that nobody sees and no handler names is one of an endpoint.
    hidden = {part["id"] for part in config["components"] if part["type"] == "api" or part["props"].get("visible") is False}
    dropped = hidden - used
    config["components"] = [
        {name: value for name, value in part.items() if name not in OF_PROGRAMS}
        for part in config["components"]
        if part["id"] not in dropped
    ]
    config["layout"] = _without(config["layout"], dropped)
    kept = [part["id"] for part in config["components"]]
    handlers = [handler["id"] for handler in config["dependencies"]]
    # The same once more: Gradio knows galleries of several pages, and this is the only one.
    config["page"] = {
        name: {**page, "layout": config["layout"], "components": kept, "dependencies": handlers}
        for name, page in config["page"].items()
    }
    said = set(NAMED.findall(json.dumps(config["components"])))
    config["i18n_translations"] = {
        language: {key: text for key, text in texts.items() if key in said or key.startswith(GRADIOS)}
        for language, texts in (config["i18n_translations"] or {}).items()
    }
    told_again = json.dumps(config, ensure_ascii=False, separators=(",", ":"))
    # Nothing in it ends the script that it stands in, or begins a comment there.
    return re.sub(r"<(?=/?script|!--)", r"\\u003c", told_again, flags=re.IGNORECASE).encode()


def _without(node: dict[str, Any], dropped: set[int]) -> dict[str, Any]:
    """A node of the layout without the components that are dropped."""
    if "children" not in node:
        return node
    return {**node, "children": [_without(child, dropped) for child in node["children"] if child["id"] not in dropped]}
