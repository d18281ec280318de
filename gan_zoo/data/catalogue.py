"""The named data sets with their sources and licences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from gan_zoo.errors import UserError

Split = Literal["train", "test"]


STARTER_FOLDER = Path(__file__).parent / "starter"


@dataclass(frozen=True)
class Source:
    """The source of a named data set and its licence."""

    about: str
    licence: str
    origin: str
    column: str = "image"
    """the picture column for names without a column"""
    attributes: tuple[str, ...] = ()
    """the columns that describe a picture with one word each"""
    label: str = "label"
    """the column of the classes, if the data set has one"""
    open: Callable[[Path, Split], Any] | None = None
    """a function that downloads the data into a folder and opens them as a torchvision data set; None for a starter file"""
    cut: Callable[[Split, Sequence[str]], Any] | None = None
    """a function that returns the rows of a split as `Encoded`, with the pictures of the named columns; None for a starter
    file"""
    compose: Callable[[Split, int | None, int | None], Any] | None = None
    """a function that composes the pictures of a split as a `Dataset`, given their size and channels; None for others"""


def _torchvision(dataset: str, **splits: dict[str, Any]) -> Callable[[Path, Split], Any]:
    """A function that opens one of torchvision's data sets; `splits` are the arguments that choose each split."""

    def open_split(cache: Path, split: Split) -> Any:
        import torchvision  # costs half a second, and only these data sets need it
        from filelock import FileLock

        try:
            cache.mkdir(parents=True, exist_ok=True)
            with FileLock(cache / f"{dataset}.lock"):  # several processes of a run must not write the same files at once
                return getattr(torchvision.datasets, dataset)(str(cache), download=True, **splits[split])
        except (OSError, RuntimeError) as error:
            raise UserError(
                f"{dataset} could not be downloaded ({error}); with no network use a starter data set or a folder of yours",
                "no_network",
            ) from error

    return open_split


def _earth(split: Split, columns: Sequence[str]) -> Any:
    from gan_zoo.data import earth

    return earth.opened(split, columns)


def _peeps(split: Split, columns: Sequence[str]) -> Any:
    from gan_zoo.data import peeps

    return peeps.opened(split, columns)


def _composed_peeps(split: Split, size: int | None, channels: int | None) -> Any:
    from gan_zoo.data import peeps

    return peeps.load(split, size, channels)


DATASETS: dict[str, Source] = {
    "digits": Source("handwritten digits, 28x28", "free use (MNIST)", "a part of MNIST (LeCun, Cortes, Burges)"),
    "kana": Source("hiragana and katakana in 97 fonts, 48x48", "glyphs of free fonts", "M PLUS, Noto CJK, IPA and others"),
    "fontdigits": Source("digits in 193 fonts, 28x28", "glyphs of free fonts", "DejaVu, Liberation, TeX Gyre and others"),
    "faces": Source(
        "drawn faces with attributes, 64x64", "CC0-1.0", "Open Peeps by Pablo Stanley",
        attributes=("accessories", "clothingColor", "face", "facialHair", "head", "headContrastColor", "skinColor"),
    ),
    "peeps": Source(
        "drawn faces with attributes, composed from parts in any size", "CC0-1.0", "Open Peeps by Pablo Stanley",
        attributes=("accessories", "clothingColor", "face", "facialHair", "head", "headContrastColor", "skinColor"),
        cut=_peeps, compose=_composed_peeps,
    ),
    "emoji": Source(
        "emoji as line drawing and in colour, 128x128", "CC-BY-SA-4.0", "OpenMoji 17, emojibase", "color", label="group",
    ),
    "emoji3d": Source("emoji drawn flat and rendered, 128x128", "MIT", "Microsoft Fluent Emoji", "render"),
    "pictures": Source(
        "landscapes, ukiyo-e and Van Gogh", "per picture", "the columns title, author, licence, source", label="domain",
    ),
    "objects": Source("cut-out photographs on white, 192x192", "GPL-2.0", "Tux Paint stamps"),
    "dance": Source("a puppet's dance and a dancer's, 128x128", "Zlib", "rendered with PyBullet data"),
    "things": Source(
        "furniture, vehicles and other things, path-traced on white, 256x256", "per picture", "Debian's sweethome3d-furniture",
        label="",
    ),
    "land": Source("photographs of landscapes", "per picture", "Endless Sky", label="kind"),
    "characters": Source("painted characters", "GPL-2.0", "Battle for Wesnoth", label=""),
    "earth": Source(
        "satellite pictures of the earth with painted labels, 256x256", "public domain", "NASA Blue Marble", "satellite",
        cut=_earth,
    ),
    "mnist": Source(
        "all of MNIST, 28x28 (download)", "free use", "LeCun, Cortes, Burges",
        open=_torchvision("MNIST", train={"train": True}, test={"train": False}),
    ),
    "fashion_mnist": Source(
        "articles of clothing, 28x28 (download)", "MIT", "Zalando Research",
        open=_torchvision("FashionMNIST", train={"train": True}, test={"train": False}),
    ),
    "celeba": Source(
        "200,000 photographs of faces, 178x218 (download)", "non-commercial research", "Liu et al. 2015",
        open=_torchvision(
            "CelebA",
            train={"split": "train", "target_type": []},
            test={"split": "test", "target_type": []},
        ),
    ),
}  # fmt: skip
