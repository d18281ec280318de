"""Every sentence that the gallery shows, in English and in Japanese."""

from __future__ import annotations

import html
from typing import Any

import gradio as gr

from gan_zoo import UserError

LANGUAGES = ("en", "ja")

TEXTS: dict[str, dict[str, str]] = {
    # the page
    "tagline": {
        "en": "Small generative models, trained here, open to play with",
        "ja": "手のひらサイズの生成モデルを、さわって学べる動物園",
    },
    "thief": {"en": "The thief", "ja": "怪盗"},
    "thief_term": {"en": "generator", "ja": "生成器・ジェネレータ"},
    "thief_does": {
        "en": "forges pictures out of pure noise. It never sees a real one: it only learns whether it was caught.",
        "ja": "ただの乱数から贋作を描きます。本物を見ることはなく、見破られたかどうかだけを頼りに腕を磨きます。",
    },
    "detective": {"en": "The detective", "ja": "探偵"},
    "detective_term": {"en": "discriminator", "ja": "識別器・ディスクリミネータ"},
    "detective_does": {
        "en": "looks at pictures, real and forged, and says which is which. It gets sharper with every case.",
        "ja": "本物と贋作を見比べ、どちらなのかを言い当てます。事件を重ねるほど目が肥えていきます。",
    },
    "game": {
        "en": "Each makes the other better, until the detective can only guess. "
        "Every picture below is the thief's work: not one of them is real.",
        "ja": "二人は競い合って上達し、やがて探偵にも見分けがつかなくなります。"
        "下に並ぶのはすべて怪盗の作品。本物は一枚もありません。",
    },
    # the latent space
    "latent_title": {"en": "Latent space", "ja": "潜在空間"},
    "draw_heading": {"en": "Draw", "ja": "描いてみる"},
    "draw_hint": {
        "en": "Every picture is one point in a space of a hundred or so numbers. "
        "Click pictures to pick them for the walk below.",
        "ja": "1枚の絵は、100個ほどの数で表される空間の1点です。絵をクリックして選ぶと、下でその間を歩けます。",
    },
    "model": {"en": "Model", "ja": "モデル"},
    "seed": {"en": "Seed", "ja": "シード"},
    "seed_info": {"en": "The same seed draws the same pictures.", "ja": "同じシードからは、いつも同じ絵が生まれます。"},
    "again": {"en": "Again", "ja": "もう一度"},
    "truncation": {"en": "Truncation", "ja": "切り詰め（truncation）"},
    "truncation_info": {
        "en": "Low: typical and alike. High: varied, now and then odd.",
        "ja": "小さいほど無難で似た絵に、大きいほど多様で、ときに奇妙な絵になります。",
    },
    "wall_label": {"en": "Samples. Click to pick.", "ja": "サンプル。クリックで選択"},
    "tile_label": {"en": "Sample", "ja": "サンプル"},
    "drawn": {"en": "{n} pictures in <b>{milliseconds} ms</b>", "ja": "{n}枚を <b>{milliseconds} ミリ秒</b>で生成"},
    "walk_heading": {"en": "Walk from one to the other", "ja": "絵から絵へ歩く"},
    "walk_hint": {
        "en": "Between two points lie pictures that nobody has drawn yet. Move the slider.",
        "ja": "2つの点の間には、まだ誰も描いたことのない絵が続いています。スライダーを動かしてみてください。",
    },
    "position": {"en": "Where on the way", "ja": "道のりのどこか"},
    "route": {"en": "Route", "ja": "経路"},
    "spherical": {"en": "Spherical (along the arc)", "ja": "球面（弧に沿って）"},
    "linear": {"en": "Linear (straight through)", "ja": "直線（まっすぐ）"},
    "clear": {"en": "Clear picks", "ja": "選択を解除"},
    "animate": {"en": "Make an animation", "ja": "アニメーションを作る"},
    "few_picks": {"en": "Pick two or more pictures above.", "ja": "上の絵から2枚以上を選んでください。"},
    "live_label": {"en": "The picture at the slider's position", "ja": "スライダーの位置の絵"},
    "strip_label": {"en": "The way in steps, from pick to pick", "ja": "選んだ絵から絵への道のり"},
    "film_label": {"en": "The way there and back", "ja": "行って帰ってくるアニメーション"},
    "download_strip": {"en": "Download strip (PNG)", "ja": "コマを保存（PNG）"},
    "download_film": {"en": "Download animation (WebP)", "ja": "アニメーションを保存（WebP）"},
    "steps": {"en": "{n} frames in <b>{milliseconds} ms</b>", "ja": "{n}コマを <b>{milliseconds} ミリ秒</b>で生成"},
    "live": {"en": "<b>{milliseconds} ms</b> of model time", "ja": "モデルの計算は <b>{milliseconds} ミリ秒</b>"},
    # the card of a model
    "card": {
        "en": "<b>{model}</b>, trained on <b>{data}</b>, {parameters} parameters",
        "ja": "<b>{data}</b> で学習した <b>{model}</b>（パラメータ {parameters} 個）",
    },
    "fid": {"en": "FID <b>{value}</b>", "ja": "FID <b>{value}</b>"},
    "clear_share": {"en": "clear pictures <b>{value}</b>", "ja": "はっきり読める絵 <b>{value}</b>"},
    "lower_is_better": {"en": "lower is better", "ja": "小さいほど良い"},
    "real": {"en": "real pictures", "ja": "本物"},
    # what went wrong
    "no_models": {
        "en": "There are no weights here yet. Train a model with: gan-zoo train --recipe dcgan-digits",
        "ja": "まだ重みがありません。gan-zoo train --recipe dcgan-digits でモデルを学習してください。",
    },
    "unusable": {
        "en": "Can't be used, the files are damaged: {names}",
        "ja": "ファイルが壊れていて使えないモデル: {names}",
    },
    "unknown_weights": {
        "en": "There is no model '{name}'. There are: {close}.",
        "ja": "「{name}」というモデルはありません。選べるのは {close} です。",
    },
    "broken_weights": {
        "en": "The files of '{name}' are damaged or incomplete. Choose another model.",
        "ja": "「{name}」のファイルは壊れているか、足りません。別のモデルを選んでください。",
    },
    "wrong_kind": {
        "en": "'{name}' draws no pictures. Choose another model.",
        "ja": "「{name}」は絵を描けません。別のモデルを選んでください。",
    },
    "bad_seed": {
        "en": "The seed must be a whole number from 0 to {most}.",
        "ja": "シードには 0 から {most} までの整数を入れてください。",
    },
    "bad_truncation": {
        "en": "Truncation must be a number from {least} to {most}.",
        "ja": "切り詰めには {least} から {most} までの数を指定してください。",
    },
    "bad_position": {
        "en": "The position must be a number from 0 to 1.",
        "ja": "位置には 0 から 1 までの数を指定してください。",
    },
    "bad_count": {"en": "Ask for 1 to {most} pictures.", "ja": "枚数は 1 から {most} までにしてください。"},
    "bad_picks": {
        "en": "The picks can't be read. Clear them and pick again.",
        "ja": "選択した絵を読み取れません。選択を解除して、選び直してください。",
    },
    "many_picks": {
        "en": "{most} pictures at the most. Click a picked one to let it go.",
        "ja": "選べるのは{most}枚までです。選んだ絵をもう一度クリックすると外せます。",
    },
    "bad_precision": {"en": "The precision must be one of: {names}.", "ja": "精度は {names} のいずれかにしてください。"},
    "unexpected": {
        "en": "Something went wrong here. Please try again.",
        "ja": "こちら側で問題が起きました。もう一度お試しください。",
    },
}  # fmt: skip

# The browser chooses among these, by the language that the page is shown in.
i18n = gr.I18n(**{language: {key: text[language] for key, text in TEXTS.items()} for language in LANGUAGES})


def say(key: str, language: str, **fields: Any) -> str:
    """The sentence `key` in a language, with its fields filled in."""
    return TEXTS[key][language].format(**fields)


def both(key: str, **fields: Any) -> str:
    """The sentence `key` as HTML in both languages, of which the page shows its own; fields are escaped."""
    lists = {name: ", ".join(map(str, value)) for name, value in fields.items() if isinstance(value, list | tuple)}
    safe = {name: html.escape(str(value)) for name, value in {**fields, **lists}.items()}
    return "".join(f'<span class="zoo-text" lang="{language}">{say(key, language, **safe)}</span>' for language in LANGUAGES)


def explain(error: UserError) -> str:
    """A user's mistake as HTML in both languages; the error's own line where there is no sentence for it."""
    try:
        return both(error.code, **error.fields)
    except KeyError:
        return html.escape(str(error))
