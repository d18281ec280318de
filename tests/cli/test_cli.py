"""The command line, run in a process as a shell does and called as a function."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from PIL import Image

from gan_zoo.__main__ import main
from gan_zoo.config import build_config
from gan_zoo.models.registry import create_model, list_models, model_class
from gan_zoo.runs.run import Run
from gan_zoo.training.config import TrainConfig
from gan_zoo.training.recipes import RECIPES
from gan_zoo.weights import store as store_module
from gan_zoo.weights.folder import read_card, save_weights

ROOT = Path(__file__).parents[2]


def test_help_tells_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["train", "dcgan", "-h"])
    assert stop.value.code == 0
    text = capsys.readouterr().out
    assert "--width" in text and "--max-width" in text and "--decay-from" in text and "tanh" not in text


def test_a_mistake_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gan_zoo", "train", "dcgan", "--data", "objectz", "--runs", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "gan-zoo: unknown data set 'objectz': did you mean objects?\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train", "dcgna", "--data", "digits"], "unknown model 'dcgna': did you mean dcgan"),
        (["train", "dcgan"], "train needs --data"),
        (["train"], "train needs a model"),
        (["train", "--recipe", "digits"], "unknown recipe 'digits'"),
        (["train", "--recipe", "pix2pix-facades"], "'pix2pix-facades' don't ship: name their folder with --data"),
        (["train", "dcgan", "--data", "/nowhere/here"], "there is no folder of pictures or parquet file '/nowhere/here'"),
        (["train", "dcgan", "--data", "digits.parquet"], "there is no folder of pictures or parquet file 'digits.parquet'"),
        (["train", "dcgan", "--data", "digits", "--pictures", "-1"], "pictures is -1"),
        (["train", "dcgan", "--data", "digits", "--steps", "0"], "steps is 0"),
        (["train", "dcgan", "--data", "digits", "--size", "30"], "size is 30"),
        (["train", "dcgan", "--data", "digits", "--precision", "int8"], "precision is 'int8'"),
        (["sample", "dcgan-tinny"], "did you mean dcgan-tiny"),
        (["sample", "classifier-tiny"], "draws no pictures"),
        (["sample", "dcgan-tiny", "--n", "0"], "--n is 0"),
        (["sample", "dcgan-tiny", "--truncation", "-1"], "--truncation is -1"),
        (["sample", "dcgan-tiny", "--out", "nowhere/grid.png"], "can't write nowhere/grid.png"),
        (["export-run", "nothing"], "missing"),
        (["evaluate", "nothing"], "unknown weights 'nothing'"),
        (["train", "pix2pix", "--data", "objects"], "choose the source of its input pictures with --pairs"),
        (["train", "pix2pix", "--data", "objects", "--pairs", "edge"], "unknown pairing 'edge': did you mean edges"),
        (["bench", "nothing"], "nothing"),
    ],
)
def test_mistakes(
    arguments: list[str], message: str, weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = ["--runs", str(tmp_path)] if arguments[0] in ("train", "export-run") else []
    assert main([*arguments, *runs]) == 2
    assert message in capsys.readouterr().err


def test_list(weights: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (weights / "mlp_gan-tiny" / "config.json").write_text("{")
    assert main(["list"]) == 0
    text = capsys.readouterr().out
    assert re.search(r"^dcgan +sampler", text, re.M) and re.search(r"^digits +4.4 MB .*MNIST", text, re.M)
    assert re.search(r"^dcgan-tiny +0.\d MB +dcgan +noise +not measured", text, re.M)
    assert re.search(r"^mlp_gan-tiny .*damaged", text, re.M)


def test_sample_is_the_same_for_a_seed(weights: Path, tmp_path: Path) -> None:
    def sample(seed: str) -> str:
        assert main(["sample", "dcgan-tiny", "--seed", seed, "--n", "9", "--out", str(tmp_path / "grid.png")]) == 0
        return hashlib.sha256((tmp_path / "grid.png").read_bytes()).hexdigest()

    assert sample("7") == sample("7") != sample("8")
    with Image.open(tmp_path / "grid.png") as grid:
        assert grid.size == (3 * 34 + 2, 3 * 34 + 2)


def test_translate(weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command turns a photograph into a drawing first, and takes a drawing as it is."""
    Image.effect_noise((40, 30), 90).save(tmp_path / "a.png")

    def translate(*more: str) -> Image.Image:
        out = tmp_path / "out.png"
        assert main(["translate", "pix2pix-tiny", str(tmp_path / "a.png"), "--out", str(out), *more]) == 0
        with Image.open(out) as picture:
            return picture.copy()

    drawn, taken = translate(), translate("--drawing", "--paper", "--seed", "3")
    assert drawn.size == taken.size == (2 * 18 + 2, 16 + 4) and drawn.tobytes() != taken.tobytes()
    assert main(["translate", "dcgan-tiny", str(tmp_path / "a.png")]) == 2
    out = tmp_path / "restyled.png"
    for way in ([], ["--back"]):  # a cyclegan takes pictures of any size
        assert main(["translate", "cyclegan-tiny", str(tmp_path / "a.png"), "--out", str(out), *way]) == 0
        with Image.open(out) as picture:
            assert picture.size == (40, 30)
    assert main(["translate", "pix2pix-tiny", str(tmp_path / "a.png"), "--back"]) == 2
    (tmp_path / "b.png").write_text("no picture")
    assert main(["translate", "pix2pix-tiny", str(tmp_path / "b.png")]) == 2
    assert "can't be read as a picture" in capsys.readouterr().err


def test_train_and_publish(pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    options = "--steps 10 --batch-size 8 --tick 5 --width 4 --latent-size 8"
    train = ["train", "dcgan", "--data", str(pictures), *options.split(), "--quiet", "--name", "mine"]
    train += ["--learning-rates", "generator=1e-3"]
    assert main(train) == 0
    run = Run(Path("runs/mine"))
    assert run.rows()[-1]["generator_learning_rate"] == 1e-3 and run.rows()[-1]["discriminator_learning_rate"] == 2e-4
    assert main([*train, "--steps", "15", "--resume"]) == 0
    assert run.rows()[-1]["step"] == 15
    assert main([*train, "--width", "8", "--resume"]) == 2
    assert main(["export-run", "mine", "--to", "dcgan-mine"]) == 0
    assert main(["sample", "dcgan-mine"]) == 0 and Path("grid.png").exists()
    assert main(["export-run", "mine", "--to", "dcgan-mine", "--with-discriminator"]) == 0
    assert '"discriminator"' in Path("weights/dcgan-mine/config.json").read_text()


def test_resume_needs_only_the_name(pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    train = ["train", "dcgan", "--data", str(pictures), "--steps", "5", "--batch-size", "8", "--width", "4", "--quiet"]
    assert main([*train, "--name", "mine"]) == 0
    assert main(["train", "--name", "mine", "--resume", "--steps", "8", "--quiet"]) == 0
    assert Run(Path("runs/mine")).read_checkpoint()["step"] == 8
    assert torch.load(Path("runs/mine/checkpoint/last.pt"), weights_only=True)["step"] == 8


def test_evaluate_on_a_folder_of_ones_own_with_a_chosen_feature_network(
    pictures: Path, weights: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The folder may have any path: the feature network is the one that `--features` names."""
    torch.manual_seed(0)
    for name, model, options in (
        ("grey", "dcgan", {"size": 32, "channels": 1, "width": 4, "latent_size": 8}),
        ("features", "classifier", {"size": 28, "channels": 1, "classes": 10, "width": 4, "feature_size": 8}),
    ):
        save_weights(create_model(model, **options), weights / name, {"data": "noise"})
    command = ["evaluate", "grey", "--data", str(pictures), "--n", "20"]
    assert main([*command, "--features", "features"]) == 0
    assert read_card(weights / "grey")["metrics"]["grey"]["n"] == 20 and read_card(weights / "grey")["features"] == "features"
    assert main([*command, "--features", "efficientnet_lite-tiny"]) == 2
    assert "takes pictures of 3 channels, and those of 'grey' have 1" in capsys.readouterr().err


def facades(folder: Path) -> str:
    """Write a small folder in the layout of the paper's sets, train/ and test/, with both halves of a pair in one picture."""
    for split, n in (("train", 8), ("test", 4)):
        (folder / split).mkdir(parents=True)
        for i in range(n):
            Image.effect_noise((64, 32), 40 + 5 * i).convert("RGB").save(folder / split / f"{i}.jpg")
    return str(folder)


def test_a_recipe_of_the_papers_sets_and_its_measures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A recipe trains with one command if its data are there; its weights are exported, measured, and listed by their card."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(store_module, "weights_roots", lambda: [tmp_path / "weights"])
    small = "--size 32 --width 4 --max-width 8 --critic-width 4 --patch 16 --steps 4 --tick 2 --quiet --device cpu"
    recipe = ["train", "--recipe", "pix2pix-facades", "--data", facades(tmp_path / "cmp"), *small.split()]
    assert main(recipe) == 0
    assert main([*recipe, "--name", "regressor", "--adversarial", "0"]) == 0
    assert set(Run(Path("runs/regressor")).rows()[-1]) & {"l1", "discriminator_loss"} == {"l1"}
    assert main(["export-run", "pix2pix-facades"]) == 0
    card = read_card(tmp_path / "weights" / "pix2pix-facades")
    assert card["kind"] == "translator" and card["pairs"] == "sides:right" and card["data"] == "cmp" and card["palette"]

    torch.manual_seed(0)
    save_weights(create_model("classifier", size=32, channels=3, classes=2, width=4), Path("weights/features"), {})
    command = ["evaluate", "pix2pix-facades", "--data", str(tmp_path / "cmp"), "--features", "features"]
    assert main([*command, "--beside", "runs/regressor"]) == 0
    card = read_card(tmp_path / "weights" / "pix2pix-facades")
    assert list(card["metrics"]) == ["real", "pix2pix-facades", "pix2pix-facades, paper mode", "regressor"]
    assert card["metrics"]["regressor"]["n"] == 4 and card["features"] == "features"
    text = (tmp_path / "weights" / "pix2pix-facades" / "README.md").read_text()
    assert "model.translate(images)" in text and "| regressor |" in text and "`features`" in text
    assert main([*command, "--beside", "features"]) == 2
    # A second evaluation of fewer models keeps the first figures.
    assert main(command) == 0
    assert read_card(tmp_path / "weights" / "pix2pix-facades")["metrics"] == card["metrics"]


def test_a_recipe_of_two_folders_without_pairs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for side, n in (("trainA", 3), ("trainB", 5), ("testA", 2), ("testB", 2)):
        (tmp_path / "horses" / side).mkdir(parents=True)
        for i in range(n):
            Image.effect_noise((48, 48), 40 + 5 * i).convert("RGB").save(tmp_path / "horses" / side / f"{i}.jpg")
    small = "--size 16 --width 4 --blocks 1 --critic-width 4 --patch 16 --steps 2 --tick 2 --quiet --device cpu"
    assert main(["train", "--recipe", "cyclegan-horse2zebra", "--data", "horses", *small.split()]) == 0
    assert main(["export-run", "cyclegan-horse2zebra"]) == 0
    assert read_card(tmp_path / "weights" / "cyclegan-horse2zebra")["counts"] == [3, 5]


@pytest.mark.parametrize("name", RECIPES)
def test_recipes_are_valid(name: str) -> None:
    recipe = RECIPES[name]
    config = build_config(TrainConfig, recipe, name)
    assert config.model in list_models()
    cls = model_class(config.model)
    build_config(cls.Config, config.options, name)
    assert set(config.learning_rates) <= set(cls.LEARNING_RATES)
