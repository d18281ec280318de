"""Sentences: a tab that somebody adds."""

TEXTS = {
    "toy_title": {"en": "Toy", "ja": "おもちゃ"},
    "toy_heading": {"en": "A toy", "ja": "おもちゃで遊ぶ"},
    "toy_hint": {"en": "It draws.", "ja": "絵を描きます。"},
    "toy_draw": {"en": "Draw", "ja": "描く"},
    "toy_drawn": {"en": "Drawn", "ja": "描けました"},
}
