"""The model card: the README.md of a weights folder, in English and Japanese, with the front matter that the Hub reads.

The text between the two markers comes from config.json. Hand-written text outside them, and additions to the front
matter, stay.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gan_zoo.data.names import DataName
from gan_zoo.models.base import Kind
from gan_zoo.models.registry import model_class

Card = dict[str, Any]
START, END = "<!-- gan-zoo: written from config.json; write above or below, and it stays -->", "<!-- gan-zoo: end -->"
# The names of our data's licences on the Hub. Pictures with several licences get the strictest one.
LICENCES = {
    "CC0-1.0": "cc0-1.0", "CC-BY-SA-4.0": "cc-by-sa-4.0", "MIT": "mit", "GPL-2.0": "gpl-2.0", "Zlib": "zlib",
    "Apache-2.0": "apache-2.0", "OFL-1.1": "ofl-1.1", "per picture": "cc-by-sa-4.0",
}  # fmt: skip


@dataclass(frozen=True)
class Section:
    """The part of a card that depends on the kind of the model."""

    task: str
    """name of the task on the Hub; empty if the Hub has none"""
    use: str
    """example code after the line that loads the model"""


_SAMPLE = "pictures = model.sample(model.latent(16))  # 16 c h w in [-1, 1]"
SECTIONS: dict[Kind, Section] = {
    "sampler": Section("unconditional-image-generation", _SAMPLE),
    "autoencoder": Section(
        "unconditional-image-generation", "pictures = model.decode(model.encode(images))  # n c h w, in [-1, 1] both"
    ),
    "density": Section("unconditional-image-generation", _SAMPLE),
    "translator": Section("image-to-image", "pictures = model.translate(images)  # n ci h w to n c h w, both in [-1, 1]"),
    "video": Section("video-to-video", "frames = model.film(images)  # n t ci h w to n t c h w, both in [-1, 1]"),
    "classifier": Section("image-classification", "features = model.features(images)  # images n c h w in [-1, 1]"),
    "captioned": Section(
        "text-to-image",
        "from gan_zoo.layers.tokenizer import tokens\n"
        'stages = model.draw(model.embed(tokens(["yellow bird"])), model.latent(1))  # in [-1, 1]',
    ),
    "embedder": Section("", "places = model.embed_pictures(images)  # n c h w in [-1, 1] to n e; embed_captions for captions"),
}
# What the card says about the pictures of the measurement, unless they are a test split.
_MEASURED = {
    "kept back": "Measured on pictures that were kept back from the training: `{data}`. "
    "学習に使わずに取り分けた画像で測定しました: `{data}`。",
    "seen": "**Measured on pictures that the model learnt from**, because `{data}` has no test split. "
    "**`{data}` にはテスト用の画像がないため、学習に使った画像で測定しました。**",
    "unknown": "Measured on all pictures of `{data}`, which has no test split. `{data}` のすべての画像で測定しました。",
}
# The entries of the front matter that we write. All others stay as they are.
OURS = ("library_name", "license", "license_name", "pipeline_tag", "tags", "datasets", "model-index")


def readme(name: str, card: Card, animated: bool, before: str = "", repository: str = "") -> str:
    """Return the text of a README.md.

    Args:
        name: name of the weights; `card["metrics"]` has their metrics under it.
        card: content of config.json.
        animated: True if the folder has a grids.webp.
        before: the previous text; its hand-written parts are kept.
        repository: user/name, if the text is for the Hub.
    """
    import yaml

    head, body = re.match(r"(?:---\n(.*?\n)?---\n)?(.*)", before.replace("\r\n", "\n"), re.DOTALL).groups()  # type: ignore[union-attr]
    ours = f"{START}\n\n{_body(repository or name, card, animated)}\n{END}\n"
    start, end = body.find(START), body.find(END)
    if 0 <= start < end:
        body = body[:start] + ours + body[end + len(END) :].removeprefix("\n")
    else:
        body = "\n" + (body.strip() + "\n\n" if body.strip() else "") + ours
    try:
        known = yaml.safe_load(head or "")
    except yaml.YAMLError:
        known = {}
    known = known if isinstance(known, dict) else {}
    front = yaml.safe_dump(_front_matter(name, card, known), sort_keys=False, allow_unicode=True, line_break="\n")
    return f"---\n{front}---\n{body}"


def _front_matter(name: str, card: Card, known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries that the Hub reads; `known` are the previous entries."""
    from huggingface_hub import EvalResult, ModelCardData

    data = card.get("data", "")
    asked, task = DataName.parse(data), _section(card).task
    row = card.get("metrics", {}).get(name, {})
    results = [
        EvalResult(
            task_type=task or "other",
            dataset_type=asked.place,
            dataset_name=data,
            metric_type=key,
            metric_value=float(f"{value:.4g}"),
        )
        for key, value in row.items()
        if key != "n"
    ]
    licence = licence_of(card)
    if licence == {"license": "unknown"} and "license" in known:  # keep a licence that the author wrote
        licence = {key: known[key] for key in ("license", "license_name") if key in known}
    ours = ModelCardData(
        library_name="gan-zoo",
        pipeline_tag=task or None,
        tags=list(dict.fromkeys(["gan-zoo", card["model"], card["kind"], *known.get("tags", [])])),
        datasets=[asked.place] if asked.scheme == "hf" else None,
        model_name=name if results else None,
        eval_results=results or None,
        **licence,  # type: ignore[arg-type]
    ).to_dict()
    return {**ours, **{key: value for key, value in known.items() if key not in OURS}}


def _section(card: Card) -> Section:
    """Return the section for the model's kind. The registry gives the kind, because the card's own entry may be wrong."""
    return SECTIONS[model_class(card["model"]).kind]


def licence_of(card: Card) -> dict[str, str]:
    """Return the licence of the weights with the Hub's keys and names. It is the licence of the training data."""
    said = card.get("source", {}).get("licence", "")
    if not said:
        return {"license": "unknown"}
    if said in LICENCES:
        return {"license": LICENCES[said]}
    return {"license": "other", "license_name": re.sub(r"\W+", "-", said.lower()).strip("-")}


def _body(name: str, card: Card, animated: bool) -> str:
    data = card.get("data", "")
    lines = [
        f"# {Path(name).name}",
        "",
        f"A `{card['model']}` trained on `{data}` by GAN Zoo. GAN Zoo で `{data}` を学習した `{card['model']}` です。"
        if data
        else f"A `{card['model']}` for GAN Zoo. GAN Zoo の `{card['model']}` です。",
        "",
    ]
    if note := card.get("note"):
        lines += [note, ""]
    if animated:
        lines += ["![from the first step to the last / 最初のステップから最後まで](grids.webp)", ""]
    lines += ["## Use / 使い方", "", "```python", "import gan_zoo", f'model = gan_zoo.load("{name}")']
    lines += [_section(card).use, "```", ""]
    if metrics := card.get("metrics"):
        lines += ["## Measured / 測定値", "", *_metrics_table(metrics), ""]
        if (measured := card.get("measured")) and measured["on"] in _MEASURED:
            lines += [_MEASURED[measured["on"]].format(data=measured["data"]), ""]
        if features := card.get("features"):
            lines += [f"KID is over the features of `{features}`. KID は `{features}` の特徴量によります。", ""]
        if judge := card.get("judge"):
            lines += [
                f"r_precision: how often the right one of ten captions is found by `{judge}`, 0.1 by chance; the captions are "
                f"those of the test pictures. `{judge}` が10個の説明文から正しいものを選べた割合です (でたらめなら 0.1)。",
                "",
            ]
    if transfer := card.get("transfer"):
        lines += ["## What a classifier learns from it / 分類器の学習に使うと", "", *_metrics_table(transfer), ""]
        lines += [
            "Accuracy on the real test pictures, of the same small network trained on each kind; what refined the pictures "
            "had seen all the real ones, without their labels. 実物のテスト画像での正解率です。リファイナーは実物の学習画像を"
            "ラベルなしで見ています。",
            "",
        ]
    if training := card.get("training"):
        lines += ["## Training / 学習", "", *_training(card, training), ""]
    if source := card.get("source"):
        licence = licence_of(card)
        said = licence.get("license_name", licence["license"])
        lines += [
            "## Data and licence / データとライセンス",
            "",
            f"- `{data}`: {'; '.join(source.values())}",
            *([_counts_line(*counts)] if (counts := card.get("counts")) else []),
            f"- The weights are under `{said}`, as the pictures that they learnt from are. "
            f"重みのライセンスは、学習に使った画像にならって `{said}` です。",
            "",
        ]
    return "\n".join(lines)


def _training(card: Card, training: Mapping[str, Any]) -> list[str]:
    """Return lines with the settings and the cost of the training, as far as the card has them."""
    lines = []
    if _has(training, "steps", "batch_size", "precision"):
        lines.append(
            f"- {training['steps']:,} steps of {training['batch_size']} pictures, {training['precision']}; "
            f"{training['batch_size']} 枚ずつ {training['steps']:,} ステップ"
        )
    if _has(training, "seconds", "hardware"):
        minutes, processes = f"{training['seconds'] / 60:.0f}", training.get("processes", 1)
        hardware = training["hardware"] if processes == 1 else f"{processes} x {training['hardware']}"
        lines.append(f"- cost: {minutes} minutes on {hardware}; 学習時間 {minutes} 分")
    if _has(training, "ema", "seed") and "parameters" in card:
        lines.append(
            f"- {card['parameters']:,} parameters, EMA {training['ema']}, seed {training['seed']}; "
            f"パラメータ数 {card['parameters']:,}"
        )
    if start := training.get("start"):
        lines.append(f"- it started from the weights of the run `{Path(start).name}`")
    return lines


def _has(table: Mapping[str, Any], *keys: str) -> bool:
    return all(key in table for key in keys)


def _counts_line(inputs: int, targets: int) -> str:
    return (
        f"- in crops from {targets} pictures of the wanted kind and {inputs} of the other, no pairs: it can't know more of "
        f"a style than these show. 望みの画風 {targets} 枚と元の {inputs} 枚から切り出して学習しました (対なし)。"
    )


def _metrics_table(metrics: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Return a Markdown table with one row for each entry of `metrics`."""
    columns = list(dict.fromkeys(key for row in metrics.values() for key in row))
    rows = [[name, *(f"{row[key]:.4g}" if key in row else "" for key in columns)] for name, row in metrics.items()]
    return ["| " + " | ".join(r) + " |" for r in [["", *columns], ["---"] * (len(columns) + 1), *rows]]
