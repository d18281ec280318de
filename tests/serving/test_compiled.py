"""Translators that OpenVINO has compiled: the pictures of torch, from the cache, as soon as they are there."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import torch

from gan_zoo.hub.repository import load
from gan_zoo.models.registry import list_models, model_class
from gan_zoo.precision import Precision
from gan_zoo.serving import AGREEMENT, agreement, compiled, translator
from gan_zoo.serving.gallery import Gallery
from gan_zoo.serving.translator import TranslatorSession

pytest.importorskip("openvino", reason="compiled networks need openvino: pip install gan-zoo[openvino]")
ERRORS = [ImportError("no library"), OSError("full"), RuntimeError("unknown"), subprocess.CalledProcessError(1, "")]
TRANSLATORS = [name for name in list_models() if model_class(name).kind == "translator"]


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks of any speed are compiled, in this process, and the compiled ones are used whatever their speed."""
    monkeypatch.setenv("GAN_ZOO_COMPILE", "1")
    monkeypatch.setattr(translator, "SLOW", 0.0)
    monkeypatch.setattr(translator, "COMPILING_PAYS", 0.0)

    def run(command: list[str], **options: object) -> None:
        compiled.compile_translator(Path(command[-2]), Path(command[-1]))

    monkeypatch.setattr(subprocess, "run", run)


@pytest.fixture
def in_name_only(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders that would have been compiled; the files are empty."""
    asked = []

    def run(command: list[str], **options: object) -> None:
        asked.append(Path(command[-2]).name)
        for suffix in (compiled.OPERATIONS, compiled.WEIGHTS):
            Path(command[-1]).with_suffix(suffix).touch()

    monkeypatch.setattr(subprocess, "run", run)
    return asked


def served(folder: Path) -> TranslatorSession:
    """The session of a translator whose compiled network is in the cache, when it has chosen what to use."""
    compiled.compiled_file(folder)  # in this thread, because torch crashes if it traces in a second one
    return chosen(folder.name)


def chosen(name: str) -> TranslatorSession:
    """The session of a translator that has chosen what to use."""
    session = Gallery(device="cpu").translator(name)
    assert session.compiling
    session.compiling.join()
    return session


@pytest.mark.sweep(4)
@pytest.mark.parametrize("name", TRANSLATORS)
def test_compiled_pictures_are_those_of_torch(weights: Path, tmp_path: Path, name: str) -> None:
    model = load(f"{name}-tiny")
    compiled.compile_translator(weights / f"{name}-tiny", tmp_path / "made.xml")
    network = compiled.Compiled(tmp_path / "made.xml", 1)
    for n in (1, 3):
        images = torch.rand(n, *model.input_shape, generator=torch.Generator().manual_seed(n)) * 2 - 1
        with torch.inference_mode():
            assert agreement(network(images), model.translate(images)) >= AGREEMENT


def test_a_session_uses_what_was_compiled(weights: Path, at_once: None) -> None:
    session = served(weights / "pix2pix-tiny")
    images = torch.rand(2, *session.input_shape) * 2 - 1
    result = session.translate(images)
    assert result.precision == compiled.PACKAGE
    assert agreement(result.images, session.translate(images, precision="float32").images) >= AGREEMENT
    assert torch.equal(session.translate(images).images, result.images)  # the next pictures don't overwrite these


def test_a_precision_by_name_is_that_of_torch(weights: Path, at_once: None) -> None:
    session = served(weights / "pix2pix-tiny")
    session.precision = Precision()  # as on a machine where plain float32 is the fastest
    images = torch.rand(1, *session.input_shape) * 2 - 1
    assert session.translate(images).precision == compiled.PACKAGE
    assert session.translate(images, precision="float32").precision == "float32"


def test_only_the_plain_way_is_compiled(weights: Path, at_once: None) -> None:
    session = served(weights / "cyclegan-tiny")
    images = torch.rand(1, *session.input_shape) * 2 - 1
    assert session.translate(images).precision == compiled.PACKAGE
    for result in (session.translate(images, back=True), session.translate(images, paper=True)):
        assert result.precision != compiled.PACKAGE
    larger = torch.rand(1, session.input_shape[0], 24, 40) * 2 - 1
    assert agreement(session.translate(larger).images, session.translate(larger, precision="float32").images) >= AGREEMENT


def test_the_memory_of_a_compiled_network_counts(weights: Path, at_once: None) -> None:
    session = served(weights / "pix2pix-tiny")
    with_it, session._compiled = session.bytes, None
    assert with_it > session.bytes


@pytest.mark.usefixtures("at_once")
def test_fast_networks_stay_as_they_are(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translator, "SLOW", 1e9)
    assert Gallery(device="cpu").translator("pix2pix-tiny").compiling is None


@pytest.mark.usefixtures("at_once")
def test_the_environment_can_forbid_it(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAN_ZOO_COMPILE", "0")
    assert Gallery(device="cpu").translator("pix2pix-tiny").compiling is None


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("error", ERRORS)
def test_torch_serves_what_cannot_be_compiled(weights: Path, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(folder: Path) -> Path:
        raise error

    monkeypatch.setattr(compiled, "compiled_file", fail)
    session = chosen("pix2pix-tiny")
    assert session.translate(torch.zeros(1, *session.input_shape)).precision == str(session.precision)


def test_other_pictures_are_refused(weights: Path, at_once: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled.Compiled, "__call__", lambda self, images: -images)
    session = served(weights / "pix2pix-tiny")
    assert session.translate(torch.zeros(1, *session.input_shape)).precision == str(session.precision)


def test_a_network_is_compiled_once(weights: Path, in_name_only: list[str]) -> None:
    file = compiled.compiled_file(weights / "pix2pix-tiny")
    assert compiled.compiled_file(weights / "pix2pix-tiny") == file
    assert compiled.compiled_file(weights / "spade-tiny") != file
    assert in_name_only == ["pix2pix-tiny", "spade-tiny"]


def test_a_damaged_file_is_made_again(weights: Path, in_name_only: list[str]) -> None:
    for _ in range(2):  # an empty file is no network
        with pytest.raises(RuntimeError):
            compiled.opened(weights / "pix2pix-tiny", 1)
    assert in_name_only == ["pix2pix-tiny"] * 2


def test_the_cache_keeps_what_was_used_last(weights: Path, in_name_only: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "MOST_KEPT", 2)
    first, second = (compiled.compiled_file(weights / name) for name in ("pix2pix-tiny", "spade-tiny"))
    os.utime(first, (1, 1))
    third = compiled.compiled_file(weights / "cut-tiny")
    assert sorted(file for file in first.parent.iterdir() if file.suffix == ".xml") == sorted([second, third])
    assert not first.with_suffix(".bin").exists()


def test_a_process_of_its_own_compiles(weights: Path) -> None:
    file = compiled.compiled_file(weights / "pix2pix-tiny")
    assert file.is_file() and file.with_suffix(".bin").is_file()
    with pytest.raises(subprocess.CalledProcessError):
        compiled.compiled_file(weights / "dcgan-tiny")
