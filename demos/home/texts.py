"""Sentences: the front door."""

TEXTS = {
    "home_title": {"en": "Home", "ja": "ホーム"},
    "home_heading_1": {"en": "Paint a planet.", "ja": "惑星を描く。"},
    "home_heading_2": {"en": "Outwit a detective.", "ja": "探偵と知恵比べ。"},
    "home_heading_3": {"en": "Watch a machine learn to draw.", "ja": "絵を覚える機械を見る。"},
    "home_opens": {
        "en": "One moment. This room opens as soon as it is there.",
        "ja": "準備ができしだい、この展示室を開きます。",
    },
    "home_lead": {
        "en": "A GAN is a contest: a thief forges pictures, a detective tries to catch it, and both get better. "
        "Small ones live here. Touch them.",
        "ja": "GAN は、贋作を描く怪盗と、それを見破る探偵の勝負です。競い合ううちに、どちらも腕を上げていきます。"
        "ここには小さな GAN が暮らしています。さわってみてください。",
    },
    "game": {
        "en": "Each one makes the other better, until the detective can only guess.",
        "ja": "二人は競い合って上達し、やがて探偵にも見分けがつかなくなります。",
    },
    "home_paint": {"en": "Paint a planet", "ja": "惑星を描く"},
    "home_guess": {"en": "Real or forged?", "ja": "本物か贋作か"},
    "home_caption": {
        "en": "Right: painted with seven brushes. Left: what a GAN made of it.",
        "ja": "右は7本の筆で塗った絵、左は GAN がそこから作った衛星写真です。",
    },
    "home_pause": {"en": "Stop the globe", "ja": "地球儀を止める"},
    "home_play": {"en": "Turn the globe", "ja": "地球儀を回す"},
    "home_sketch": {"en": "Draw", "ja": "落書きを絵にする"},
    "home_sketch_does": {"en": "Your outlines become a picture while you draw.", "ja": "線を引くそばから、絵に変わります。"},
    "home_detective": {"en": "Play the detective", "ja": "探偵になる"},
    "home_detective_does": {
        "en": "Real or forged? Play against a trained network.",
        "ja": "本物か贋作か。学習した探偵と勝負します。",
    },
    "home_dance": {"en": "Make it dance", "ja": "踊らせる"},
    "home_dance_does": {"en": "Pose the puppet. A person follows.", "ja": "人形を動かすと、人が同じように踊ります。"},
    "home_training": {"en": "Watch a GAN learn", "ja": "学ぶところを見る"},
    "home_training_does": {"en": "From grey noise to faces, step by step.", "ja": "灰色のノイズが、だんだん顔になります。"},
    "home_font": {"en": "Write in a new font", "ja": "この世にない書体で書く"},
    "home_font_does": {"en": "Type kana. The font has never existed.", "ja": "かなを打つと、新しい書体で書かれます。"},
    "home_faces": {"en": "Walk through faces", "ja": "顔から顔へ歩く"},
    "home_faces_does": {"en": "Pick faces and see all that lie between.", "ja": "顔を選ぶと、あいだの顔が見えます。"},
    "home_style": {"en": "Become Van Gogh", "ja": "ゴッホ風にする"},
    "home_style_does": {"en": "Your photograph, painted anew.", "ja": "あなたの写真が絵画に変わります。"},
    "home_learn": {"en": "How does it work?", "ja": "しくみを知る"},
    "home_learn_does": {"en": "The thief and the detective, explained.", "ja": "怪盗と探偵のしくみを、図で学べます。"},
}
