"""Sentences: the Refine tab."""

TEXTS = {
    "refine_title": {"en": "Refine", "ja": "活字を手書きに"},
    "refine_heading": {"en": "From type to handwriting", "ja": "活字を手書きに変える"},
    "refine_hint": {
        "en": "Fonts give millions of digits with their answers, but they look printed. SimGAN makes them look handwritten.",
        "ja": "フォントなら正解つきの数字がいくらでも作れますが、見た目は活字です。SimGAN が手書きのように変えます。",
    },
    "no_refiners": {
        "en": "There are no weights for this tab yet. Train a model with: gan-zoo train --recipe simgan-digits",
        "ja": "このタブで使う重みがまだありません。gan-zoo train --recipe simgan-digits でモデルを学習してください。",
    },
    "refine_role_thief": {"en": "The thief", "ja": "怪盗"},
    "refine_role_thief_does": {
        "en": "starts here from a printed digit, not from noise. It may change the digit as it likes, but a third network "
        "that reads print checks the result. A 3 has to stay a 3, or its answer would be wrong (self-regularisation).",
        "ja": "今回は乱数ではなく、活字の数字から始めます。好きに曲げてかまいませんが、活字を読める監視役がついています。"
        "3 は 3 のままでなければなりません。そうでないと、ついていた正解が嘘になってしまいます（自己正則化）。",
    },
    "refine_role_detective": {"en": "The detective", "ja": "探偵"},
    "refine_role_detective_does": {
        "en": "knows real handwriting. It checks many small parts of each digit. It also sees old forgeries again, so that "
        "it doesn't forget them.",
        "ja": "本物の手書きをよく知っていて、部分ごとに虫眼鏡で調べます。昔の贋作も見直すので、手口を忘れません。",
    },
    "refine_typed": {"en": "Printed", "ja": "活字"},
    "refine_refined": {"en": "Refined", "ja": "手書き風に加工"},
    "refine_real": {"en": "Real", "ja": "本物の手書き"},
    "refine_nearest": {"en": "The most similar real digit", "ja": "いちばん近い本物"},
    "refine_another": {"en": "Ten more", "ja": "別の10文字"},
    "refine_alt_typed": {"en": "The digit {n} in a font", "ja": "活字の {n}"},
    "refine_alt_refined": {"en": "The digit {n}, refined", "ja": "手書き風に加工した {n}"},
    "refine_alt_real": {"en": "A real handwritten {n}", "ja": "本物の手書きの {n}"},
    "refine_bars_heading": {"en": "Is it useful?", "ja": "何の役に立ちますか"},
    "refine_bars_hint": {
        "en": "The same small classifier learnt from each kind of digits. Then it was tested on 5,000 real handwritten "
        "digits. The bars show how many it got right, and the fine lines the range over several trainings. The "
        "refiner has seen real handwriting, but nobody told it which digits they are.",
        "ja": "同じ小さな分類器をそれぞれの数字で学習させ、本物の手書き5,000枚で試験しました。"
        "棒の長さが正解率、細い線は何回か学習したときの幅です。"
        "怪盗は本物の手書きを見ていますが、何の数字かは教わっていません。",
    },
    "refine_none_real": {"en": "Without any labelled real digits", "ja": "正解つきの本物が1枚もないとき"},
    "refine_few_real": {"en": "With {n} labelled real digits of each class", "ja": "正解つきの本物が各数字{n}枚あるとき"},
    "refine_all_real": {"en": "With all real digits", "ja": "本物をすべて使ったとき"},
    "refine_real_too": {"en": "real only", "ja": "本物だけ"},
    "refine_typed_too": {"en": "plus printed digits", "ja": "＋活字"},
    "refine_refined_too": {"en": "plus refined digits", "ja": "＋手書き風"},
    "refine_paid": {
        "en": "Refining helps: without labelled real digits, the classifier learns more from the refined digits than from "
        "the printed digits they were made from.",
        "ja": "加工した甲斐がありました。正解つきの本物が1枚もないときは、元の活字よりも手書き風のほうがよい教材です。",
    },
    "refine_unpaid": {
        "en": "It is not enough to look real. The classifier learns less from these refined digits than from the printed "
        "digits they were made from. If a stroke breaks, an 8 is no longer an 8, but its label still says 8. More "
        "weight on the reader's check keeps the strokes whole, but then the digits look less like handwriting.",
        "ja": "本物らしく見えるだけでは足りません。今回の手書き風は、元の活字ほどよい教材になりませんでした。"
        "線が切れると 8 は 8 でなくなるのに、正解は 8 のままだからです。"
        "監視役の言い分を重くすると線は切れませんが、今度は手書きらしさが減ります。",
    },
    "refine_unmeasured": {
        "en": "This is not measured yet. Measure it with: gan-zoo transfer {name}",
        "ja": "まだ測っていません。gan-zoo transfer {name} で測れます。",
    },
    "refine_wrong_model": {
        "en": "'{name}' can't refine digits. Choose a model such as simgan-digits.",
        "ja": "「{name}」は数字を加工できません。simgan-digits のようなモデルを選んでください。",
    },
}
