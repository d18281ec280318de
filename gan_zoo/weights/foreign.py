"""Imports checkpoints of other projects.

A checkpoint contains no configuration. The names and shapes of its tensors tell which network it belongs to.
"""

from __future__ import annotations

import pickle
import re
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from gan_zoo.errors import UserError, unknown
from gan_zoo.models.base import Model
from gan_zoo.models.registry import create_model
from gan_zoo.weights.folder import published_state
from gan_zoo.weights.quantize import in_words

State = Mapping[str, Tensor]
# None of the known networks has a larger checkpoint.
MOST_BYTES = 2_000_000_000
# Wrappers of PyTorch, and names of generators, before the names of tensors.
WRAPPERS = ("module", "_orig_mod")
PREFIX = re.compile(r"(module|_orig_mod|generator|netG|G|g_ema)\.")
# The levels of a nested checkpoint to look into, and the tensors and networks that a message lists.
DEEPEST, MOST_LISTED = 4, 20
STATISTICS = ("running_mean", "running_var", "num_batches_tracked")


@dataclass(frozen=True)
class Recognised:
    """The network of a recognised checkpoint."""

    origin: str
    """project that wrote the checkpoint"""
    model: str
    """name of the matching model of this library"""
    config: dict[str, Any]
    """fields of the model's config"""
    state: dict[str, Tensor]
    """tensors of the checkpoint, with the names of this library"""


def _convolution(state: State, key: str) -> Tensor:
    """Return the kernel of the layer `key`."""
    return state[key + ".weight"]


def _junyanz_resnet(state: State) -> Recognised | None:
    """Recognise ResnetGenerator of pytorch-CycleGAN-and-pix2pix, or GeneratorResNet of huggan.

    GeneratorResNet resizes instead of using transposed convolutions.
    """
    ours = {re.sub(r"^model\.(\d+)\.block\.", r"model.\1.conv_block.", key): value for key, value in state.items()}
    blocks = {int(m[1]) for key in ours if (m := re.match(r"model\.(\d+)\.conv_block\.", key))}
    if not blocks or "model.1.weight" not in ours or min(blocks) != 10:
        return None
    huggan = ours.keys() != state.keys()
    first, last = _convolution(ours, "model.1"), max(int(key.split(".")[1]) for key in ours)
    transposed = f"model.{10 + len(blocks)}.weight" in ours
    norm = "batch" if "model.2.weight" in ours else "instance"
    # With dropout, the index of the second convolution is higher by one.
    dropout = "model.10.conv_block.6.weight" in ours and _convolution(ours, "model.10.conv_block.6").ndim == 4
    config = {
        "input_channels": first.shape[1],
        "channels": _convolution(ours, f"model.{last}").shape[0],
        "width": first.shape[0],
        "blocks": len(blocks),
        "upsample": "transposed" if transposed else "resize",
        "norm": norm,
        "dropout": 0.5 if dropout else 0.0,
        # huggan pads by as many reflected pixels as the picture has channels.
        "padding": first.shape[1] if huggan else 3,
        "identity": 0.0,
        "two_way": False,
    }
    kept = {f"generator_ab.{key}": value for key, value in ours.items() if norm == "batch" or _kept(key)}
    return Recognised("huggan" if huggan else "pytorch-CycleGAN-and-pix2pix", "cyclegan", config, kept)


def _kept(key: str) -> bool:
    """Return True if a current instance norm has this tensor. Old files also have statistics, which nothing reads."""
    return not key.endswith(STATISTICS)


def _junyanz_unet(state: State) -> Recognised | None:
    """Recognise UnetGenerator of pytorch-CycleGAN-and-pix2pix."""
    down = [key for key in state if re.fullmatch(r"model\.model\.(1\.model\.)?((3\.model\.)*)[01]\.weight", key)]
    if "model.model.0.weight" not in state or len(down) < 2:
        return None
    outermost, up = state["model.model.0.weight"], state["model.model.3.weight"]
    widths = [state[key].shape[0] for key in sorted(down, key=len)]
    norm = "batch" if "model.model.1.model.2.weight" in state else "instance"
    config = {
        "size": 2 ** len(widths),
        "input_channels": outermost.shape[1],
        "channels": up.shape[1],
        "width": widths[0],
        "max_width": max(widths),
        "norm": norm,
    }
    kept = {"generator." + key.removeprefix("model."): value for key, value in state.items() if norm == "batch" or _kept(key)}
    return Recognised("pytorch-CycleGAN-and-pix2pix", "pix2pix", config, kept)


def _huggan_unet(state: State) -> Recognised | None:
    """Recognise GeneratorUNet of huggan, which comes from PyTorch-GAN."""
    if "down1.model.0.weight" not in state or "final.2.weight" not in state:
        return None
    levels = max(int(m[1]) for key in state if (m := re.match(r"down(\d+)\.", key)))
    widths = [_convolution(state, f"down{i}.model.0").shape[0] for i in range(1, levels + 1)]
    config = {
        "size": 2**levels,
        "input_channels": state["down1.model.0.weight"].shape[1],
        "channels": state["final.2.weight"].shape[0],
        "width": widths[0],
        "max_width": max(widths),
        "norm": "instance",
        "wiring": "flat",
    }
    kept = {f"generator.{key}": value for key, value in state.items() if _kept(key)}
    return Recognised("huggan", "pix2pix", config, kept)


def _dcgan(state: State) -> Recognised | None:
    """Recognise the dcgan Generator of pytorch/examples (`main.*`) or of huggan (`model.*`)."""
    root = "main" if "main.0.weight" in state else "model"
    first = state.get(f"{root}.0.weight")
    layers = [key for key in state if re.fullmatch(root + r"\.\d+\.weight", key) and state[key].ndim == 4]
    if first is None or len(layers) < 4 or first.shape[2:] != (4, 4):
        return None
    indices = sorted(int(key.split(".")[1]) for key in layers)
    if indices != list(range(0, 3 * len(indices), 3)):
        return None
    last = state[f"{root}.{indices[-1]}.weight"]
    config = {
        "size": 4 * 2 ** (len(indices) - 1),
        "channels": last.shape[1],
        "width": last.shape[0],
        "max_width": first.shape[1],
        "latent_size": first.shape[0],
    }
    kept = {"generator" + key.removeprefix(root): value for key, value in state.items()}
    return Recognised("pytorch/examples" if root == "main" else "huggan", "dcgan", config, kept)


def _efficientnet_lite(state: State) -> Recognised | None:
    """Recognise EfficientNet-Lite0 of the package efficientnet_lite_pytorch.

    Its layers have the order of timm's, under other names.
    """
    if "_conv_stem.weight" not in state or "_blocks.0._depthwise_conv.weight" not in state:
        return None
    config = {"classes": state["_fc.weight"].shape[0]}
    expected = create_model("efficientnet_lite", **config).state_dict()
    if len(expected) != len(state):
        return None
    kept = dict(zip(expected, state.values(), strict=True))
    return Recognised("efficientnet_lite_pytorch", "efficientnet_lite", config, kept)


FORMATS: tuple[Callable[[State], Recognised | None], ...] = (
    _junyanz_resnet, _junyanz_unet, _huggan_unet, _dcgan, _efficientnet_lite,
)  # fmt: skip
EXPECTED = (
    "a ResNet or U-Net generator of pytorch-CycleGAN-and-pix2pix (model.1.weight, model.10.conv_block.1.weight; "
    "model.model.0.weight), huggan's cyclegan, pix2pix (down1.model.0.weight) or dcgan (model.0.weight), "
    "pytorch/examples' dcgan (main.0.weight), or EfficientNet-Lite0 of efficientnet_lite_pytorch (_conv_stem.weight)"
)


def recognise(state: State) -> Recognised | None:
    """Return the network that the tensors of a state dict belong to; None if no known network has such tensors."""
    for format in FORMATS:
        # A format that looks at the shape of a tensor may meet a tensor of another network under the same name.
        with suppress(LookupError, ValueError, TypeError):
            if found := format(state):
                return found
    return None


def read_state(path: Path, network: str = "") -> State:
    """Return the tensors of a network in a checkpoint, a `.safetensors` file or a file of torch.save.

    No code in the file can run. The checkpoint may be nested, and hold other things than the network.

    Args:
        network: place of the network in the checkpoint, such as netG or models/g_ema. By default it is found.

    Raises:
        UserError: the file is missing, too large or damaged, or could run code; it holds no known network, or several ones.
    """
    found = networks(_read(path))
    if not found:
        raise UserError(f"{path} holds no tensors: use {EXPECTED}", "unknown_checkpoint", path=path)
    if network:
        if network not in found:
            raise unknown("network", network, found)
        known = {network: found[network]} if recognise(found[network]) else {}
    else:
        known = {place: state for place, state in found.items() if recognise(state)}
    if len(known) == 1:
        return next(iter(known.values()))
    if known:
        raise UserError(
            f"{path} holds several networks that can be imported: choose one with --network ({', '.join(known)})",
            "several_networks",
            path=path,
            networks=[*known],
        )
    listed = "; ".join(f"{place + ': ' if place else ''}{_listed(state)}" for place, state in [*found.items()][:MOST_LISTED])
    more = f"; and {len(found) - MOST_LISTED} more networks" if len(found) > MOST_LISTED else ""
    raise UserError(f"{path} holds no known network; it has {listed}{more}. Use {EXPECTED}", "unknown_checkpoint", path=path)


def networks(content: Any) -> dict[str, State]:
    """Return the groups of named tensors in a checkpoint, by their place in it; the place is empty for the checkpoint itself.

    Wrappers of PyTorch and names of generators before the names of tensors are taken off.
    """
    found: dict[str, dict[str, Tensor]] = {}
    nested: list[tuple[tuple[str, ...], Any]] = [((), content)]
    while nested:
        place, value = nested.pop(0)
        if not isinstance(value, Mapping) or len(place) > DEEPEST:
            continue
        # The state of an optimizer is numbered; networks have names.
        nested += [((*place, key), inner) for key, inner in value.items() if isinstance(key, str)]
        for key, tensor in value.items():
            if not (isinstance(key, str) and _is_plain(tensor)):
                continue
            before, name = [*place], key
            while match := PREFIX.match(name):
                name = name[match.end() :]
                if match[1] not in WRAPPERS:
                    before.append(match[1])
            group = found.setdefault("/".join(before), {})
            if name in group:
                raise UserError(f"the checkpoint holds two tensors '{name}' of one network: save the network again", "twice")
            group[name] = tensor
    return dict(found)


def _is_plain(value: Any) -> bool:
    """Return True for a tensor with numbers of its own, unlike a sparse or quantised one."""
    return isinstance(value, Tensor) and value.layout == torch.strided and value.device.type == "cpu" and not value.is_quantized


def _listed(state: State) -> str:
    """Return the names and shapes of some tensors, for a message."""
    some = ", ".join(f"{key} {_shape(value)}" for key, value in [*state.items()][:MOST_LISTED])
    return some + (f", and {len(state) - MOST_LISTED} more" if len(state) > MOST_LISTED else "")


def _read(path: Path) -> Any:
    """Return the content of a checkpoint file; raises `UserError` as `read_state` does."""
    if not path.is_file():
        raise UserError(f"{path} is missing: check the path", "missing_file", path=path)
    check_bytes(str(path), path.stat().st_size)
    if path.suffix == ".safetensors":
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        try:
            return load_file(path)
        except (SafetensorError, OSError) as error:
            raise UserError(f"{path} is damaged ({in_words(error)}): fetch it again", "damaged_weights", path=path) from error
    damaged = f"{path} can't be read as a checkpoint"
    try:
        with path.open("rb") as file:
            # torch.save writes zip archives or the pickle protocols 2 to 5.
            if file.read(2) not in (b"PK", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"):
                raise UserError(
                    f"{damaged}: it is not a file of torch.save; choose a .pth, .pt, .bin or .safetensors file",
                    "damaged_file",
                    path=path,
                )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # hides warnings about pickle protocols; unreadable files raise an error
            return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise UserError(
            f"{path} is refused: it holds more than tensors, and loading it could run code. "
            "Use a .safetensors file, or a file written with torch.save(network.state_dict(), file)",
            "unsafe_checkpoint",
            path=path,
        ) from error
    except UserError:
        raise
    except OSError as error:
        raise UserError(f"{damaged} ({error.strerror})", "damaged_file", path=path) from error
    except Exception as error:  # reading a damaged file can fail at any point, with a message on the internals of torch
        raise UserError(
            f"{damaged}: it is damaged or not a file of torch.save; fetch it again", "damaged_file", path=path
        ) from error


def import_model(state: State) -> tuple[Model, Recognised]:
    """Return the model of a foreign state dict, in eval mode, and the recognised network.

    Raises:
        UserError: no known network has these tensors, some tensors are missing or have other shapes, or some weights are not
            finite numbers.
    """
    found = recognise(state)
    if not found:
        raise UserError(f"no known network has these tensors: {_listed(state)}. Use {EXPECTED}", "unknown_checkpoint")
    with torch.device("meta"):  # takes no memory, whatever shapes the file claims
        expected = published_state(skeleton := create_model(found.model, **found.config), published_networks(skeleton))
    for key, value in expected.items():
        if key.endswith("num_batches_tracked"):  # torch before 0.4.1 did not count, and nothing reads the count
            found.state.setdefault(key, torch.zeros(value.shape, dtype=value.dtype))
    wrong = sorted(key for key in expected.keys() | found.state.keys() if not _fits(found.state.get(key), expected.get(key)))
    if wrong:
        shapes = ", ".join(
            f"{key}: found {_shape(found.state.get(key))}, expected {_shape(expected.get(key))}" for key in wrong[:3]
        )
        raise UserError(
            f"this looks like the {found.model} of {found.origin}, but {len(wrong)} tensors differ ({shapes}): "
            "use a checkpoint of the unchanged network",
            "wrong_weights",
        )
    if sum(value.nbytes for value in expected.values()) > MOST_BYTES:
        raise UserError(f"the network is larger than {MOST_BYTES // 10**9} GB: choose another file", "large_file")
    broken = sorted(key for key, value in found.state.items() if not value.isfinite().all())
    if broken:
        raise UserError(
            f"{len(broken)} tensor(s) hold numbers that are not finite, such as {broken[0]}: the training of this network went "
            "wrong; use an earlier checkpoint",
            "broken_numbers",
        )
    model = create_model(found.model, **found.config).eval()
    model.load_state_dict(found.state, strict=False)
    return model.requires_grad_(False), found


def _fits(found: Tensor | None, expected: Tensor | None) -> bool:
    """Return True if a tensor has the expected shape and kind of numbers."""
    if found is None or expected is None:
        return False
    return found.shape == expected.shape and found.is_floating_point() == expected.is_floating_point()


def published_networks(model: Model) -> list[str]:
    """Return the networks of `PUBLISHED` that this model has."""
    return [network for network in model.PUBLISHED if network in dict(model.named_children())]


def _shape(tensor: Tensor | None) -> str:
    return "none" if tensor is None else "x".join(map(str, tensor.shape)) or "a number"


def check_bytes(name: str, size: int) -> None:
    """Raise `UserError` if `size`, in bytes, is too large for a checkpoint; `name` is for the message."""
    if size > MOST_BYTES:
        raise UserError(
            f"{name} is larger than {MOST_BYTES // 10**9} GB: no known network is; choose another file", "large_file"
        )
