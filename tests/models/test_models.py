"""Tests of the contract, run for every registered model; a new model is tested as soon as it is registered."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from gan_zoo.config import config_help
from gan_zoo.errors import UserError
from gan_zoo.hub.repository import load
from gan_zoo.models.base import Model, kinds
from gan_zoo.models.kinds import Sampler, Translator
from gan_zoo.models.registry import create_model, list_models, model_class, register
from gan_zoo.weights.folder import published_state, save_weights

GOLDEN = Path(__file__).parent / "golden"
GOLDEN_MOST_BYTES = 50_000
all_models = pytest.mark.parametrize("name", list_models())
all_samplers = pytest.mark.parametrize("name", list_models("sampler"))
all_translators = pytest.mark.parametrize("name", list_models("translator"))


def tiny(name: str) -> Model:
    torch.manual_seed(0)
    cls = model_class(name)
    return cls(cls.TINY)


def batch_of(model: Model, n: int = 8) -> dict[str, torch.Tensor]:
    return model.example_inputs(n, torch.Generator().manual_seed(1))


@all_models
def test_class_says_what_it_is(name: str) -> None:
    cls = model_class(name)
    assert cls.kind in kinds()
    assert dataclasses.is_dataclass(cls.Config) and cls.Config.__dataclass_params__.frozen
    assert isinstance(cls.TINY, cls.Config)
    assert set(cls.LEARNING_RATES) <= {child for child, _ in tiny(name).named_children()}
    assert set(config_help(cls.Config)) == {f.name for f in dataclasses.fields(cls.Config)}


@all_models
def test_steps_train_every_parameter(name: str) -> None:
    """Two steps, because layers before weights that begin at 0 get their first gradient in the second one."""
    model = tiny(name)
    before = {key: value.clone() for key, value in model.state_dict().items()}
    optimizers = model.optimizers(model.LEARNING_RATES)
    for _ in range(2):
        values = model.training_step(batch_of(model), optimizers)
    assert values and all(v.ndim == 0 and not v.requires_grad and v.isfinite() for v in values.values())
    for key, weight in model.named_parameters():
        assert weight.grad is not None and weight.grad.abs().sum() > 0, key
        assert not torch.equal(weight, before[key]), key


@all_models
def test_steps_lower_a_loss(name: str) -> None:
    """The discriminator (or the only network) learns a batch that is repeated many times."""
    model = tiny(name)
    batch, optimizers = batch_of(model, 16), model.optimizers(dict.fromkeys(model.LEARNING_RATES, 2e-3))
    if not optimizers:  # models that are fitted at once are tested in test_mixture.py
        return
    losses = [model.training_step(batch, optimizers) for _ in range(40)]
    key = next(k for k in ("discriminator_loss", "loss") if k in losses[0])
    first, last = (torch.stack([step[key] for step in part]).mean() for part in (losses[:5], losses[-5:]))
    assert last < first


@pytest.mark.parametrize("bits", [8, 16, 32])
@all_models
def test_save_and_load(name: str, bits: int, tmp_path: Path) -> None:
    model = tiny(name)
    save_weights(model, tmp_path / "w", {}, bits=bits)
    loaded = load(tmp_path / "w")
    saved = published_state(model, model.PUBLISHED)
    assert loaded.state_dict().keys() == saved.keys()
    for key, value in loaded.state_dict().items():
        # The tolerance is half a step; 127 steps lead to the largest value.
        most = saved[key].abs().max().item() / 254 * 1.01 if bits == 8 and value.ndim > 1 else 1e-3
        torch.testing.assert_close(value, saved[key], rtol=1e-3, atol=most)
        assert value.dtype == saved[key].dtype


@all_models
def test_same_seed_same_model(name: str) -> None:
    one, two = tiny(name).state_dict(), tiny(name).state_dict()
    assert all(torch.equal(one[key], two[key]) for key in one)


@all_samplers
def test_sampler(name: str) -> None:
    model = tiny(name).eval()
    assert isinstance(model, Sampler)
    z = model.latent(5, torch.Generator().manual_seed(3)).requires_grad_()
    label = batch_of(model, 5).get("label")
    pictures = model.sample(z, label)
    assert pictures.shape == (5, *model.image_shape)
    assert pictures.abs().max() <= 1
    assert torch.equal(pictures, model.sample(model.latent(5, torch.Generator().manual_seed(3)), label))
    pictures.sum().backward()
    assert z.grad is not None and (z.grad.abs().sum(1) > 0).all()


@all_samplers
def test_the_discriminator_says_what_it_thinks(name: str) -> None:
    model = tiny(name).eval()
    assert isinstance(model, Sampler) and model.has_opinion
    batch = batch_of(model, 5)
    logits = model.opinion(batch["image"], batch.get("label"))
    assert logits.shape == (5,)
    assert len(logits.unique()) == 5
    assert torch.equal(model.opinion(batch["image"]), logits) == ("label" not in batch)


@all_samplers
def test_psi_draws_towards_the_mean(name: str) -> None:
    model = tiny(name).eval()
    assert isinstance(model, Sampler)
    z = model.latent(4)
    mean = model.mapping(z, 0.0)
    assert torch.equal(mean, mean[:1].expand_as(mean))
    torch.testing.assert_close(model.mapping(z, 0.3), mean + 0.3 * (model.mapping(z) - mean))


@all_translators
def test_translator(name: str) -> None:
    model = tiny(name).eval()
    assert isinstance(model, Translator)
    given = batch_of(model, 3)["input"].requires_grad_()
    assert given.shape[1:] == model.input_shape
    pictures = model.translate(given)
    assert pictures.shape == (3, *model.image_shape) and pictures.abs().max() <= 1
    pictures.sum().backward()
    assert (given.grad.abs().sum((1, 2, 3)) > 0).all()
    assert torch.equal(model.translate(given), pictures), "outside paper mode there is no noise"
    torch.testing.assert_close(model.translate(given[:1]), pictures[:1])
    before = {key: value.clone() for key, value in model.state_dict().items()}
    assert model.translate(given, paper=True).shape == pictures.shape
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items()), "translating changes no weights"
    assert torch.equal(model.translate(given), pictures), "paper mode ends"


@all_models
def test_golden(name: str, request: pytest.FixtureRequest) -> None:
    """The outputs of a tiny model equal the stored ones; `--accept` stores new outputs."""
    model = tiny(name).eval()
    batch = batch_of(model, 2)
    with torch.no_grad():
        output = model.preview(batch, torch.Generator().manual_seed(2))
        output = model(batch["image"]) if output is None else output
    path = GOLDEN / f"{name}.safetensors"
    if request.config.getoption("--accept"):
        GOLDEN.mkdir(exist_ok=True)
        save_file({"output": output.contiguous()}, path)
    assert path.stat().st_size < GOLDEN_MOST_BYTES
    torch.testing.assert_close(output, load_file(path)["output"], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("size", "maps"), [(28, [256, 128, 64]), (32, [256, 128, 64]), (64, [512, 256, 128, 64]), (256, [512] * 3 + [256, 128, 64])]
)
def test_dcgan_sizes(size: int, maps: list[int]) -> None:
    """The widths double towards the stem up to a limit, as in figure 1 of the paper."""
    model = create_model("dcgan", size=size, channels=1, width=64)
    convolutions = [m for m in model.generator if isinstance(m, nn.ConvTranspose2d)]
    assert [c.out_channels for c in convolutions[:-1]] == maps


@pytest.mark.parametrize("size", [28, 32, 128])
def test_dcgan_makes_pictures_of_its_size(size: int) -> None:
    model = create_model("dcgan", size=size, channels=2, width=2)
    pictures = model.sample(model.latent(2))
    assert pictures.shape == (2, 2, size, size)
    assert model.discriminator(pictures).shape == (2, 1, 1, 1)


@pytest.mark.parametrize("size", [16, 30, 48, 100])
def test_dcgan_refuses_other_sizes(size: int) -> None:
    with pytest.raises(UserError, match="28 or a power of two"):
        create_model("dcgan", size=size)


def test_mlp_gan_is_the_documents() -> None:
    model = create_model("mlp_gan")
    linear = {
        n: [tuple(m.weight.shape) for m in net.modules() if isinstance(m, nn.Linear)] for n, net in model.named_children()
    }
    assert linear["generator"] == [(256, 100), (512, 256), (784, 512)]
    assert linear["discriminator"] == [(512, 784), (256, 512), (128, 256), (1, 128)]


def test_unknown_names_list_the_close_ones() -> None:
    with pytest.raises(UserError, match="did you mean dcgan"):
        model_class("dcgna")
    with pytest.raises(UserError, match=r"option of model 'dcgan' 'widht'.*width"):
        create_model("dcgan", widht=3)


def test_a_name_is_taken_once() -> None:
    with pytest.raises(ValueError, match="two models want the name 'dcgan'"):
        register("dcgan")(model_class("mlp_gan"))


@pytest.mark.parametrize("loss", ["non_saturating", "least_squares", "hinge"])
@pytest.mark.parametrize("name", ["dcgan", "mlp_gan"])
def test_every_loss_trains(name: str, loss: str) -> None:
    cls = model_class(name)
    torch.manual_seed(0)
    model = cls(dataclasses.replace(cls.TINY, loss=loss, r1=1.0))
    values = model.training_step(batch_of(model), model.optimizers(model.LEARNING_RATES))
    assert all(value.isfinite() for value in values.values())
