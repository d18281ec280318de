"""Sentences: the Words tab."""

TEXTS = {
    "words_title": {"en": "Words", "ja": "言葉"},
    "words_heading": {"en": "Write it, and the model draws it", "ja": "言葉から絵を描く"},
    "words_hint": {
        "en": "It learnt from fewer than 2,000 emoji. Colours and names of things work best.",
        "ja": "学んだのは絵文字2,000枚足らず。色や物の名前のような短い言葉が得意です。",
    },
    "words_kind": {"en": "Style", "ja": "絵の種類"},
    "words_of_emoji": {"en": "Flat emoji", "ja": "平面の絵文字"},
    "words_of_emoji3d": {"en": "3D emoji", "ja": "立体の絵文字"},
    "words_no_models": {
        "en": "There is no model here yet that draws from words. Train one: start with gan-zoo train --recipe joint-emoji. "
        "Then train stackgan-emoji-first, stackgan-emoji-stages, stackgan-emoji-reading, stackgan-emoji-sharpened "
        "and stackgan-emoji in the same way.",
        "ja": "言葉から描くモデルがまだありません。gan-zoo train --recipe joint-emoji から始めて、stackgan-emoji-first、"
        "stackgan-emoji-stages、stackgan-emoji-reading、stackgan-emoji-sharpened、stackgan-emoji の順に、"
        "同じように学習してください。",
    },
    "words_sentence": {"en": "What should it draw?", "ja": "何を描きますか"},
    "words_again": {"en": "Draw", "ja": "描く"},
    "words_stages": {"en": "Stage by stage", "ja": "段階ごとの絵"},
    "words_stages_hint": {
        "en": "Each stage continues the previous picture and reads the sentence again.",
        "ja": "どの段階も、前の段階が描いたものを引き継ぎ、もう一度文を読みながら描き足します。",
    },
    "words_stage": {"en": "Stage {n}: {size} pixels", "ja": "第{n}段階（{size}画素）"},
    "words_samples": {"en": "Six pictures of one sentence", "ja": "同じ文から6枚"},
    "words_samples_hint": {
        "en": " The first picture shows the most likely meaning. The others are random choices among the possible meanings. "
        "A vague sentence gives different pictures, and a clear sentence gives nearly the same picture six times. "
        "Click a picture to see its stages.",
        "ja": "1枚目はいちばんありそうな絵です。残りは、文の意味として考えられるものからランダムに選んで描きます。"
        "あいまいな文なら違う絵が、はっきりした文ならほぼ同じ絵が並びます。"
        "クリックすると、その絵の各段階を見られます。",
    },
    "words_sample": {"en": "Picture {n}", "ja": "{n}枚目の絵"},
    "words_near": {"en": "Closest training examples", "ja": "近い学習例"},
    "words_near_hint": {
        "en": "These are real emoji from the training data that fit your sentence in the model's view, the most likely "
        "first. The model draws from its memory of such examples.",
        "ja": "学習に使った本物の絵文字のうち、モデルがこの文の意味だと考えたものを、可能性の高い順に並べました。"
        "モデルは、こうした例の記憶をもとに描いています。",
    },
    "words_like": {"en": "probability {n}%", "ja": "可能性 {n}%"},
    "words_nameless": {"en": "no English name", "ja": "日本語名なし"},
    "words_between": {"en": "Between two sentences", "ja": "二つの文のあいだ"},
    "words_between_hint": {
        "en": "The meaning of a sentence is a point in a space, so the model can also draw the points on the way to "
        "another sentence. Move the slider.",
        "ja": "文の意味は空間の中の1点なので、別の文までの途中も絵にできます。スライダーを動かしてみてください。",
    },
    "words_other": {"en": "Other sentence", "ja": "行き先の文"},
    "words_step": {"en": "Step {n} of {of}", "ja": "{of}段階のうち{n}番目"},
    "words_took": {
        "en": "{n} pictures, all stages: <b>{milliseconds} ms</b> of model time",
        "ja": "全段階を{n}枚分描きました。モデルの計算は <b>{milliseconds}ミリ秒</b>",
    },
    "words_mixed": {
        "en": "{n} pictures on the way: <b>{milliseconds} ms</b> of model time",
        "ja": "途中の絵を{n}枚描きました。モデルの計算は <b>{milliseconds}ミリ秒</b>",
    },
    "words_strange": {
        "en": "The model did not learn “{word}”, so it left it out.",
        "ja": "「{word}」は学んでいない言葉なので、読み飛ばしました。",
    },
    "words_strange_near": {
        "en": "The model did not learn “{word}”. Words that it knows:",
        "ja": "「{word}」は学んでいない言葉です。知っている近い言葉：",
    },
    "words_slip": {
        "en": "The model does not know “{word}” and read “{known}”. Similar words:",
        "ja": "「{word}」は知らない言葉なので、「{known}」として読みました。似た言葉：",
    },
    "words_faint": {
        "en": "The model met “{word}” only a few times and hardly understands it, so the picture may not fit.",
        "ja": "「{word}」は少ししか学べなかった言葉です。絵が合わないかもしれません。",
    },
    "words_found": {
        "en": "How often the right caption was found for a picture among ten captions. A network that took no part in the "
        "training chose (10% by chance):",
        "ja": "学習に関わっていないネットワークに絵を見せ、10個の説明文から正しいものを選ばせたときの正解率（"
        "でたらめなら10%）：",
    },
    "words_row_real": {"en": "real pictures", "ja": "本物の絵"},
    "words_row_nearest": {"en": "closest training example", "ja": "いちばん近い学習例をそのまま使用"},
    "words_row_drawn": {"en": "pictures of new captions", "ja": "未知の説明文から描いた絵"},
    "words_row_seen": {"en": "pictures of training captions", "ja": "学んだ説明文から描いた絵"},
    # what went wrong
    "words_empty": {
        "en": "Write what to draw, or click one of the examples.",
        "ja": "描きたいものを入力するか、例をクリックしてください。",
    },
    "words_long": {
        "en": "The sentence is too long. It can have at most {most} letters.",
        "ja": "長すぎます。{most}文字以内にしてください。",
    },
    "words_unknown": {
        "en": "The model did not learn any of these words: “{sentence}”. Try names of things, animals or faces, with a "
        "colour: red car.",
        "ja": "「{sentence}」に、学んだ言葉が見つかりません。「赤い車」のように、物や動物や顔の名前に色を付けてみてください。",
    },
    "words_bad_count": {"en": "Ask for 1 to {most}.", "ja": "件数は 1 から {most} までにしてください。"},
    "words_lost": {"en": "No answer came. Please try again.", "ja": "応答がありません。もう一度お試しください。"},
}
