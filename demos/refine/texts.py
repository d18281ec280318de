"""Sentences: the Refine tab."""

TEXTS = {
    "refine_title": {"en": "Refine", "ja": "手書き化"},
    "refine_heading": {"en": "From type to handwriting", "ja": "活字を手書きに変える"},
    "refine_hint": {
        "en": "Anybody can draw digits by the million with fonts, and each comes with its answer. Only, they look like type. "
        "SimGAN makes them look written.",
        "ja": "フォントを使えば、正解つきの数字がいくらでも作れます。ただし、見た目は活字のまま。"
        "SimGAN は、それを手で書いたような数字に変えます。",
    },
    "no_refiners": {
        "en": "There are no weights for this tab yet. Train a model with: gan-zoo train --recipe simgan-digits",
        "ja": "このタブで使う重みがまだありません。gan-zoo train --recipe simgan-digits でモデルを学習してください。",
    },
    "refine_role_thief": {"en": "The forger", "ja": "怪盗"},
    "refine_role_thief_does": {
        "en": "starts from a typed digit here, not from noise, and may bend it as it likes, but a reader who knows type looks "
        "over its shoulder: a 3 has to stay a 3, or its answer would be wrong (self-regularisation).",
        "ja": "今回は乱数ではなく、活字の数字から始めます。好きに曲げてかまいませんが、活字を読める監視役がついています。"
        "3 は 3 のまま。そうでないと、ついていた正解が嘘になってしまいます（自己正則化）。",
    },
    "refine_role_detective": {"en": "The detective", "ja": "探偵"},
    "refine_role_detective_does": {
        "en": "knows real handwriting, looks at each digit from many places, and is shown old forgeries again, so as not "
        "to forget them.",
        "ja": "本物の手書きをよく知っていて、あちこちから虫眼鏡で調べます。昔の贋作も見せ直されるので、手口を忘れません。",
    },
    "refine_typed": {"en": "Typed", "ja": "活字"},
    "refine_refined": {"en": "Refined", "ja": "手書き風に加工"},
    "refine_real": {"en": "Real", "ja": "本物の手書き"},
    "refine_nearest": {"en": "The most similar real one", "ja": "いちばん近い本物"},
    "refine_another": {"en": "Ten others", "ja": "別の10文字"},
    "refine_alt_typed": {"en": "The digit {n} in a font", "ja": "活字の {n}"},
    "refine_alt_refined": {"en": "The digit {n}, refined", "ja": "手書き風に加工した {n}"},
    "refine_alt_real": {"en": "A real handwritten {n}", "ja": "本物の手書きの {n}"},
    "refine_bars_heading": {"en": "What is it good for?", "ja": "何の役に立つの？"},
    "refine_bars_hint": {
        "en": "The same small classifier was trained on each kind of digits and then tested on 5,000 real handwritten ones. "
        "The bars show how many it got right (point at a number for the range over several trainings). The refiner had seen "
        "real handwriting, but not what it says.",
        "ja": "同じ小さな分類器をそれぞれの数字で学習させ、本物の手書き5,000枚で試験しました。棒の長さが正解率です"
        "（数字にマウスを合わせると、何回か学習したときの幅が出ます）。怪盗は本物の手書きを見ていますが、"
        "何の数字かは教わっていません。",
    },
    "refine_none_real": {"en": "With not one real digit that is labelled", "ja": "正解つきの本物が1枚もないとき"},
    "refine_few_real": {"en": "With {n} real digits of each class", "ja": "正解つきの本物が各数字 {n} 枚あるとき"},
    "refine_all_real": {"en": "With all the real digits there are", "ja": "本物をすべて使ったとき"},
    "refine_real_too": {"en": "real alone", "ja": "本物だけ"},
    "refine_typed_too": {"en": "and typed ones", "ja": "＋活字"},
    "refine_refined_too": {"en": "and refined ones", "ja": "＋手書き風"},
    "refine_paid": {
        "en": "Refining pays: the refined digits teach more than the typed ones that they were made from.",
        "ja": "加工した甲斐がありました。元の活字よりも、手書き風のほうがよい教材になっています。",
    },
    "refine_unpaid": {
        "en": "Looking real is not all: these refined digits teach less than the typed ones that they were made from. Where a "
        "stroke breaks, an 8 is no 8 any more, but is still called one. More weight on what the reader says keeps the strokes "
        "whole, and then they look less like handwriting.",
        "ja": "本物らしく見えるだけでは足りません。今回の手書き風は、元の活字ほどよい教材になりませんでした。"
        "線が切れると 8 は 8 でなくなるのに、正解は 8 のままだからです。監視役の言い分を重くすると線は切れませんが、"
        "今度は手書きらしさが減ります。",
    },
    "refine_unmeasured": {
        "en": "Nobody has measured this yet: gan-zoo transfer {name}",
        "ja": "まだ測っていません。gan-zoo transfer {name} で測れます。",
    },
    "refine_wrong_model": {
        "en": "'{name}' refines no digits. Choose a model such as simgan-digits.",
        "ja": "「{name}」は数字を加工できません。simgan-digits のようなモデルを選んでください。",
    },
}
