"""Commands: sample, translate."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from gan_zoo.cli.tables import number, seed, whole_number
from gan_zoo.errors import UserError

# The most pictures in a grid, which is a single picture file.
MOST_PICTURES = 10_000


def add(commands: Any) -> None:
    """Add the parsers of these commands, and set the function that each runs."""
    command = commands.add_parser("sample", help="draw pictures from a sampler's weights")
    command.add_argument("name", help="name of the weights")
    command.add_argument("--seed", type=seed, default=0, help="the same seed gives the same pictures (default: 0)")
    command.add_argument("--n", type=whole_number, default=64, help="how many pictures (default: 64)")
    command.add_argument("--truncation", type=number, help="cut latents off at this many standard deviations")
    command.add_argument("--out", type=Path, default=Path("grid.png"), help="file to write (default: grid.png)")
    command.set_defaults(run=_sample)

    command = commands.add_parser("translate", help="translate a picture with a translator's weights")
    command.add_argument("name", help="name of the weights")
    command.add_argument("picture", type=Path, help="a photograph, or a drawing with --drawing")
    command.add_argument(
        "--drawing", action="store_true", help="translate the picture as it is, instead of turning it into a drawing first"
    )
    command.add_argument("--paper", action="store_true", help="dropout and the picture's own statistics, as in the paper")
    command.add_argument("--seed", type=seed, default=0, help="seed of the dropout (default: 0)")
    command.add_argument(
        "--out",
        type=Path,
        default=Path("translated.png"),
        help="file to write: drawing and translation (default: translated.png)",
    )
    command.add_argument("--back", action="store_true", help="translate in the other direction, if the model can")
    command.set_defaults(run=_translate)


def _sample(options: argparse.Namespace) -> None:
    from gan_zoo.imaging import images
    from gan_zoo.serving.gallery import Gallery

    if not 1 <= options.n <= MOST_PICTURES:
        raise UserError(f"--n is {options.n}; it must be from 1 to {MOST_PICTURES}", "usage")
    if options.truncation is not None and not options.truncation > 0:
        raise UserError(f"--truncation is {options.truncation}; it must be above 0", "usage")
    session = Gallery(device="cpu").session(options.name)
    z, psi = session.truncated(session.latents(options.n, options.seed), options.truncation or float("inf"))
    result = session.sample(z, precision="float32", psi=psi)
    _write_picture(images.grid(result.images), options.out)
    print(f"{options.out}: {options.n} pictures in {result.milliseconds:.0f} ms ({result.precision})")


def _write_picture(picture: Any, path: Path) -> None:
    try:
        picture.save(path)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise UserError(f"can't write {path} ({reason}): name a folder that is there and a file like grid.png") from error


def _translate(options: argparse.Namespace) -> None:
    import torch

    from gan_zoo.data.dataset import fit
    from gan_zoo.data.pairings import pairing
    from gan_zoo.imaging import images
    from gan_zoo.imaging.decoding import open_picture
    from gan_zoo.serving import Part, Result
    from gan_zoo.serving.gallery import Gallery

    gallery = Gallery(device="cpu", compiles=False)
    session, how = gallery.translator(options.name), pairing(gallery.card(options.name)["pairs"])
    try:
        picture = open_picture(options.picture)
    except UserError as error:
        raise UserError(f"{options.picture} can't be read as a picture ({error})", "no_picture") from error
    result: Result | Part
    if session.any_size:
        *_, result = session.restyle(images.to_float(images.from_pil(picture, 3)), options.back)
        drawn = images.to_pil(result.image)
    else:
        drawing = images.to_float(images.from_pil(fit(picture, session.config.size), 3))[None]
        drawing = drawing if options.drawing else how.from_picture(drawing)
        given = how.from_drawing(drawing)
        result = session.translate(given, options.paper, options.seed, precision="float32", back=options.back)
        drawn = images.grid(torch.cat([drawing, result.images.expand(-1, 3, -1, -1)]))
    _write_picture(drawn, options.out)
    print(f"{options.out}: {result.milliseconds:.0f} ms ({result.precision})")
