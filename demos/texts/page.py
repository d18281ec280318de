"""Sentences: the page's own sentences and those of the cards."""

TEXTS = {
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
    # the card of a model
    "card": {
        "en": "<b>{model}</b>, trained on <b>{data}</b>, {parameters} parameters",
        "ja": "<b>{data}</b> で学習した <b>{model}</b>（パラメータ {parameters} 個）",
    },
    "card_from_elsewhere": {
        "en": "<b>{model}</b>, trained elsewhere, {parameters} parameters",
        "ja": "ほかで学習した <b>{model}</b>（パラメータ {parameters} 個）",
    },
    "fid": {"en": "FID <b>{value}</b>", "ja": "FID <b>{value}</b>"},
    "clear_share": {"en": "clear pictures <b>{value}</b>", "ja": "はっきり読める絵 <b>{value}</b>"},
    "kid": {"en": "KID <b>{value}</b>", "ja": "KID <b>{value}</b>"},
    "psnr": {"en": "PSNR <b>{value}</b> dB", "ja": "PSNR（画素の近さ）<b>{value}</b> dB"},
    "ssim": {"en": "SSIM <b>{value}</b>", "ja": "SSIM（構造の近さ）<b>{value}</b>"},
    "lower_is_better": {
        "en": "FID and KID: lower is better. Over few pictures they are rough, and may fall below 0 or below those of "
        "real pictures.",
        "ja": "FID と KID は小さいほど良い値です。枚数が少ないと誤差が大きく、0 や「本物」の値を下回ることもあります。",
    },
    "real": {"en": "real pictures", "ja": "本物"},
    "row_untouched": {"en": "untouched", "ja": "変換前のまま"},
    "row_back": {"en": ", back", "ja": "（逆向き）"},
    "row_seen": {"en": " (seen in training)", "ja": "（学習に使った絵）"},
    "row_paper": {"en": ", paper mode", "ja": "（論文の方式）"},
    "row_hints": {"en": ", with colour hints", "ja": "（色のヒントあり）"},
}
