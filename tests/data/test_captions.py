"""Captions: words as numbers, colours as words, and the understanding of sentences."""

from __future__ import annotations

import dataclasses

import pytest
import torch
from pretended_gpu import pretended

from gan_zoo.data import captions, colour_words
from gan_zoo.data.captions import CaptionedDataset, load_captioned
from gan_zoo.data.colour_words import COLOURS
from gan_zoo.data.lexicon import Lexicon, Reading, Strange
from gan_zoo.data.reading import load_data
from gan_zoo.errors import UserError
from gan_zoo.evaluation import text_to_image
from gan_zoo.layers import tokenizer
from gan_zoo.layers.tokenizer import ROWS, tokens
from gan_zoo.models.registry import create_model
from gan_zoo.serving.gallery import Gallery

RED, YELLOW, GREEN, BLUE = (
    next(i for i, c in enumerate(COLOURS) if name in c.en) for name in ("red", "yellow", "green", "blue")
)


@pytest.fixture(scope="module")
def emoji() -> CaptionedDataset:
    return load_captioned("emoji", "test", 32, 3)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon("emoji")


def fresh() -> Lexicon:
    """A lexicon that has not chosen any spelling yet."""
    return Lexicon("emoji")


def shape(colour: int, size: int = 32) -> torch.Tensor:
    """A coloured disc with a black rim on white."""
    y, x = torch.meshgrid(torch.linspace(-1, 1, size), torch.linspace(-1, 1, size), indexing="ij")
    far = (x**2 + y**2).sqrt()
    rgb = torch.tensor(COLOURS[colour].rgb)[:, None, None] / 127.5 - 1
    return torch.where(far < 0.6, rgb, torch.where(far < 0.7, -1.0, 1.0))


def test_what_means_the_same_is_read_the_same() -> None:
    assert torch.equal(*tokens(["Red CARS", "red car"]))
    assert torch.equal(*tokens(["ネコ", "ねこ"]))
    assert torch.equal(*tokens(["ﾈｺ　ＡＢＣ", "ネコ abc"]))
    assert not torch.equal(*tokens(["red car", "blue car"]))
    assert not torch.equal(*tokens(["猫", "犬"]))


@pytest.mark.parametrize("text", ["", "!?", "🐱", "x " * 500, "あ" * 500])
def test_any_text_becomes_numbers(text: str) -> None:
    numbers = tokens([text])
    assert numbers.shape == (1, tokenizer.LENGTH, 2)
    assert numbers.min() >= 0 and numbers.max() < ROWS
    used = (numbers[0, :, 0] > 0).long()
    assert torch.equal(used, used.sort(descending=True).values), "zeros stand behind the last only"


def test_no_captions_are_no_trouble() -> None:
    assert tokens([]).shape == (0, tokenizer.LENGTH, 2)


@pytest.mark.parametrize("colour", range(len(COLOURS)))
def test_main_colour(colour: int) -> None:
    found = colour_words.main_colours(shape(colour)[None]).item()
    # Shapes as white as the paper, or as black as a line, look the same as paper and lines.
    assert found == (colour if colour <= colour_words.GREY else -1) or COLOURS[colour].en[0] == "black"


def test_paper_has_no_colour() -> None:
    assert colour_words.main_colours(torch.ones(1, 3, 32, 32)).item() == -1


@pytest.mark.parametrize("wanted", range(len(COLOURS)))
@pytest.mark.parametrize("now", [RED, YELLOW, BLUE, colour_words.GREY])
def test_a_picture_takes_another_colour(now: int, wanted: int) -> None:
    before = shape(now)[None]
    after = colour_words.recoloured(before, torch.tensor([now]), torch.tensor([wanted]))
    torch.testing.assert_close(after[0, :, 16, 16], shape(wanted)[:, 16, 16], atol=0.12, rtol=0)
    paper_and_line = (before == 1).all(1) | (before == -1).all(1)
    assert (after - before).abs().amax(1)[paper_and_line].max() < 0.05


def test_a_shade_of_its_own_takes_another_colour_too() -> None:
    """Rendered pictures have other greens, and greys with a tint."""
    shades = {GREEN: (0, 190, 110), colour_words.GREY: (150, 140, 165)}
    for now, rgb in shades.items():
        before = shape(now)
        before[:, before[0] == shape(now)[0, 16, 16]] = torch.tensor(rgb)[:, None] / 127.5 - 1
        after = colour_words.recoloured(before[None], torch.tensor([now]), torch.tensor([RED]))
        torch.testing.assert_close(after[0, :, 16, 16], shape(RED)[:, 16, 16], atol=0.12, rtol=0)


@pytest.mark.parametrize("colour", range(colour_words.GREY + 1, len(COLOURS)))
def test_what_is_black_or_white_keeps_it(emoji: CaptionedDataset, colour: int) -> None:
    data = dataclasses.replace(emoji, colours=torch.full_like(emoji.colours, colour))
    data.renew(0)
    assert data.drawn is not None and (data.drawn[0] == -1).all()


def test_captions_are_drawn_anew_in_each_epoch(emoji: CaptionedDataset) -> None:
    rows = torch.arange(24)
    plain, again = emoji.batch(rows), emoji.batch(rows)
    assert torch.equal(plain["tokens"], again["tokens"]) and torch.equal(plain["image"], again["image"])
    batches = []
    for epoch in (0, 1, 0):
        emoji.renew(epoch)
        batches.append(emoji.batch(rows, vary=True))
    one, two, same = batches
    assert not torch.equal(one["tokens"], two["tokens"]) and torch.equal(one["tokens"], same["tokens"])
    changed = (one["image"] - plain["image"]).abs().amax((1, 2, 3)) > 0.1
    assert 0 < changed.sum() < 24
    assert not changed[emoji.colours[:24] < 0].any(), "what has no main colour keeps what it has"


def test_words_and_colours_of_a_batch_belong_together(emoji: CaptionedDataset) -> None:
    """Each picture in a new colour has the name of that colour among the tokens of all its captions."""
    data = dataclasses.replace(emoji, told=2, seed=3, drawn=None)
    noise = torch.get_rng_state()
    data.renew(5)
    assert torch.equal(noise, torch.get_rng_state()), "the noise of the training goes on"
    assert data.drawn is not None
    rows = torch.arange(len(data)).flip(0)
    told = data.batch(rows, vary=True)["tokens"].view(len(rows), 2, tokenizer.LENGTH, 2)
    names = [tokens(colour_words.names_of(colour))[:, 0] for colour in COLOURS]
    new = data.drawn[0][rows].tolist()
    assert len({*new}) > 5
    for colour, captions_ in zip(new, told, strict=True):
        assert colour < 0 or all(any((c == name).all(1).any() for name in names[colour]) for c in captions_)


def test_a_gpu_recolours_what_the_cpu_does(emoji: CaptionedDataset) -> None:
    emoji.renew(0)
    rows = torch.arange(24)
    here = emoji.batch(rows, vary=True)
    with pretended():
        there = emoji.to(torch.device("cuda")).batch(rows.to("cuda"), vary=True)
        moved = {key: value.cpu() for key, value in there.items()}
    assert torch.equal(moved["tokens"], here["tokens"])
    torch.testing.assert_close(moved["image"], here["image"])


def test_a_new_colour_is_named(emoji: CaptionedDataset) -> None:
    torch.manual_seed(0)
    row = int((emoji.colours == YELLOW).nonzero()[0])
    colours = [emoji._new_colour(YELLOW) for _ in range(60)]
    assert -1 in colours and len(set(colours)) > 5
    for colour in colours:
        caption = emoji._said(row, YELLOW, colour)
        assert colour < 0 or any(name in caption for name in colour_words.names_of(COLOURS[colour])), caption


def test_words_that_name_a_colour_are_kept_true(emoji: CaptionedDataset) -> None:
    named = [colour_words.names_colour([emoji.caption(row)]) for row in range(len(emoji))]
    assert any(named) and (emoji.colours[named] == -1).all()
    assert colour_words.names_colour(["赤りんご"]) and colour_words.names_colour(["green apple"])
    assert not colour_words.names_colour(["bored face", "infrared", "りんご"])


def test_what_has_no_captions_is_refused() -> None:
    with pytest.raises(UserError, match="no captions"):
        load_captioned("digits", "test")
    with pytest.raises(UserError, match="--pictures"):
        load_captioned("emoji3d", "test", 16, 3).thinned(4)


def test_renders_have_the_tags_of_the_same_characters() -> None:
    data, emoji = load_captioned("emoji3d", "test", 16, 3), load_data("emoji", size=16)
    tags = dict(zip(emoji.columns["code"], emoji.columns["tags_en"], strict=True))
    row = next(i for i, code in enumerate(data.columns["code"]) if tags.get(code))
    assert data.phrases[row]["en"] == (data.columns["label_en"][row], tags[data.columns["code"][row]])


def test_labels_alone_are_captions_too() -> None:
    for columns in ({"label_en": ["bird"]}, {"label_en": ["bird"], "code": ["nobody's"]}):
        assert captions.phrases_of(columns) == [{"en": ("bird", [])}]
    data = CaptionedDataset("", torch.zeros(1, 3, 8, 8, dtype=torch.uint8), colours=torch.tensor([-1]))
    data.phrases, data.told = [{"en": ("bird", [])}], 3
    assert data.batch(slice(0, 1), vary=True)["tokens"].shape == (3, tokenizer.LENGTH, 2)


@pytest.mark.parametrize(
    ("sentence", "caption"),
    [
        ("yellow bird", "yellow bird"),
        ("Please draw me a Yellow BIRD!", "yellow bird"),
        ("赤い車", "赤い 車"),
        ("黄色い鳥を描いてください", "黄色い 鳥"),
        ("ﾈｺの絵", "ネコ"),
        ("red 車", "red 車"),
    ],
)
def test_sentences_are_read(lexicon: Lexicon, sentence: str, caption: str) -> None:
    reading = lexicon.read(sentence)
    words = [word for word in reading.caption.split() if word not in ("a", "please", "me")]
    assert " ".join(words) == caption and reading.strange == []


def test_slips_of_the_pen_are_read_as_what_was_meant(lexicon: Lexicon) -> None:
    reading = lexicon.read("yelow elephent")
    assert [strange.word for strange in reading.strange] == ["yelow", "elephent"]
    assert [strange.stand_in for strange in reading.strange] == ["yellow", "elephant"] == reading.caption.split()


def test_other_words_are_named_and_nothing_stands_for_them(lexicon: Lexicon) -> None:
    assert lexicon.read("麒麟と車") == Reading("きりん 車", [], [])
    assert lexicon.read("蟷螂と車") == Reading("車", [Strange("蟷螂", [])], [])
    for word, related in (("fox", ["animal", "face"]), ("きつね", ["動物", "顔"]), ("狐", ["動物", "顔"])):
        assert lexicon.read(word) == Reading("", [Strange(word, related)], [])


@pytest.mark.parametrize(("word", "read"), [
    ("ねこ", "ねこ"), ("ねこの", "ねこ"), ("りんご", "りんご"), ("林檎", "りんご"), ("苹果の絵", "りんご"),
    ("しんかんせん", "新幹線"),
    ("鮨", "すし"), ("ふじさん", "富士山"), ("かさをください", "傘"), ("かさと車", "傘 車"), ("赤い 車 と 傘", "赤い 車 傘"),
    ("fuji-san", "Mount Fuji"),
])  # fmt: skip
def test_spellings_of_a_word_meet(lexicon: Lexicon, word: str, read: str) -> None:
    assert lexicon.read(word) == Reading(read, [], [])


def test_the_spelling_that_is_understood_best_is_read(lexicon: Lexicon) -> None:
    """A caption of one language, the given one if it is understood; はし must mean the bridge to be read for 橋."""
    apple = lexicon.rows(["apple"])

    def weigh(caption: str, rows: set[int]) -> float:
        assert rows and (rows & apple or caption not in ("apple", "りんご"))
        return {"apple": 0.9, "りんご": 0.4, "車": 0.6}.get(caption, 0.05)

    assert fresh().read("赤いりんご", weigh) == Reading("red apple", [], [])
    assert fresh().read("りんごと車", weigh).caption == "りんご 車"
    assert fresh().read("hotdog", weigh) == Reading("hotdog", [], ["hotdog"])
    assert ("はし", lexicon.rows(["橋"])) in lexicon.candidates("橋")


WORDS = ("りんご", "リンゴ", "林檎", "きつね", "狐", "寿司", "すし", "新幹線", "しんかんせん", "犬", "apple", "fox", "sushi")
MEANT = {
    "stackgan-emoji": dict.fromkeys(("りんご", "リンゴ", "林檎", "apple"), "green apple")
    | dict.fromkeys(("寿司", "すし", "sushi"), "sushi")
    | dict.fromkeys(("新幹線", "しんかんせん"), "bullet train")
    | {"犬": "dog"},
    "stackgan-emoji3d": dict.fromkeys(("りんご", "リンゴ", "林檎"), "green apple")
    | dict.fromkeys(("きつね", "狐", "fox"), "fox")
    | dict.fromkeys(("新幹線", "しんかんせん"), "high-speed train")
    | {"犬": "dog", "apple": "red apple"},
}


@pytest.mark.parametrize("name", MEANT)
def test_each_spelling_is_drawn_or_said_to_be_unknown(name: str) -> None:
    """With the weights that ship."""
    session = Gallery().captioned(name)
    for word in WORDS:
        reading = session.read(word)
        if word in MEANT[name]:
            near = session.nearest(session.embed([reading])[0], 1)[0]
            assert near.captions["en"] == MEANT[name][word] and near.likeness > 0.5 and not reading.strange, word
        else:
            assert not reading.caption and reading.strange[0].near, word


@pytest.mark.parametrize("sentence", ["", "   ", "?!", "🐱", "qwertyuiop zxcvbnm", "の", "\x00\ud800"])
def test_what_says_nothing_has_no_caption(lexicon: Lexicon, sentence: str) -> None:
    assert lexicon.read(sentence).caption == ""


def test_lexicon_shows_its_pictures(lexicon: Lexicon) -> None:
    assert lexicon.picture(0).size == (128, 128)
    assert lexicon.caption(0, "en") == "grinning face" and lexicon.caption(0, "ja") == "にっこり笑う"
    alone = next(i for i, said in enumerate(lexicon.phrases) if "ja" not in said)
    assert lexicon.caption(alone, "ja") == lexicon.caption(alone, "en")
    with pytest.raises(UserError, match="no captions"):
        Lexicon("somewhere")


def test_r_precision() -> None:
    same = torch.eye(20)
    assert text_to_image.r_precision(same, same) == 1
    assert text_to_image.r_precision(same, same.roll(1, 0)) == 0
    noise = torch.nn.functional.normalize(torch.randn(400, 32, generator=torch.Generator().manual_seed(0)), dim=1)
    other = torch.nn.functional.normalize(torch.randn(400, 32, generator=torch.Generator().manual_seed(1)), dim=1)
    assert 0.04 < text_to_image.r_precision(noise, other) < 0.17


def test_evaluation_has_a_row_for_each_yardstick() -> None:
    torch.manual_seed(0)
    tiny = {"size": 32, "text_width": 8, "embedding_size": 8}
    model = create_model("stackgan", widths=(8, 6, 4), critic_width=4, latent_size=6, **tiny).eval()
    judge = create_model("joint", seen=8, width=4, **tiny).eval()
    network = create_model("classifier", size=32, channels=3, classes=3, width=4, feature_size=8).eval()
    with torch.inference_mode():
        table = text_to_image.evaluate("teller", model, judge, network, "emoji", 32)
    assert list(table) == ["real", "nearest caption", "teller", "teller (seen in training)"]
    for name, row in table.items():
        assert 0 <= row["r_precision"] <= 1 and row["n"] == 209
        assert ("kid" in row) == (not name.endswith("(seen in training)"))
    assert text_to_image.evaluate_judge("judge", judge, "emoji", 32)["judge"]["r_precision"] == table["real"]["r_precision"]
    assert table["teller"]["kid"] > table["nearest caption"]["kid"], "random weights draw no emoji"
