"""Measures of translators without pairs: the two sets as wholes, the way back, and the true targets if they are known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from jaxtyping import Float
from PIL import Image
from test_metrics import Means
from torch import Tensor

from gan_zoo.__main__ import main
from gan_zoo.data.pairs import true_pairs
from gan_zoo.evaluation import unpaired
from gan_zoo.models.classifier import Classifier, ClassifierConfig
from gan_zoo.models.cyclegan import CycleGANConfig
from gan_zoo.models.kinds import Translator
from gan_zoo.models.registry import create_model
from gan_zoo.weights import store as store_module
from gan_zoo.weights.folder import read_card, save_weights

Images = Float[Tensor, "n c h w"]


class Swap(Translator):
    """A translator that turns red into blue and back, which is right for the data below."""

    two_way = True

    def __init__(self, loss: float = 0.0) -> None:
        super().__init__(CycleGANConfig())
        self.loss = loss

    def translate(self, images: Images, paper: bool = False, back: bool = False) -> Images:
        return images.flip(1) + (self.loss if back else 0)


class OneWay(Swap):
    two_way = False


def folders(root: Path, *names: str) -> str:
    """Red noise in the folders with names ending in A, and blue noise in those ending in B."""
    for i, name in enumerate(names):
        (root / name).mkdir(parents=True)
        for j in range(12):
            noise = torch.randint(40, (16, 16, 3), generator=torch.Generator().manual_seed(100 * i + j), dtype=torch.uint8)
            noise[..., 0 if name.endswith("A") else 2] += 150
            Image.fromarray(noise.numpy()).save(root / name / f"{j}.png")
    return str(root)


def test_both_ways_over_pictures_that_were_held_out(tmp_path: Path) -> None:
    data = folders(tmp_path, "trainA", "trainB", "testA", "testB")
    table = unpaired.evaluate({"swap": Swap(0.1), "one way": OneWay()}, data, "unpaired", Means(), size=16)
    assert list(table) == ["real", "untouched", "swap", "one way", "real, back", "untouched, back", "swap, back"]
    assert set(table["swap"]) == {"kid", "cycle", "cycle_psnr", "n"}
    assert set(table["one way"]) == set(table["untouched"]) == {"kid", "n"}
    for way in ("", ", back"):
        assert table["untouched" + way]["kid"] > 20 * abs(table["swap" + way]["kid"])
        assert abs(table["real" + way]["kid"]) < 0.05 * table["untouched" + way]["kid"]
        assert table["swap" + way]["n"] == 12
    assert table["swap"]["cycle"] == pytest.approx(0.05, abs=0.005)  # 0.1 in [-1, 1] is half as much in [0, 1]
    assert table["swap"]["cycle_psnr"] == pytest.approx(26, abs=0.5)


def test_what_was_learnt_from_is_said_to_be(tmp_path: Path) -> None:
    data = folders(tmp_path, "trainA", "trainB", "testA")
    table = unpaired.evaluate({"swap": Swap()}, data, "unpaired", Means(), size=16)
    assert list(table) == [
        "untouched",
        "swap",
        "real, back",
        "untouched, back (seen in training)",
        "swap, back (seen in training)",
    ]


def test_nothing_is_told_of_a_way_back_that_nobody_knows(tmp_path: Path) -> None:
    data = folders(tmp_path, "trainA", "trainB", "testA", "testB")
    assert list(unpaired.evaluate({"one way": OneWay()}, data, "unpaired", Means(), size=16)) == [
        "real",
        "untouched",
        "one way",
    ]


def test_two_columns_of_one_file_are_pairs_in_truth() -> None:
    assert true_pairs("emoji3d:render", "unpaired:emoji3d:flat") == "columns:flat"
    assert true_pairs("pictures?domain=ukiyoe", "unpaired:pictures?domain=landscape") == ""
    assert true_pairs("emoji3d", "edges") == true_pairs("folder", "unpaired") == ""


def test_the_truth_is_measured_where_it_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = unpaired.load_pairs

    def few(data: str, pairs: str, split: Any, size: int) -> Any:
        read = whole(data, pairs, split, size)
        read.images, read.inputs = read.images[:6], read.inputs[:6]  # type: ignore[union-attr]
        return read

    monkeypatch.setattr(unpaired, "load_pairs", few)
    table = unpaired.evaluate({"swap": Swap()}, "emoji3d:render", "unpaired:emoji3d:flat", Means(), size=32)
    assert {"psnr", "ssim", "l1", "kid", "cycle", "cycle_psnr", "n"} == set(table["swap"]) == set(table["swap, back"])
    # Flat and rendered pictures are close; pictures with red and blue exchanged are not.
    assert table["untouched"]["psnr"] > table["swap"]["psnr"] and "cycle" not in table["untouched"]
    assert table["swap"]["cycle"] == 0


def test_from_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    data = folders(tmp_path / "data", "trainA", "trainB", "testA", "testB")
    monkeypatch.setattr(store_module, "weights_roots", lambda: [tmp_path / "weights"])
    torch.manual_seed(0)
    save_weights(Classifier(ClassifierConfig(size=16, channels=3, width=4)), tmp_path / "weights" / "eye", {})
    model = create_model("cyclegan", size=16, width=4, blocks=1, critic_width=4, patch=16)
    for name, pairs in (("style", "unpaired"), ("imported", "")):
        save_weights(model, tmp_path / "weights" / name, {"data": data, "pairs": pairs})
    assert main(["evaluate", "style", "--features", "eye", "--beside", "imported"]) == 0
    rows = read_card(tmp_path / "weights" / "style")["metrics"]
    assert rows["style"] == rows["imported"] and "cycle_psnr" in rows["style, back"]
    assert "| style, back |" in (tmp_path / "weights" / "style" / "README.md").read_text()
    assert main(["evaluate", "imported", "--features", "eye"]) == 2
    assert "nobody knows" in capsys.readouterr().err
