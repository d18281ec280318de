"""Tests of imported checkpoints and exported ONNX files: both give the same pictures as the original network."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hub_server import HubServer
from safetensors.torch import save_file
from torch import Tensor, nn

from gan_zoo.__main__ import main
from gan_zoo.errors import UserError
from gan_zoo.hub import checkpoint
from gan_zoo.hub.checkpoint import import_checkpoint
from gan_zoo.hub.repository import load
from gan_zoo.imaging import masks
from gan_zoo.layers.resnet import ResNetGenerator
from gan_zoo.models.cyclegan import CycleGANConfig
from gan_zoo.models.dcgan import DCGANConfig, generator
from gan_zoo.models.kinds import Sampler, Translator
from gan_zoo.models.registry import list_models, model_class
from gan_zoo.weights import foreign, onnx

COMPAT = Path(__file__).parent / "compat"
State = dict[str, Tensor]


def run(model: object, given: Tensor) -> Tensor:
    """Return the output of an imported network for the input `given`."""
    with torch.no_grad():
        return model.sample(given.flatten(1)) if isinstance(model, Sampler) else model.translate(given)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["junyanz_resnet_9blocks_instance", "examples_dcgan"])
def test_imported_networks_give_the_pictures_of_their_projects(name: str, tmp_path: Path) -> None:
    known = np.load(COMPAT / f"{name}.npz")  # every fourth pixel of their output
    import_checkpoint(str(COMPAT / f"{name}.pth"), tmp_path / name)
    output = run(load(tmp_path / name), torch.tensor(known["input"]))
    torch.testing.assert_close(output[:, :, ::4, ::4], torch.tensor(known["output"]), rtol=0, atol=1e-4)


def resnet(blocks: int = 6, norm: str = "instance", dropout: float = 0.0, channels: tuple[int, int] = (3, 3)) -> nn.Module:
    """Return a ResNet generator with the names of pytorch-CycleGAN-and-pix2pix."""
    config = CycleGANConfig(width=4, blocks=blocks, norm=norm, dropout=dropout, upsample="transposed", identity=0.0)  # type: ignore[arg-type]
    return ResNetGenerator(*channels, config)


def unet(levels: int, norm: str, channels: tuple[int, int] = (3, 3)) -> State:
    """Return the tensors of a U-Net with the names of pytorch-CycleGAN-and-pix2pix, from its list of keys."""
    widths = [4 * min(2**i, 8) for i in range(levels)]
    state: State = {}

    def normed(key: str, n: int) -> None:
        if norm == "batch":
            state.update({f"{key}.weight": torch.rand(n), f"{key}.bias": torch.rand(n), f"{key}.running_mean": torch.rand(n)})
            state.update({f"{key}.running_var": torch.rand(n) + 1, f"{key}.num_batches_tracked": torch.tensor(1)})

    def layer(key: str, *shape: int, bias: int = 0) -> None:
        state[f"{key}.weight"] = torch.randn(*shape) / 10
        if bias:
            state[f"{key}.bias"] = torch.rand(bias)

    root = "model.model"
    layer(f"{root}.0", widths[0], channels[0], 4, 4, bias=widths[0] * (norm == "instance"))
    layer(f"{root}.3", 2 * widths[0], channels[1], 4, 4, bias=channels[1])
    root += ".1.model"
    for level in range(1, levels):
        a, b, innermost = widths[level - 1], widths[level], level == levels - 1
        layer(f"{root}.1", b, a, 4, 4, bias=b * (norm == "instance"))
        up = 3 if innermost else 5
        layer(f"{root}.{up}", b if innermost else 2 * b, a, 4, 4, bias=a * (norm == "instance"))
        normed(f"{root}.{up + 1}", a)
        if not innermost:
            normed(f"{root}.2", b)
            root += ".3.model"
    return state


@pytest.mark.parametrize("channels", [(3, 3), (1, 3), (3, 1)])
@pytest.mark.parametrize("dropout", [0.0, 0.5])
@pytest.mark.parametrize("norm", ["instance", "batch"])
@pytest.mark.parametrize("blocks", [6, 9])
def test_every_resnet(blocks: int, norm: str, dropout: float, channels: tuple[int, int]) -> None:
    theirs = resnet(blocks, norm, dropout, channels).eval()
    model, found = foreign.import_model(theirs.state_dict())
    assert (found.config["blocks"], found.config["norm"], found.config["dropout"]) == (blocks, norm, dropout)
    given = torch.randn(1, channels[0], 32, 32)
    torch.testing.assert_close(run(model, given), theirs(given))


def test_old_files_with_statistics_of_instance_norms() -> None:
    theirs = resnet()
    old = dict(theirs.state_dict())  # a plain dict, without metadata
    for name, layer in theirs.named_modules():
        if isinstance(layer, nn.InstanceNorm2d):
            n = layer.num_features
            old |= {f"{name}.running_mean": torch.ones(n), f"{name}.running_var": torch.ones(n)}
            old |= {f"{name}.num_batches_tracked": torch.tensor(3)}
    model, found = foreign.import_model(old)
    given = torch.randn(1, 3, 32, 32)
    assert found.config["norm"] == "instance"
    torch.testing.assert_close(run(model, given), theirs(given))


@pytest.mark.parametrize(("levels", "norm"), [(7, "batch"), (8, "batch"), (7, "instance")])
def test_every_unet(levels: int, norm: str) -> None:
    state = unet(levels, norm, (1, 3))
    model, found = foreign.import_model(state)
    assert found.config["size"] == 2**levels and found.config["norm"] == norm
    assert {
        key: value for key, value in model.state_dict().items() if key.startswith("generator.")
    }.keys() == found.state.keys()
    assert run(model, torch.randn(1, 1, 2**levels, 2**levels)).shape == (1, 3, 2**levels, 2**levels)


class Stage(nn.Module):
    """A downsampling or upsampling stage of PyTorch-GAN's U-Net."""

    def __init__(self, *layers: nn.Module) -> None:
        super().__init__()
        self.model = nn.Sequential(*layers)


class HugganUNet(nn.Module):
    """GeneratorUNet of huggan, built from its list of keys."""

    def __init__(self, width: int) -> None:
        super().__init__()
        w = [3, *(width * n for n in (1, 2, 4, 8, 8, 8, 8, 8))]
        for i in range(8):
            norm = [nn.InstanceNorm2d(w[i + 1])] if i not in (0, 7) else []
            setattr(self, f"down{i + 1}", Stage(nn.Conv2d(w[i], w[i + 1], 4, 2, 1, bias=False), *norm, nn.LeakyReLU(0.2)))
        a = w[8]
        for i, b in enumerate(w[7:0:-1], 1):
            setattr(self, f"up{i}", Stage(nn.ConvTranspose2d(a, b, 4, 2, 1, bias=False), nn.InstanceNorm2d(b), nn.ReLU()))
            a = 2 * b
        last = nn.Conv2d(a, 3, 4, padding=1)
        self.final = nn.Sequential(nn.Upsample(scale_factor=2), nn.ZeroPad2d((1, 0, 1, 0)), last, nn.Tanh())

    def forward(self, x: Tensor) -> Tensor:
        down = []
        for i in range(1, 9):
            x = getattr(self, f"down{i}").model(x)
            down.append(x)
        for i in range(1, 8):
            x = torch.cat([getattr(self, f"up{i}").model(x), down[7 - i]], 1)
        return self.final(x)


def huggan_pix2pix() -> tuple[State, Tensor, Tensor]:
    theirs, given = HugganUNet(4), torch.randn(1, 3, 256, 256)
    return theirs.state_dict(), given, theirs(given)


def huggan_cyclegan() -> tuple[State, Tensor, Tensor]:
    theirs = ResNetGenerator(3, 3, CycleGANConfig(width=4, blocks=9, upsample="resize"))
    given = torch.randn(1, 3, 32, 32)
    state = {key.replace("conv_block", "block"): value for key, value in theirs.state_dict().items()}
    assert {"model.20.weight", "model.24.weight", "model.28.weight"} <= state.keys()
    return state, given, theirs(given)


def huggan_dcgan() -> tuple[State, Tensor, Tensor]:
    theirs = generator(DCGANConfig(size=32, width=4, latent_size=8, channels=1)).eval()
    given = torch.randn(2, 8, 1, 1)
    return {f"model.{key}": value for key, value in theirs.state_dict().items()}, given, theirs(given)


@pytest.mark.parametrize("theirs", [huggan_pix2pix, huggan_cyclegan, huggan_dcgan])
def test_huggan(theirs: Callable[[], tuple[State, Tensor, Tensor]]) -> None:
    state, given, output = theirs()
    model, found = foreign.import_model(state)
    assert found.origin == "huggan"
    torch.testing.assert_close(run(model, given), output.detach())


def test_import_and_export_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GAN_ZOO_WEIGHTS", str(tmp_path))
    arguments = ["import", str(COMPAT / "examples_dcgan.pth"), "--name", "theirs", "--weights", str(tmp_path)]
    assert main(arguments) == 0
    assert "dcgan of pytorch/examples" in capsys.readouterr().out
    assert load("theirs").config.size == 64
    assert main(arguments) == 2 and "is there already" in capsys.readouterr().err
    assert main(["export", "theirs", "--out", str(tmp_path / "theirs.onnx")]) == 0
    assert (tmp_path / "theirs.onnx").stat().st_size > 100_000


@pytest.mark.parametrize("file", ["pytorch_model.bin", "netG.pth", "model.safetensors"])
def test_import_from_a_repository(file: str, on_hub: HubServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state, given, output = huggan_cyclegan()
    (save_file if file.endswith("s") else torch.save)(state, tmp_path / file)
    files = {file: (tmp_path / file).read_bytes(), "README.md": b"a card"}
    if file == "model.safetensors":  # both formats are present: the one that can't run code is used
        files["pytorch_model.bin"] = b""
    on_hub.add("huggan/some", files)
    assert main(["import", "huggan/some", "--name", "x", "--weights", str(tmp_path)]) == 0
    assert on_hub.asked("GET .*/resolve/") == on_hub.asked(f"GET .*/{file}$") == 1
    assert "cyclegan of huggan" in capsys.readouterr().out
    torch.testing.assert_close(run(load(tmp_path / "x"), given), output.detach())


@pytest.mark.parametrize("files", [["README.md"], ["a.pth", "b.pth"]])
def test_a_repository_without_one_checkpoint(files: list[str], on_hub: HubServer) -> None:
    on_hub.add("huggan/some", dict.fromkeys(files, b"abc"))
    with pytest.raises(UserError) as caught:
        checkpoint.fetch("huggan/some")
    assert caught.value.code == "no_repository" and not on_hub.asked("resolve")


def test_a_checkpoint_that_is_too_large(on_hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    on_hub.add("huggan/some", {"pytorch_model.bin": b"abc"})
    monkeypatch.setattr(foreign, "MOST_BYTES", 2)
    with pytest.raises(UserError) as caught:
        checkpoint.fetch("huggan/some")
    assert caught.value.code == "large_file" and not on_hub.asked("resolve")


def test_a_repository_with_code_is_refused(on_hub: HubServer, tmp_path: Path) -> None:
    torch.save({"model.1.weight": Evil()}, tmp_path / "pytorch_model.bin")
    on_hub.add("huggan/some", {"pytorch_model.bin": (tmp_path / "pytorch_model.bin").read_bytes()})
    assert main(["import", "huggan/some", "--name", "x", "--weights", str(tmp_path)]) == 2
    assert not Path("pwned").exists() and not (tmp_path / "x").exists()


def test_a_missing_network_is_reported_in_one_line(
    on_hub: HubServer, waits: list[float], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert main(["import", "huggan/some", "--name", "x"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "can't be reached" in said


def test_a_name_that_no_repository_can_have(on_hub: HubServer) -> None:
    with pytest.raises(UserError) as caught:
        checkpoint.fetch("no such/name!")
    assert caught.value.code == "bad_repository"
    assert checkpoint.fetch("folder/a.pth") == Path("folder/a.pth")


class Evil:
    """An object that runs code when it is unpickled. No checkpoint may do that."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, ("pwned",)


def test_a_checkpoint_with_code_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, write in (("zip.pth", torch.save), ("plain.pth", lambda o, p: p.write_bytes(pickle.dumps(o)))):
        write({"model.1.weight": Evil()}, tmp_path / name)
        with pytest.raises(UserError, match="refused") as error:
            foreign.read_state(tmp_path / name)
        assert error.value.code == "unsafe_checkpoint"
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("content", [b"", b"x", b"hello, a text", b"abc.def", b"\x80\x02hello", b"PK\x03\x04 torn"])
@pytest.mark.parametrize("name", ["a.pth", "a.safetensors"])
def test_files_that_are_no_checkpoints(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError):
        foreign.read_state(tmp_path / name)


def test_an_archive_of_another_program_is_refused_in_plain_words(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", a=np.zeros(3))
    with pytest.raises(UserError) as refused:
        foreign.read_state(tmp_path / "a.npz")
    assert (
        str(refused.value)
        == f"{tmp_path}/a.npz can't be read as a checkpoint: it is damaged or not a file of torch.save; fetch it again"
    )


def saved(content: object, folder: Path) -> Path:
    torch.save(content, folder / "saved.pth")
    return folder / "saved.pth"


@pytest.mark.parametrize(
    "wrap",
    [
        lambda state: state,
        lambda state: {"epoch": 3, "netG": state, "netD": {"main.0.weight": torch.zeros(4, 3, 4, 4)}, "optimizerG": {}},
        lambda state: {"models": {"g_ema": state, "d": {"conv.weight": torch.zeros(2)}}},
        lambda state: {"params_ema": state},
        lambda state: {"state_dict": {f"generator.{key}": v for key, v in state.items()} | {"critic.w": torch.zeros(1)}},
        lambda state: {f"module._orig_mod.{key}": value for key, value in state.items()},
        lambda state: {f"{'module.' * (i % 2)}netG.module.{key}": v for i, (key, v) in enumerate(state.items())},
    ],
    ids=["plain", "netG", "two deep", "params_ema", "lightning", "compiled", "mixed"],
)
def test_the_generator_is_found_wherever_it_lies(wrap: Callable[[State], object], tmp_path: Path) -> None:
    state = resnet().state_dict()
    assert {**foreign.read_state(saved(wrap(dict(state)), tmp_path))}.keys() == state.keys()


def test_several_networks_are_offered(tmp_path: Path) -> None:
    path = saved({"netG_A": dict(resnet().state_dict()), "netG_B": dict(resnet().state_dict())}, tmp_path)
    with pytest.raises(UserError, match=r"choose one with --network \(netG_A, netG_B\)"):
        foreign.read_state(path)
    assert foreign.read_state(path, "netG_B")
    with pytest.raises(UserError, match="unknown network 'netG_C': did you mean"):
        foreign.read_state(path, "netG_C")


def test_an_unknown_network_is_listed_with_its_shapes(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no known network; it has net/body: conv.weight 8x3x3x3, conv.bias 8. Use a"):
        foreign.read_state(
            saved({"net": {"body": {"conv.weight": torch.zeros(8, 3, 3, 3), "conv.bias": torch.zeros(8)}}}, tmp_path)
        )
    for nothing in ({"epoch": 3}, [torch.zeros(3)], torch.zeros(3), {"model": "resnet"}, {"x": {1: torch.zeros(2)}}):
        with pytest.raises(UserError, match="holds no"):
            foreign.read_state(saved(nothing, tmp_path))


def test_files_without_counts_of_batches(tmp_path: Path) -> None:
    """torch before 0.4.1 saved no num_batches_tracked."""
    state = {key: value for key, value in unet(7, "batch").items() if not key.endswith("num_batches_tracked")}
    model, found = foreign.import_model(state)
    assert found.config["norm"] == "batch" and run(model, torch.randn(1, 3, 128, 128)).isfinite().all()
    torch.testing.assert_close(
        model.state_dict()["generator.model.1.model.2.running_mean"], state["model.model.1.model.2.running_mean"]
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_weights_that_are_no_numbers_are_refused(value: float) -> None:
    state = dict(resnet().state_dict())
    state["model.1.weight"] = state["model.1.weight"].clone()
    state["model.1.weight"][0, 0, 0, 0] = value
    with pytest.raises(
        UserError, match=r"1 tensor\(s\) hold numbers that are not finite, such as generator_ab.model.1.weight"
    ) as caught:
        foreign.import_model(state)
    assert caught.value.code == "broken_numbers"


def test_tensors_of_other_kinds_and_claims_are_refused(tmp_path: Path) -> None:
    state = dict(resnet().state_dict())
    with pytest.raises(UserError, match="1 tensors differ"):
        foreign.import_model(state | {"model.1.weight": torch.zeros(4, 3, 7, 7, dtype=torch.int8)})
    huge = torch.zeros(1).expand(30_000, 30_000, 4, 4)  # a few bytes in the file
    with pytest.raises(UserError):
        foreign.import_model(state | {"model.1.weight": huge})
    with pytest.raises(UserError):
        foreign.import_model(state | {"model.1.weight": torch.tensor(1.0)})


def test_the_error_for_unknown_tensors_names_the_found_and_expected_ones() -> None:
    with pytest.raises(UserError, match=r"has these tensors: layer1.weight 2x3. Use a ResNet or U-Net"):
        foreign.import_model({"layer1.weight": torch.zeros(2, 3)})
    torn = {key: value for key, value in resnet().state_dict().items() if key != "model.13.conv_block.5.bias"}
    with pytest.raises(UserError, match=r"but 1 tensors differ .*model.13.conv_block.5.bias: found none, expected 16"):
        foreign.import_model(torn)


@pytest.mark.parametrize("name", [*list_models("sampler"), *list_models("translator")])
def test_onnx_gives_the_same_pictures(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import onnxruntime

    monkeypatch.setattr(masks, "STEPS", 3)  # the exporter unrolls this loop and takes long over it
    cls = model_class(name)
    torch.manual_seed(0)
    model = cls(cls.TINY).eval().requires_grad_(False)
    onnx.export_onnx(model, tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "model.onnx"))
    inputs: State
    if isinstance(model, Sampler):
        inputs = {"z": model.latent(3)}
        if getattr(model.config, "classes", 0):
            inputs["label"] = torch.arange(3) % model.config.classes
        expected = model.sample(*inputs.values())
    else:
        assert isinstance(model, Translator)
        shape = (model.input_shape[0], 48, 60) if model.any_size else model.input_shape
        inputs = {"images": torch.rand(3, *shape) * 2 - 1}
        expected = model.translate(inputs["images"])
    [pictures] = session.run(None, {key: value.numpy() for key, value in inputs.items()})
    torch.testing.assert_close(torch.tensor(pictures), expected, rtol=0, atol=1e-4)


def test_only_samplers_and_translators_can_be_exported(tmp_path: Path) -> None:
    cls = model_class("classifier")
    with pytest.raises(UserError, match="can't be exported"):
        onnx.export_onnx(cls(cls.TINY), tmp_path / "model.onnx")
