"""Tests of StackGAN: its stages, its latent, its discriminators and its session."""

from __future__ import annotations

import dataclasses
import threading
from pathlib import Path
from typing import cast

import pytest
import torch

from gan_zoo import create_model
from gan_zoo.data.batches import Batches
from gan_zoo.data.captions import load_captioned
from gan_zoo.data.colour_words import COLOURS
from gan_zoo.errors import UserError
from gan_zoo.files import write_json
from gan_zoo.layers.tokenizer import tokens
from gan_zoo.models.stackgan import TINT, Gaussian, StackGAN
from gan_zoo.precision import Precision
from gan_zoo.runs.run import Run
from gan_zoo.serving import CaptionedSession
from gan_zoo.training import trainer


def tiny(**options: object) -> StackGAN:
    torch.manual_seed(0)
    return StackGAN(dataclasses.replace(StackGAN.TINY, **options))


def drawn(model: StackGAN, sentence: str, z: torch.Tensor) -> list[torch.Tensor]:
    return model.draw(model.embed(tokens([sentence])).expand(len(z), -1), z)


def told(n: int) -> dict[str, torch.Tensor]:
    """The captions and row numbers of `n` black and white pictures, without the pictures."""
    row = torch.arange(n) // 2 % 2
    return {"tokens": tokens(["black", "white"][i] for i in row), "row": row}


@pytest.mark.parametrize("stages", [1, 2, 3])
def test_each_stage_is_twice_as_large(stages: int) -> None:
    model = tiny(stages=stages).eval()
    pictures = drawn(model, "red car", model.latent(2))
    assert [tuple(picture.shape) for picture in pictures] == [(2, 1, 8 << i, 8 << i) for i in range(stages)]
    assert all(picture.abs().max() <= 1 for picture in pictures)


def test_pictures_depend_on_caption_and_latent() -> None:
    model = tiny().eval()
    z = model.latent(2, torch.Generator().manual_seed(0))
    red, blue = drawn(model, "red car", z)[-1], drawn(model, "blue bird", z)[-1]
    assert not torch.allclose(red, blue) and not torch.allclose(red[0], red[1])
    assert torch.equal(red, drawn(model, "red car", z)[-1])


def test_a_stage_that_is_not_trained_stays_as_it_is() -> None:
    model = tiny(stages=1, adversarial=0.0)
    before = {key: value.clone() for key, value in model.named_parameters()}
    model.training_step(model.example_inputs(8, torch.Generator().manual_seed(0)), model.optimizers(model.LEARNING_RATES))
    changed = {key for key, value in model.named_parameters() if not torch.equal(value, before[key])}
    assert any(key.startswith("generator.paintings.0") for key in changed)
    assert not any(key.startswith(("generator.paintings.1", "generator.paintings.2", "discriminators")) for key in changed)


def test_discriminators_learn_which_caption_belongs() -> None:
    """Training on pictures of two colours with two captions teaches the discriminators which caption fits."""
    model = tiny()
    bright = (torch.arange(16) // 2 % 2 * 2 - 1).float()[:, None, None, None]
    batch = {"image": bright.expand(16, 1, 32, 32), **told(16)}
    optimizers = model.optimizers(dict.fromkeys(model.LEARNING_RATES, 3e-3))
    for _ in range(60):
        values = model.training_step(batch, optimizers)
    assert values["d_matched"] > values["d_mismatched"] + 0.1


def test_training_brings_drawings_near_to_their_pictures() -> None:
    model = tiny(adversarial=0.0, prior=0.0)
    bright = (torch.arange(16) // 2 % 2 * 2 - 1).float()[:, None, None, None]
    batch = {"image": 0.8 * bright.expand(16, 1, 32, 32), **told(16)}
    optimizers = model.optimizers(dict.fromkeys(model.LEARNING_RATES, 1e-2))
    for _ in range(150):
        model.training_step(batch, optimizers)
    model.eval()
    z = torch.zeros(1, 6)
    assert drawn(model, "white", z)[-1].mean() > drawn(model, "black", z)[-1].mean() + 0.8


def test_a_caption_becomes_one_of_several_codes() -> None:
    """Zeros give the code of the likeliest picture. Random latents give each code at its probability, and never a mean."""
    conditioning = tiny(components=4).generator.conditioning
    conditioning.codes.weight.data = 3 * torch.eye(4, 6)
    torch.nn.init.zeros_(conditioning.which.weight)
    conditioning.which.bias.data = torch.tensor([1e-9, 0.7, 0.2, 0.1, 1, 1]).log() / 3
    torch.nn.init.zeros_(conditioning.layers[-1].weight)
    conditioning.layers[-1].bias.data = torch.tensor([0.0, -8.0]).repeat_interleave(6)  # small variances, and no shifts
    z = torch.randn(2000, 6, generator=torch.Generator().manual_seed(0))
    z[0] = 0
    codes = conditioning.draw(torch.zeros(2000, 8 + TINT), z)
    distance, row = torch.cdist(codes, conditioning.codes.weight).min(1)
    assert distance.max() < 0.2 and row[0] == 1
    torch.testing.assert_close(row.bincount(minlength=4) / 2000, torch.tensor([0.0, 0.7, 0.2, 0.1]), atol=0.03, rtol=0)


def test_each_picture_needs_a_component() -> None:
    data = load_captioned("emoji3d", "test", 32, 3)
    with pytest.raises(UserError, match=f"set components to {len(data)}"):
        tiny(components=len(data) - 1).prepare(data)


def test_divergence_of_normal_distributions() -> None:
    zero = torch.zeros(4, 3)
    one, other = Gaussian(zero, zero), Gaussian(zero + 2, zero + 0.5)
    assert one.divergence(one) == 0
    normal = [torch.distributions.Normal(g.mean, (g.log_variance / 2).exp()) for g in (one, other)]
    torch.testing.assert_close(one.divergence(other), torch.distributions.kl_divergence(normal[0], normal[1]).mean())


@pytest.mark.parametrize(
    "options",
    [
        {"size": 48}, {"size": 64}, {"stages": 0}, {"stages": 4}, {"widths": (8, 8)}, {"augment": ("fog",)},
        {"pixel": 0.0, "adversarial": 0.0},
    ],
)  # fmt: skip
def test_config_is_checked(options: dict[str, object]) -> None:
    with pytest.raises(UserError):
        create_model("stackgan", **{**dataclasses.asdict(StackGAN.TINY), **options})


def test_a_joint_space_refuses_odd_sizes() -> None:
    with pytest.raises(UserError, match="power of two"):
        create_model("joint", seen=30)


@pytest.fixture(scope="module")
def session() -> CaptionedSession:
    return CaptionedSession("teller", tiny().eval().requires_grad_(False), threading.RLock(), {"data": "emoji"})


def test_session_draws_all_stages_side_by_side(session: CaptionedSession) -> None:
    readings = [session.read("red car"), session.read("青い鳥")]
    result = session.draw(session.embed(readings), session.latents(2, seed=3), precision="float32")
    assert result.images.shape == (2, 1, 32, 96)
    small, middle, large = result.images.split(32, 3)
    assert torch.equal(small, small[:, :, ::4, ::4].repeat_interleave(4, 2).repeat_interleave(4, 3))
    assert torch.equal(middle, middle[:, :, ::2, ::2].repeat_interleave(2, 2).repeat_interleave(2, 3))
    model = cast(StackGAN, session._networks[Precision()])
    torch.testing.assert_close(large, model.draw(session.embed(readings), session.latents(2, 3))[-1], atol=1e-4, rtol=1e-3)


def test_session_walks_from_one_sentence_to_another(session: CaptionedSession) -> None:
    one, other = session.read("red car"), session.read("bird")
    way = session.walk(one, other, 5, precision="float32").images
    ends = session.draw(session.embed([one, other]), torch.zeros(2, 6), precision="float32").images
    torch.testing.assert_close(way[[0, -1]], ends, atol=1e-4, rtol=1e-3)
    assert not torch.allclose(way[1:-1], way[:-2], atol=1e-4)


def test_session_tells_which_training_pictures_are_meant(session: CaptionedSession) -> None:
    embedding = session.embed([session.read("grinning face")])
    near = session.nearest(embedding[0], 3)
    chances = cast(StackGAN, session._networks[Precision()]).meant(embedding)[0]
    assert chances.sum() == pytest.approx(1, abs=1e-4)
    assert [one.likeness for one in near] == pytest.approx(chances[: len(session.lexicon.phrases)].topk(3).values.tolist())
    first = session.lexicon.caption(int(chances[: len(session.lexicon.phrases)].argmax()), "en")
    assert near[0].captions["en"] == first and near[0].picture.size[0] > 0


def test_session_needs_the_captions() -> None:
    with pytest.raises(UserError, match="no captions"):
        CaptionedSession("teller", tiny().eval(), threading.RLock(), {"data": "somewhere"})


def test_the_text_encoder_starts_from_a_joint_space(tmp_path: Path) -> None:
    joint = create_model("joint", size=16, seen=8, width=4, text_width=8, embedding_size=8)
    run = Run(tmp_path / "joint")
    write_json(run.config, {"model": "joint", "options": {}})
    run.write_checkpoint({"ema": joint.state_dict()})
    model = tiny()
    rest = {key: value.clone() for key, value in model.state_dict().items() if not key.startswith("text.")}
    trainer._start_from(run.folder, model)
    assert all(torch.equal(value, joint.state_dict()[f"text.{key}"]) for key, value in model.text.state_dict().items())
    assert all(torch.equal(value, model.state_dict()[key]) for key, value in rest.items())
    with pytest.raises(UserError, match="another model or of other sizes"):
        trainer._start_from(run.folder, tiny(text_width=4))
    with pytest.raises(UserError, match="another model"):
        trainer._start_from(run.folder, create_model("dcgan", size=32, width=2))


def test_reading_alone_learns_from_codes() -> None:
    """Each picture is encoded once in each colour, and the reading of captions is learnt without drawing."""
    model = tiny(channels=3, adversarial=0.0, pixel=0.0, told=2, settled=True)
    data = load_captioned("emoji3d", "test", 32, 3, told=2)
    model.prepare(data)
    assert data.codes is not None and data.codes.shape == (len(data), len(COLOURS) + 1, 12)
    before = {key: value.clone() for key, value in model.state_dict().items()}
    optimizers = model.optimizers(dict.fromkeys(model.LEARNING_RATES, 3e-3))
    batches = Batches(data, 64, seed=0)
    steps = [model.training_step(next(batches), optimizers) for _ in range(40)]
    for name in ("kl", "which"):
        assert torch.stack([step[name] for step in steps[-5:]]).mean() < torch.stack([step[name] for step in steps[:5]]).mean()
    changed = {key.partition(".")[0] for key, value in model.state_dict().items() if not torch.equal(value, before[key])}
    assert changed == {"text", "tint", "generator"}
    assert torch.equal(model.generator.stem[0].weight, before["generator.stem.0.weight"])


def test_settled_codes_come_with_their_pictures() -> None:
    """With settled codes, only the drawing layers of the generator and the discriminators learn; the codes stay fixed."""
    model = tiny(channels=3, settled=True, kl=0.0, which=0.0)
    data = load_captioned("emoji3d", "test", 32, 3)
    model.prepare(data)
    batch = next(Batches(data, 8, seed=0))
    assert batch["code"].shape == (8, 12) and batch["image"].shape == (8, 3, 32, 32)
    before = {key: value.clone() for key, value in model.state_dict().items()}
    model.training_step(batch, model.optimizers({**model.LEARNING_RATES, "text": 0.0, "tint": 0.0}))
    changed = {key for key, value in model.state_dict().items() if not torch.equal(value, before[key])}
    assert {key.partition(".")[0] for key in changed} == {"generator", "discriminators"}
    assert not any(key.startswith("generator.conditioning") for key in changed)
