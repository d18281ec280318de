"""Data sets: pictures as bytes in memory, turned into floats and augmented a batch at a time.

The same call loads a starter data set by name, a folder of pictures, a parquet file, or one of
torchvision's data sets.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Protocol

import torch
from jaxtyping import Float, Int, UInt8
from PIL import Image, ImageOps
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample

from gan_zoo.decoding import SUFFIXES, open_picture
from gan_zoo.errors import UserError, unknown
from gan_zoo.images import from_pil, to_float

Split = Literal["train", "test"]
STARTER_FOLDER = Path(__file__).parent / "starter"


@dataclass(frozen=True)
class Source:
    """Where a named data set comes from and what may be done with it."""

    about: str
    licence: str
    origin: str
    column: str = "image"
    """the picture column that is used where none is named"""
    attributes: tuple[str, ...] = ()
    """the columns that describe a picture by one word each"""
    label: str = "label"
    """the column of the classes, where there is one"""
    open: Callable[[Path, Split], Any] | None = None
    """downloads it into a folder and opens it as a torchvision data set; None for a starter file"""


@dataclass
class Dataset:
    """One split of a data set, in memory."""

    name: str
    images: UInt8[Tensor, "n c h w"]
    labels: Int[Tensor, "n"] | None = None
    classes: list[str] = field(default_factory=list)
    columns: dict[str, list[Any]] = field(default_factory=dict)
    """the other columns of the source, row by row"""
    skipped: list[str] = field(default_factory=list)
    """pictures that could not be read, with the reason"""
    attributes: dict[str, list[str]] = field(default_factory=dict)
    """the words of each attribute by its name, the same in every split"""
    attribute_labels: Int[Tensor, "n attributes"] | None = None
    """which word of each attribute describes each picture"""
    own_share: bool = False
    """whether of several processes each has other pictures"""

    def __len__(self) -> int:
        return len(self.images)

    def to(self, device: torch.device) -> Dataset:
        """The same data set with its pictures and labels on `device`."""
        tensors = {"images": self.images, "labels": self.labels, "attribute_labels": self.attribute_labels}
        return replace(self, **{name: None if t is None else t.to(device) for name, t in tensors.items()})  # type: ignore[arg-type]

    def renew(self, window: int) -> None:
        """Called before every epoch: where not all pictures fit into memory, others come in."""

    def thinned(self, n: int) -> Dataset:
        """At most `n` of the pictures, from all over the data: they may be sorted by class."""
        rows = evenly(n, len(self))
        tensors = {"images": self.images, "labels": self.labels, "attribute_labels": self.attribute_labels}
        columns = {name: [values[row] for row in rows.tolist()] for name, values in self.columns.items()}
        return replace(self, columns=columns, **{name: None if t is None else t[rows] for name, t in tensors.items()})  # type: ignore[arg-type]

    def batch(
        self, index: Int[Tensor, "b"] | slice, mirror: bool = False, jitter: float = 0.0, vary: bool = False
    ) -> dict[str, Tensor]:
        """The rows of `index` as a training batch: `image` as floats in [-1, 1], `label` (`b`) and `attributes`
        (`b attributes`) where the data have them.

        `mirror` flips each picture left to right with probability 1/2, and `jitter` scales and shifts each by up to
        that share of its size, both drawn from torch's global generator. `vary` is for data whose inputs are made from
        the pictures: it makes them anew each time (`pairs.PairedDataset`).
        """
        image = to_float(self.images[index])
        if mirror:
            flip = torch.rand(len(image), device=image.device) < 0.5
            image = torch.where(flip[:, None, None, None], image.flip(3), image)
        if jitter:
            image = shift_and_scale(image, jitter)
        labels = {"label": self.labels, "attributes": self.attribute_labels}
        return {"image": image} | {name: values[index] for name, values in labels.items() if values is not None}


@dataclass
class Pictures:
    """One split of a data set as decoded pictures, each of its own size."""

    name: str
    pictures: list[Image.Image]
    rows: list[int] = field(default_factory=list)
    """which row, or which file in order of names, each picture comes from: fewer than there are where some are damaged"""
    labels: list[int] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    columns: dict[str, list[Any]] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)

    def stacked(self, size: int | None, channels: int | None) -> Dataset:
        """All pictures cut to squares of `size`, as `load_data` has it."""
        images = _stack(self.pictures, size or natural_size(self.pictures), channels)
        labels = torch.tensor(self.labels) if self.labels else None
        return Dataset(self.name, images, labels, self.classes, self.columns, self.skipped)


def evenly(n: int, total: int) -> Int[Tensor, "n"]:
    """At most `n` of `total` rows, the same distance apart."""
    n = min(n, total)
    return torch.arange(n) * total // n


def shift_and_scale(images: Float[Tensor, "n c h w"], most: float) -> Float[Tensor, "n c h w"]:
    """Each picture shifted, and its width and height scaled, by up to the share `most`; edges are continued outwards."""
    # Shifts are in half pictures: the grid's coordinates run from -1 to 1.
    scale, shift = (torch.rand(2, len(images), 2, device=images.device) * 2 - 1) * most
    matrix = torch.cat([torch.diag_embed(1 + scale), 2 * shift[:, :, None]], 2)  # n 2 3
    grid = affine_grid(matrix, list(images.shape), align_corners=False)
    return grid_sample(images, grid, padding_mode="border", align_corners=False)


class Batches:
    """An endless stream of shuffled batches that can be stopped, saved and resumed.

    With several processes all draw the same order and each takes its own part of every batch.
    What is left of an epoch that doesn't fill a batch is dropped.
    """

    def __init__(
        self,
        data: Dataset,
        batch_size: int,
        seed: int,
        mirror: bool = False,
        rank: int = 0,
        processes: int = 1,
        jitter: float = 0.0,
    ) -> None:
        self.data, self.batch_size, self.mirror, self.jitter = data, batch_size, mirror, jitter
        if data.own_share:  # then nobody else draws from these
            rank, processes, seed = 0, 1, seed + rank
        self.rank, self.processes = rank, processes
        self.together = batch_size * processes
        if len(data) < self.together:
            raise UserError(
                f"'{data.name}' has {len(data)} pictures, fewer than a batch of {self.together}: ask for a smaller batch",
                "small_data",
            )
        self.generator = torch.Generator().manual_seed(seed)
        self.epoch, self.position = -1, 0
        self.order = torch.empty(0, dtype=torch.int64)

    def __iter__(self) -> Iterator[dict[str, Tensor]]:
        return self

    def __next__(self) -> dict[str, Tensor]:
        if self.position + self.together > len(self.order):
            self.epoch, self.position = self.epoch + 1, 0
            self.data.renew(self.epoch)
            self.order = torch.randperm(len(self.data), generator=self.generator).to(self.data.images.device)
        start = self.position + self.rank * self.batch_size
        self.position += self.together
        return self.data.batch(self.order[start : start + self.batch_size], self.mirror, self.jitter, vary=True)

    def state_dict(self) -> dict[str, Any]:
        return {
            "generator": self.generator.get_state(),
            "order": self.order.cpu(),
            "epoch": self.epoch,
            "position": self.position,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.generator.set_state(state["generator"])
        self.order = state["order"].to(self.data.images.device)
        self.epoch, self.position = state["epoch"], state["position"]
        self.data.renew(max(0, self.epoch))


def _torchvision(dataset: str, **splits: dict[str, Any]) -> Callable[[Path, Split], Any]:
    """Opens one of torchvision's data sets; `splits` are the arguments that choose each split."""

    def open_split(cache: Path, split: Split) -> Any:
        import torchvision  # costs half a second, and only these data sets need it

        try:
            return getattr(torchvision.datasets, dataset)(str(cache), download=True, **splits[split])
        except (OSError, RuntimeError) as error:
            raise UserError(
                f"{dataset} could not be downloaded ({error}); with no network use a starter data set or a folder of yours",
                "no_network",
            ) from error

    return open_split


DATASETS: dict[str, Source] = {
    "digits": Source("handwritten digits, 28x28", "free use (MNIST)", "a part of MNIST (LeCun, Cortes, Burges)"),
    "kana": Source("hiragana and katakana in 97 fonts, 48x48", "glyphs of free fonts", "M PLUS, Noto CJK, IPA and others"),
    "fontdigits": Source("digits in 193 fonts, 28x28", "glyphs of free fonts", "DejaVu, Liberation, TeX Gyre and others"),
    "faces": Source(
        "drawn faces with attributes, 64x64", "CC0-1.0", "Open Peeps by Pablo Stanley",
        attributes=("accessories", "clothingColor", "face", "facialHair", "head", "headContrastColor", "skinColor"),
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


class Elsewhere(Protocol):
    """What opens data of another kind than those here; its methods do what the functions below do."""

    def load(self, name: str, split: Split, size: int | None, channels: int | None) -> Dataset: ...
    def open(self, name: str, split: Split) -> Pictures: ...
    def source(self, name: str) -> Source | None: ...


# By the word before the first colon of a name; `gan_zoo.streams` enters itself.
ELSEWHERE: dict[str, Elsewhere] = {}


def load_data(name: str, split: Split = "train", size: int | None = None, channels: int | None = None) -> Dataset:
    """Load one split of a data set into memory.

    Args:
        name: a key of `DATASETS`, a folder of pictures (subfolders are classes; `train/` and `test/` are splits),
            or a parquet file with a picture column. `name:column` chooses another picture column, and
            `name?column=value` only those rows of a parquet file whose column has this value. Or `hf:user/name`, a
            data set on the Hub, or `parquet:FOLDER`, a copy of one: what of these doesn't fit into memory comes in parts.
        size: height and width in pixels that every picture is scaled (short side) and centre-cropped to. Where it
            is not given, pictures keep their size if all have the same, square one, and get 64 if not.
        channels: 1 for grey, 3 for colour; where it is not given, 1 if all pictures are grey.

    Raises:
        UserError: there is no such data set, it holds no pictures, or it could not be downloaded.
    """
    if elsewhere := ELSEWHERE.get(name.partition(":")[0]):
        return elsewhere.load(name, split, size, channels)
    source = DATASETS.get(name)
    if source and source.open:
        return _load_torchvision(source.open(Path("~/.cache/gan_zoo/data").expanduser(), split), name, size, channels)
    data = open_pictures(name, split).stacked(size, channels)
    known = source_of(name)
    return _with_attributes(data, known.attributes) if known and known.attributes else data


def base_of(name: str) -> str:
    """The data set that `name` asks for, without a column or a condition."""
    return name.partition("?")[0].partition(":")[0]


def source_of(name: str) -> Source | None:
    """What is known of the data set that `name` asks for, with or without a column; None for a folder or file."""
    if elsewhere := ELSEWHERE.get(name.partition(":")[0]):
        return elsewhere.source(name)
    return DATASETS.get(base_of(name))


def parquet_file(name: str) -> Path | None:
    """The parquet file that `name` asks for, with or without a column; None where it is none."""
    base = base_of(name)
    source = DATASETS.get(base)
    path = Path(base) if source is None else STARTER_FOLDER / f"{base}.parquet"
    return path if path.suffix == ".parquet" and path.is_file() else None


def picture_columns(name: str) -> list[str]:
    """The picture columns of the parquet file that `name` asks for; none where it is no such file."""
    import pyarrow.parquet as pq

    path = parquet_file(name)
    return [] if path is None else pictorial(pq.read_schema(path))


def pictorial(schema: Any) -> list[str]:
    """The columns that hold pictures, as the Hugging Face convention has them."""
    import pyarrow as pa

    return [f.name for f in schema if pa.types.is_struct(f.type) and f.type.get_field_index("bytes") >= 0]


def open_pictures(name: str, split: Split = "train") -> Pictures:
    """The pictures of a starter data set, a folder or a parquet file, named as for `load_data`, as they are."""
    if elsewhere := ELSEWHERE.get(name.partition(":")[0]):
        return elsewhere.open(name, split)
    asked, _, condition = name.partition("?")
    base, _, column = asked.partition(":")
    source = DATASETS.get(base)
    if path := parquet_file(name):
        known = source or Source("", "", "", column="")
        opened = _open_parquet(path, split, column or known.column, known.label, condition)
        return replace(opened, name=(base if source else path.stem) + (f"?{condition}" if condition else ""))
    if Path(name).is_dir():
        return _open_folder(Path(name), split)
    if len(Path(base).parts) > 1 or Path(base).suffix:  # it was meant as a path
        raise UserError(f"there is no folder of pictures or parquet file '{base}'", "no_data", name=base)
    raise unknown("data set", name, DATASETS)


def fit(picture: Image.Image, size: int) -> Image.Image:
    """`picture` scaled so that its short side is `size`, and its centre cut out as a square."""
    if picture.size == (size, size):
        return picture
    return ImageOps.fit(picture, (size, size), Image.Resampling.LANCZOS)


def natural_size(pictures: Sequence[Image.Image]) -> int:
    """The side of the pictures if all are squares of one size, 64 if not."""
    sizes = {picture.size for picture in pictures}
    width, height = next(iter(sizes))
    return width if len(sizes) == 1 and width == height else 64


def _stack(pictures: Iterable[Image.Image], size: int, channels: int | None) -> UInt8[Tensor, "n c h w"]:
    """All pictures in one tensor, each scaled and converted as it comes."""
    images = torch.stack([from_pil(fit(picture, size), channels or 3) for picture in pictures])
    grey = channels is None and bool((images == images[:, :1]).all())
    return images[:, :1].contiguous() if grey else images


def _load_torchvision(rows: Any, name: str, size: int | None, channels: int | None) -> Dataset:
    labels: list[int] = []

    def pictures() -> Iterator[Image.Image]:
        for i in range(len(rows)):
            picture, label = rows[i]
            if isinstance(label, int):
                labels.append(label)
            yield picture

    images = _stack(pictures(), size or natural_size([rows[0][0]]), channels)
    return Dataset(name, images, torch.tensor(labels) if labels else None, list(rows.classes) if labels else [])


def content_of(cell: Any) -> bytes:
    """The file that a cell of a picture column holds; raises UserError where it holds none."""
    content = cell.get("bytes") if isinstance(cell, dict) else None
    if not content:
        raise UserError("the cell is empty", "not_a_picture")
    return bytes(content)


def _open_parquet(path: Path, split: Split, column: str, label: str, condition: str) -> Pictures:
    import pyarrow as pa  # costs a tenth of a second, and serving needs none of it
    import pyarrow.parquet as pq

    key, _, value = condition.partition("=")
    try:
        schema = pq.read_schema(path)
        if condition and key not in schema.names:
            raise unknown("column", key, schema.names)
        wanted: list[tuple[str, str, str]] = [("split", "==", split)] if "split" in schema.names else []
        wanted += [(key, "==", value)] if condition else []
        table = pq.read_table(path, filters=wanted or None)
    except (OSError, pa.ArrowInvalid) as error:
        raise UserError(f"{path} can't be read as parquet ({error})", "damaged_file", path=path) from error
    known = pictorial(schema)
    if not known:
        raise UserError(f"{path} has no picture column; there are: {', '.join(schema.names)}", "no_pictures")
    column = column or ("image" if "image" in known else known[0])
    if column not in known:
        raise unknown("picture column", column, known)

    pictures, kept, skipped = [], [], []
    for i, cell in enumerate(table[column].to_pylist()):
        try:
            picture = open_picture(content_of(cell))
        except UserError as error:
            skipped.append(f"row {i}: {error}")
            continue
        pictures.append(picture)
        kept.append(i)
    if not pictures:
        raise nothing_in(f"the {split} split of {path}", skipped)
    columns = {c: table[c].take(kept).to_pylist() for c in schema.names if c not in known}
    labels, classes = labels_of(columns.get(label, []), schema)
    return Pictures(path.stem, pictures, kept, labels, classes, columns, skipped)


def _with_attributes(data: Dataset, names: Sequence[str]) -> Dataset:
    """The columns `names` as attributes. Their words come from every split, so that all splits number them alike."""
    import pyarrow.parquet as pq

    whole = pq.read_table(STARTER_FOLDER / f"{data.name}.parquet", columns=list(names))
    attributes = {name: sorted(set(whole[name].to_pylist())) for name in names}
    labels = [[words.index(word) for word in data.columns[name]] for name, words in attributes.items()]
    return replace(data, attributes=attributes, attribute_labels=torch.tensor(labels).T.contiguous())


def nothing_in(where: str, skipped: list[str]) -> UserError:
    """The error for a place with no picture that can be read."""
    if skipped:
        return UserError(f"none of the {len(skipped)} pictures in {where} can be read; the first: {skipped[0]}", "no_pictures")
    return UserError(f"there are no pictures in {where}: it needs files like picture.png or picture.jpg", "no_pictures")


def labels_of(values: list[Any], schema: Any) -> tuple[list[int], list[str]]:
    """A label column as integers, with the names that the schema or the values themselves give the classes."""
    if not values:
        return [], []
    if all(isinstance(value, int) for value in values):
        features = json.loads((schema.metadata or {}).get(b"huggingface", b"{}")).get("info", {}).get("features", {})
        return values, features.get("label", {}).get("names") or [str(i) for i in range(max(values) + 1)]
    classes = sorted({str(value) for value in values})
    return [classes.index(str(value)) for value in values], classes


def _open_folder(path: Path, split: Split) -> Pictures:
    root = path / split if (path / split).is_dir() else path
    files = sorted(p for p in root.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
    pictures, kept, labels, skipped = [], [], [], []
    top = [p.relative_to(root).parts for p in files]
    classes = sorted({parts[0] for parts in top if len(parts) > 1})
    for i, (file, parts) in enumerate(zip(files, top, strict=True)):
        try:
            picture = open_picture(file)
        except UserError as error:
            skipped.append(f"{file}: {error}")
            continue
        pictures.append(picture)
        kept.append(i)
        labels.append(classes.index(parts[0]) if len(parts) > 1 else -1)
    if not pictures:
        raise nothing_in(str(root), skipped)
    if min(labels) < 0:  # pictures beside the class folders belong to no class
        labels, classes = [], []
    return Pictures(path.name, pictures, kept, labels, classes, skipped=skipped)
