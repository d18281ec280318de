"""Sentences: what went wrong."""

TEXTS = {
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
    "few_picks_map": {"en": "Pick three or more pictures above.", "ja": "上の絵から3枚以上を選んでください。"},
    "unknown_class": {
        "en": "This model draws no '{name}'. It draws: {known}",
        "ja": "このモデルは「{name}」を描けません。描けるのは次のものです: {known}",
    },
    "bad_link": {
        "en": "This link can't be read. It may have been cut off: copy it again.",
        "ja": "このリンクは読み取れません。途中で切れているかもしれないので、もう一度コピーしてください。",
    },
    "bad_link_picks": {
        "en": "The picks in this link can't be read. They look like 7.0,7.9: seed, point, place on the wall.",
        "ja": "リンクの中の選択（picks）を読み取れません。7.0,7.9 のように、シードと壁の番号を点でつないで並べます。",
    },
    "bad_precision": {"en": "The precision must be one of: {names}.", "ja": "精度は {names} のいずれかにしてください。"},
    "too_long": {
        "en": "This took longer than {most} seconds and was stopped. Bring something smaller.",
        "ja": "{most} 秒を超えたので止めました。もっと小さいもので試してください。",
    },
    "unexpected": {
        "en": "Something went wrong here. Please try again.",
        "ja": "こちら側で問題が起きました。もう一度お試しください。",
    },
}
