"""Names of attributes and of their words on the page, in every language."""

from __future__ import annotations

import re

from demos.shared import i18n

# By language: an attribute of the data, or the family of a word, as they are spelt there.
ENGLISH = {
    "facialHair": "beard", "headContrastColor": "hair colour", "clothingColor": "clothes", "skinColor": "skin",
    "head": "hair", "none": "none", "smileLOL": "laughing", "pomp": "pompadour",
    "lovingGrin": "loving grin", "angryWithFang": "angry, with a fang", "noHair": "no hair", "grayBun": "grey bun",
    "grayMedium": "grey, medium", "grayShort": "grey, short", "hatBeanie": "beanie", "hatHip": "hat", "full": "full beard",
    "chin": "chin beard",
    "#78e185": "green", "#8fa7df": "blue", "#9ddadb": "turquoise", "#e279c7": "pink", "#e78276": "red", "#fdea6b": "yellow",
    "#ffcf77": "orange", "#694d3d": "dark brown", "#ae5d29": "brown", "#d08b5b": "light brown", "#edb98a": "tan",
    "#ffdbb4": "pale",
    "#2c1b18": "black", "#4a312c": "dark brown", "#724133": "brown", "#a55728": "auburn", "#b58143": "dark blond",
    "#c93305": "red", "#d6b370": "blond", "#e8e1e1": "silver", "#ecdcbf": "platinum", "#f59797": "pink",
}  # fmt: skip
JAPANESE = {
    # attributes
    "accessories": "小物", "clothingColor": "服の色", "face": "表情", "facialHair": "ひげ", "head": "髪型",
    "headContrastColor": "髪の色", "skinColor": "肌の色",
    # accessories
    "none": "なし", "eyepatch": "眼帯", "glasses": "めがね", "sunglasses": "サングラス",
    # faces
    "angryWithFang": "牙をむく", "awe": "感嘆", "blank": "無表情", "calm": "穏やか", "cheeky": "いたずら顔",
    "concerned": "心配",
    "concernedFear": "不安", "contempt": "軽蔑", "cute": "かわいい", "cyclops": "一つ目", "driven": "やる気",
    "eatingHappy": "もぐもぐ", "explaining": "説明中", "eyesClosed": "目を閉じる", "fear": "恐れ", "hectic": "あわてる",
    "lovingGrin": "うっとり", "monster": "モンスター", "old": "お年寄り", "rage": "激怒", "serious": "まじめ",
    "smile": "ほほえみ", "smileBig": "満面の笑み", "smileLOL": "大笑い", "smileTeethGap": "すきっ歯の笑顔", "solemn": "厳か",
    "suspicious": "疑いの目", "tired": "疲れ顔", "veryAngry": "かんかん",
    # beards
    "chin": "あごひげ", "full": "フルひげ", "goatee": "やぎひげ", "moustache": "口ひげ",
    # hair and hats
    "afro": "アフロ", "bangs": "前髪あり", "bantuKnots": "バンツーノット", "bear": "くま", "bun": "おだんご",
    "buns": "おだんご2つ",
    "cornrows": "コーンロウ", "dreads": "ドレッド", "flatTop": "フラットトップ", "flatTopLong": "長めのフラットトップ",
    "grayBun": "白髪のおだんご", "grayMedium": "白髪のミディアム", "grayShort": "白髪のショート", "hatBeanie": "ニット帽",
    "hatHip": "ハット", "hijab": "ヒジャブ", "long": "ロング", "longAfro": "長いアフロ", "longBangs": "前髪ありのロング",
    "longCurly": "巻き髪のロング", "medium": "ミディアム", "mediumBangs": "前髪ありのミディアム",
    "mediumStraight": "ストレートのミディアム", "mohawk": "モヒカン", "noHair": "髪なし", "pomp": "ポンパドール",
    "shaved": "刈り上げ", "short": "ショート", "turban": "ターバン", "twists": "ツイスト",
    # colours
    "#78e185": "緑", "#8fa7df": "青", "#9ddadb": "水色", "#e279c7": "ピンク", "#e78276": "赤", "#fdea6b": "黄",
    "#ffcf77": "オレンジ", "#694d3d": "濃い茶", "#ae5d29": "茶", "#d08b5b": "薄茶", "#edb98a": "小麦色", "#ffdbb4": "薄い肌色",
    "#2c1b18": "黒", "#4a312c": "焦げ茶", "#724133": "茶", "#a55728": "赤茶", "#b58143": "暗い金髪", "#c93305": "赤",
    "#d6b370": "金髪", "#e8e1e1": "銀髪", "#ecdcbf": "プラチナ", "#f59797": "ピンク",
}  # fmt: skip


def spaced(word: str) -> str:
    """`longBangs` as people write it: long bangs."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", word).lower() if re.fullmatch(r"[A-Za-z]+", word) else word


def word_names(word: str) -> dict[str, str]:
    """A word of an attribute, `longBangs` or `glasses2`, as the page calls it in each language."""
    family, number = re.fullmatch(r"(#.*|.*?)(\d*)", word).groups()  # type: ignore[union-attr]
    number = f" {number}" if number else ""
    return {
        **dict.fromkeys(i18n.LANGUAGES, ENGLISH.get(family, spaced(family)) + number),
        "ja": JAPANESE.get(family, family) + number,
    }


def names_of(name: str) -> dict[str, str]:
    """An attribute and its word, `head: longBangs`, or a class, as the page calls it in each language; what has no
    Japanese name keeps its own, and other languages say it in English."""
    attribute, _, word = name.rpartition(": ")
    if not attribute:
        return {**dict.fromkeys(i18n.LANGUAGES, ENGLISH.get(word, word)), "ja": JAPANESE.get(word, word)}
    of, called = word_names(attribute), word_names(word)
    return {language: f"{of[language]} · {called[language]}" for language in i18n.LANGUAGES}
