"""Every command, with small mutations of its files and its command line: it succeeds, or it says in one line what is wrong."""

from __future__ import annotations

import random
import re
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from mutations import spoil_folder, spoil_words
from PIL import Image

from gan_zoo.__main__ import main
from gan_zoo.models.registry import model_class
from gan_zoo.weights import store as store_module
from gan_zoo.weights.folder import save_weights

MUTATIONS, SAMPLED = 2_000, 50
SMALL = (
    "--steps 2 --batch-size 2 --tick 1 --size 32 --width 2 --max-width 4 --latent-size 2 "
    "--precision float32 --device cpu --quiet --threads 1"
)
# Every command but `bench`, and `transfer` and `export` with weights that they refuse, because these take minutes.
COMMANDS = tuple(
    command.split()
    for command in (
        f"train dcgan --data pictures --name new {SMALL}",
        f"train dcgan --data rows.parquet --name new --learning-rates generator=1e-3 --minutes 1 --mirror {SMALL}",
        f"train dcgan --data pictures --start runs/mine --name new {SMALL}",
        "train --name mine --resume --steps 3 --quiet --threads 1",
        "train --name mine --resume --steps 3 --quiet --threads 1",
        "sample dcgan-tiny --n 2 --seed 1 --truncation 1 --out grid.png",
        "sample mlp_gan-tiny --n 2",
        "translate pix2pix-tiny picture.png --out out.png --paper --seed 3",
        "translate cyclegan-tiny picture.png --back",
        "evaluate dcgan-tiny --data pictures --features features-tiny --n 4 --seed 0",
        "evaluate pix2pix-tiny --data pictures --features features-tiny --n 4 --beside runs/mine",
        "transfer dcgan-tiny --seeds 1",
        "bench nothing",
        "export-run mine --to out --with-discriminator --bits 8",
        "export-run mine --runs runs --weights weights --best",
        "import theirs.pth --name theirs --weights weights",
        "import theirs.safetensors --name theirs --network netG",
        "export features-tiny --to onnx --out out.onnx",
        "push dcgan-tiny --to me/x --private --revision v1",
        "pull me/x@main --update",
        "pull",
        "sync me --weights weights --only dcgan-tiny --push",
        "card dcgan-tiny pix2pix-tiny",
        "data push pictures --to me/pictures --private",
        "space create me/space --hardware zero-a10g",
        "list",
    )
)


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with something of everything that a command reads."""
    root = tmp_path_factory.mktemp("workshop")
    generator = torch.Generator().manual_seed(0)
    for i in range(8):
        (root / "pictures" / str(i % 2)).mkdir(parents=True, exist_ok=True)
        pixels = torch.randint(256, (8, 8, 3), generator=generator, dtype=torch.uint8)
        Image.fromarray(pixels.numpy()).save(root / "pictures" / str(i % 2) / f"{i}.{'png' if i else 'jpg'}")
    Image.effect_noise((20, 16), 60).convert("RGB").save(root / "picture.png")
    content = [{"bytes": (root / "pictures" / "1" / "1.png").read_bytes(), "path": None}] * 6
    pq.write_table(pa.table({"image": content, "label": [0, 1] * 3}), root / "rows.parquet")
    for name in ("dcgan", "mlp_gan", "pix2pix", "cyclegan"):
        torch.manual_seed(0)
        cls = model_class(name)
        pairs = {"pairs": "edges"} if cls.kind == "translator" else {}
        save_weights(cls(cls.TINY), root / "weights" / f"{name}-tiny", {"data": "noise", "classes": [], **pairs})
    cls = model_class("classifier")
    save_weights(cls(cls.TINY), root / "weights" / "features-tiny", {"data": "noise", "classes": ["a", "b"]})
    state = {key.removeprefix("generator."): torch.zeros(2) for key in ("generator.main.0.weight", "generator.main.0.bias")}
    torch.save({"epoch": 3, "netG": state}, root / "theirs.pth")
    from safetensors.torch import save_file

    save_file({f"netG.{key}": value for key, value in state.items()}, root / "theirs.safetensors")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        assert main(["train", "dcgan", "--data", "pictures", "--name", "mine", *SMALL.split()]) == 0
    return root


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    """Fails what takes longer than any command here may take."""

    def late(number: int, frame: object) -> None:
        raise AssertionError(f"not done after {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def mutated(number: int, workshop: Path, place: Path) -> tuple[list[str], list[str]]:
    """The command line of a mutation, and what was done; `place` gets the mutated files."""
    chance = random.Random(number)
    shutil.copytree(workshop, place)
    words, done = [*COMMANDS[number % len(COMMANDS)]], []
    for _ in range(chance.choice((1, 1, 2))):
        if chance.random() < 0.45 and words:
            words = spoil_words(words, chance)
        else:
            done.append(spoil_folder(place, chance))
    if words and words[0] == "bench" and not set(words[1:]) - {"--"}:
        words.append("nothing")  # all measurements would take an hour
    return words, done


def test_no_mutation_ends_in_a_traceback(
    workshop: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
    waits: list[float],
) -> None:
    """Each mutation either succeeds, or it ends with exit code 2 and one line on stderr that names no type of Python."""
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")  # nobody listens there
    whole = request.config.getoption("--whole", default=False)
    faults = []
    for number in range(0, MUTATIONS, 1 if whole else MUTATIONS // SAMPLED):
        place = tmp_path / str(number)
        words, done = mutated(number, workshop, place)
        monkeypatch.setattr(store_module, "weights_roots", lambda place=place: [place / "weights"])
        monkeypatch.chdir(place)
        capsys.readouterr()
        fault = ""
        try:
            with limited(120):
                code = main(words)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except BaseException as error:
            code, fault = -1, f"{type(error).__name__}: {error}"
        said = capsys.readouterr().err
        if code == 2 and (said.count("\n") != 1 or not said.startswith("gan-zoo: ")):
            fault = "not one line"
        elif code not in (0, 2):
            fault = fault or f"exit code {code}"
        elif re.search(r"\b(NoneType|NotImplementedError|\w+Error\b|dict|ndarray|object has no|'str'|'int'|'list')", said):
            fault = "words of Python"
        if fault:
            faults.append(f"{number}: {fault!r:.300} {' '.join(words)!r:.200} {done}: {said[-300:]!r}")
        monkeypatch.chdir(tmp_path)
        shutil.rmtree(place)
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults)
