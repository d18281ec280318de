"""Sentences: the Words tab."""

TEXTS = {
    "words_title": {"en": "Words", "ja": "言葉"},
    "words_heading": {"en": "Say it, and it is drawn", "ja": "言葉から絵を描く"},
    "words_hint": {
        "en": "StackGAN reads a sentence and draws in three stages: first a rough sketch, then twice as large and finer, "
        "and once more. It has seen fewer than 2,000 emoji with their names, so short names of things and colours suit it "
        "best.",
        "ja": "StackGAN は文を読み、3段階で絵を描きます。まず粗い下絵、次に2倍の大きさで描き込み、もう一度2倍にして仕上げます。"
        "学んだのは名前の付いた絵文字 2,000 枚足らずなので、色と物の名前のような短い言葉が得意です。",
    },
    "words_kind": {"en": "Drawn how?", "ja": "絵の種類"},
    "words_of_emoji": {"en": "Flat emoji", "ja": "平らな絵文字"},
    "words_of_emoji3d": {"en": "Rendered emoji", "ja": "立体的な絵文字"},
    "words_no_models": {
        "en": "There is no model here yet that draws what you say. Train one: gan-zoo train --recipe joint-emoji, then in the "
        "same way stackgan-emoji-first, stackgan-emoji-stages, stackgan-emoji-reading, stackgan-emoji-sharpened and "
        "stackgan-emoji.",
        "ja": "言葉から描くモデルがまだありません。gan-zoo train --recipe joint-emoji から始めて、stackgan-emoji-first、"
        "stackgan-emoji-stages、stackgan-emoji-reading、stackgan-emoji-sharpened、stackgan-emoji の順に、"
        "同じように学習してください。",
    },
    "words_sentence": {"en": "What shall be drawn?", "ja": "何を描きますか"},
    "words_again": {"en": "Draw others", "ja": "別の絵を描く"},
    "words_stages": {"en": "Stage by stage", "ja": "段階ごとの絵"},
    "words_stages_hint": {
        "en": "Each stage goes on from what the one before made of the sentence, and reads the sentence again.",
        "ja": "どの段階も、前の段階が描いたものを引き継ぎ、もう一度文を読みながら描き足します。",
    },
    "words_stage": {"en": "Stage {n}: {size} px", "ja": "第{n}段階 {size}画素"},
    "words_samples": {"en": "Six drawings of one sentence", "ja": "同じ文から6枚"},
    "words_samples_hint": {
        "en": "The first is the likeliest, the others are drawn by lot from what a sentence may mean: a vague one gives "
        "different pictures, a clear one nearly the same six times. Click one to see its stages.",
        "ja": "1枚目は最もありそうな絵、残りは文の意味として考えられるものからのくじ引きです。"
        "あいまいな文なら違う絵が、はっきりした文ならほぼ同じ絵が並びます。クリックすると、その絵の各段階を見られます。",
    },
    "words_sample": {"en": "Drawing {n}", "ja": "{n}枚目の絵"},
    "words_near": {"en": "The nearest it has learnt from", "ja": "近い見本"},
    "words_near_hint": {
        "en": "Real emoji of the training that the model takes your sentence for, the likeliest first. What it draws, it "
        "draws from memories of such as these.",
        "ja": "学習に使った本物の絵文字のうち、モデルがこの文の意味だと考えたものを、可能性の高い順に並べました。"
        "モデルは、こうした見本の記憶をもとに描いています。",
    },
    "words_like": {"en": "chance {n}", "ja": "可能性 {n}"},
    "words_between": {"en": "Between two sentences", "ja": "二つの文のあいだ"},
    "words_between_hint": {
        "en": "What is to be drawn is a point in a space, so the way to another sentence can be drawn, too. Move the slider.",
        "ja": "何を描くかは空間の中の1点なので、別の文までの道のりも絵にできます。スライダーを動かしてみてください。",
    },
    "words_other": {"en": "On the way to", "ja": "行き先の文"},
    "words_step": {"en": "Step {n} of {of}", "ja": "{of}段階のうち{n}番目"},
    "words_took": {
        "en": "{n} drawings, all stages: <b>{milliseconds} ms</b> of model time",
        "ja": "全段階を{n}枚分。モデルの計算は <b>{milliseconds} ミリ秒</b>",
    },
    "words_mixed": {
        "en": "{n} drawings on the way: <b>{milliseconds} ms</b> of model time",
        "ja": "途中の絵{n}枚。モデルの計算は <b>{milliseconds} ミリ秒</b>",
    },
    "words_strange": {
        "en": "“{word}” was not in what it learnt, and nothing like it: left out.",
        "ja": "「{word}」は学んでいない言葉で、似た言葉もないため、読み飛ばしました。",
    },
    "words_strange_near": {
        "en": "“{word}” was not in what it learnt. The nearest that was, drawn instead first:",
        "ja": "「{word}」は学んでいない言葉です。近い言葉（先頭のもので描きました）:",
    },
    "words_found": {
        "en": "How often the right one of ten captions is found for a drawing, by a network that had no part in the training "
        "(10% by chance):",
        "ja": "学習に関わっていないネットワークに絵を見せ、10個の説明文から正しいものを選ばせたときの正解率"
        "（でたらめなら10%）:",
    },
    "words_row_real": {"en": "real pictures", "ja": "本物の絵"},
    "words_row_nearest": {"en": "nearest training picture", "ja": "最も近い見本をそのまま使用"},
    "words_row_drawn": {"en": "drawn from unseen captions", "ja": "未知の説明文から描いた絵"},
    "words_row_seen": {"en": "drawn from captions it knows", "ja": "学んだ説明文から描いた絵"},
    # what went wrong
    "words_empty": {
        "en": "Type what shall be drawn, or click one of the examples.",
        "ja": "描きたいものを入力するか、例をクリックしてください。",
    },
    "words_long": {
        "en": "That is too long: {most} letters at the most.",
        "ja": "長すぎます。{most}文字以内にしてください。",
    },
    "words_unknown": {
        "en": "None of these words was in what it learnt: “{sentence}”. Try names of things, animals, faces, with a colour: "
        "red car.",
        "ja": "「{sentence}」に、学んだ言葉が見つかりません。「赤い車」のように、物や動物や顔の名前に色を付けてみてください。",
    },
    "words_bad_count": {"en": "Ask for 1 to {most} of them.", "ja": "件数は 1 から {most} までにしてください。"},
    "words_lost": {
        "en": "No answer came. Please try again.",
        "ja": "返事がありません。もう一度お試しください。",
    },
}
