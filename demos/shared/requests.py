"""Checks of everything that a page or a program sends, which may be anything at all."""

from __future__ import annotations

import base64
from typing import Any

import gradio as gr
from PIL import Image

from demos.shared import i18n
from gan_zoo import UserError, open_picture

# A file that is larger, or a picture that is longer, is refused.
MOST_BYTES = 10_000_000
MOST_SIDE = 10_000


def request(event: gr.EventData) -> dict[str, Any]:
    """The request of an event of a page: a value of the page may be older than the event about it.

    Its number `n`, the `model` it is about and what it wants to `do` are there and of their types, whatever came.
    """
    carried = event._data.get("request") if isinstance(event._data, dict) else None
    asked = carried if isinstance(carried, dict) else {}
    n, model, do = (asked.get(name) for name in ("n", "model", "do"))
    return {
        **asked,
        "n": n if isinstance(n, int) else 0,
        "model": model if isinstance(model, str) else "",
        "do": do if isinstance(do, str) else "",
    }


def read_file(value: Any, most: int = MOST_BYTES) -> bytes:
    """The bytes of a data URL from the browser, which may be anything at all.

    Raises:
        UserError: it holds nothing, or more than `most` bytes.
    """
    header, _, content = value.partition(",") if isinstance(value, str) else ("", "", "")
    if not header.startswith("data:") or not header.endswith(";base64"):
        raise mistake("no_picture")
    if len(content) > most * 4 / 3:
        raise mistake("large_file", most=most // 1_000_000)
    try:
        data = base64.b64decode(content, validate=True)
    except ValueError:
        raise mistake("not_a_picture") from None
    if not data:
        raise mistake("empty_file")
    return data


def decode(data: bytes) -> Image.Image:
    """The picture that a file holds.

    Raises:
        UserError: it is none, or has too many pixels.
    """
    try:
        return open_picture(data)
    except UserError as error:
        raise mistake(error.code) from error


def read_picture(value: Any) -> Image.Image:
    """The decoded picture of a data URL from the browser; raises as `read_file` and `decode` do, and for long sides."""
    picture = decode(read_file(value))
    if max(picture.size) > MOST_SIDE:
        raise mistake("large_picture")
    return picture


def read_png(value: Any, most_side: int) -> Image.Image:
    """A PNG of at most `most_side` pixels a side that a canvas of ours sends; what is none is not even decoded.

    Raises:
        UserError: it is none, or too large.
    """
    prefix = "data:image/png;base64,"
    if not isinstance(value, str) or not value.startswith(prefix):
        raise mistake("not_a_picture")
    if len(value) > 16 * most_side**2 // 3 + 10_000:  # four bytes a pixel in base64, and the chunks around them
        raise mistake("large_drawing", most=most_side)
    try:
        start = base64.b64decode(value[len(prefix) : len(prefix) + 44], validate=True)
    except ValueError:
        raise mistake("not_a_picture") from None
    if len(start) < 33 or start[:8] != b"\x89PNG\r\n\x1a\n" or start[12:16] != b"IHDR":
        raise mistake("not_a_picture")
    if not all(0 < int.from_bytes(start[i : i + 4], "big") <= most_side for i in (16, 20)):
        raise mistake("large_drawing", most=most_side)
    return read_picture(value)


def mistake(code: str, **fields: Any) -> UserError:
    """The error whose sentence stands under `code` in the texts."""
    return UserError(i18n.say(code, "en", **fields), code, **fields)


def number(value: Any, least: float, most: float, code: str) -> float:
    """`value` as a number between two bounds; it comes from the browser, so it may be anything at all."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise mistake(code, least=least, most=most)
    return value


def whole(value: Any, least: int, most: int, code: str) -> int:
    """`value` as a whole number between two bounds."""
    value = number(value, least, most, code)
    if value != int(value):
        raise mistake(code, least=least, most=most)
    return int(value)
