"""The project guards its own shape: who imports whom, public names, style, types, documents."""

from __future__ import annotations

import ast
import json
import math
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch
import yaml
from PIL import Image

import gan_zoo

ROOT = Path(__file__).parent.parent
LEAVES = {"errors", "images", "precision", "colour"}
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "images": set(),
    "precision": set(),
    "colour": set(),
    "fused": set(),
    "history": LEAVES,
    "fonts": LEAVES | {"data"},
    "holes": LEAVES,
    "tiles": set(),
    "video": LEAVES,
    "edges": set(),
    "flat": set(),
    "hints": {"edges"},
    "losses": set(),
    "augment": set(),
    "latent": set(),
    "recipes": set(),
    "render_dance": set(),
    "text": set(),
    "registry": LEAVES,
    "data": LEAVES,
    "pairings": LEAVES | {"data", "edges", "flat", "fonts", "hints", "holes"},
    "pairs": LEAVES | {"data", "pairings"},
    "runlog": LEAVES,
    "processes": LEAVES | {"runlog"},
    "remote": LEAVES | {"runlog", "processes"},
    "variety": {"data"},
    "sync": LEAVES | {"runlog", "client"},
    "health": {"runlog"},
    "playground": LEAVES | {"losses"},
    "blocks": LEAVES | {"registry", "losses", "augment"},
    "models": LEAVES | {"registry", "losses", "augment", "blocks", "history", "holes", "text"},
    "captions": LEAVES | {"data", "text"},
    "lexicon": LEAVES | {"data", "captions"},
    "retrieval": LEAVES | {"registry", "data", "captions", "metrics"},
    "metrics": LEAVES | {"data", "runlog"},
    "transfer": LEAVES | {"registry", "data", "fonts", "metrics"},
    "unpaired": LEAVES | {"registry", "data", "pairings", "pairs", "metrics"},
    "clips": LEAVES | {"registry", "data", "pairs", "metrics"},
    "trainer": LEAVES | {"registry", "data", "pairs", "runlog", "processes"},
    "train": LEAVES
    | {
        "registry",
        "data",
        "pairings",
        "pairs",
        "captions",
        "clips",
        "flat",
        "metrics",
        "runlog",
        "processes",
        "remote",
        "variety",
    }
    | {"trainer"},
    "live": LEAVES | {"processes", "runlog", "trainer"},
    "sabotage": {"health", "trainer"},
    "packing": LEAVES,
    "card": set(),
    "client": LEAVES,
    "weights": LEAVES | {"registry", "runlog", "packing", "card"},
    "hub": LEAVES | {"registry", "runlog", "client", "weights"},
    "space": LEAVES | {"client"},
    "streams": LEAVES | {"data", "client"},
    "shards": LEAVES | {"data", "client"},
    "compare": LEAVES | {"client", "weights", "hub"},
    "timeline": LEAVES | {"runlog", "hub"},
    "convert": LEAVES | {"registry", "runlog", "client", "hub"},
    "sessions": LEAVES | {"captions", "fused", "latent", "lexicon", "registry", "tiles"},
    "serve": LEAVES | {"registry", "hub", "sessions"},
}
ANYTHING = {"__main__", "commands", "bench", "__init__"}


def imports(path: Path) -> list[str]:
    """Every module that a file imports, at its top or inside a function."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def ours(path: Path) -> set[str]:
    """The modules of gan_zoo that a file imports."""
    names = {name.split(".")[1] for name in imports(path) if name.startswith("gan_zoo.")}
    return {name for name in names if (ROOT / "gan_zoo" / f"{name}.py").exists() or (ROOT / "gan_zoo" / name).is_dir()}


LIBRARY = sorted((ROOT / "gan_zoo").rglob("*.py"))
DEMOS = sorted((ROOT / "demos").rglob("*.py"))


@pytest.mark.parametrize("path", LIBRARY, ids=lambda p: str(p.relative_to(ROOT)))
def test_library_keeps_to_the_import_table(path: Path) -> None:
    assert not any(name.split(".")[0] in ("gradio", "demos", "app") for name in imports(path))
    module = path.parent.name if path.parent.name in ("models", "bench", "sessions", "commands") else path.stem
    if path.parent.name == "models" and path.stem != "__init__":
        assert "models" not in ours(path), "a model imports another model"
    if module not in ANYTHING:
        assert ours(path) - {module} <= MAY_IMPORT[module]


@pytest.mark.parametrize("path", DEMOS, ids=lambda p: str(p.relative_to(ROOT)))
def test_tabs_know_only_the_public_names(path: Path) -> None:
    assert ours(path) <= set(gan_zoo.__all__)
    for name in imports(path):
        if name.startswith("gan_zoo"):
            assert name.removeprefix("gan_zoo.") in gan_zoo.__all__, name
        if name.startswith("demos") and path != ROOT / "demos" / "__init__.py":
            # A tab of several files is a package, and they may know each other.
            own = path.relative_to(ROOT).parts[1:-1]
            assert name.split(".")[1] in ("ui", "texts", *own), f"{path.stem} imports another tab"


def test_app_is_short() -> None:
    assert len((ROOT / "app.py").read_text(encoding="utf-8").splitlines()) < 40


def test_every_public_name_exists_and_is_documented() -> None:
    assert gan_zoo.__all__ == sorted(gan_zoo.__all__)
    for name in gan_zoo.__all__:
        value = getattr(gan_zoo, name)
        assert name == "__version__" or value.__doc__, name


def test_import_is_light() -> None:
    """Nothing heavy comes with the library but torch; what it costs is measured by `gan-zoo bench start`."""
    code = "import torch, sys; before = set(sys.modules); import gan_zoo; print(*(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    heavy = {
        "av",
        "gradio",
        "torchvision",
        "torchmetrics",
        "accelerate",
        "pyarrow",
        "huggingface_hub",
        "scipy",
        "pandas",
        "matplotlib",
    }
    assert not heavy & {name.split(".")[0] for name in done.stdout.split()}


@pytest.mark.parametrize("tool", [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]], ids=" ".join)
def test_style_and_types(tool: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", *tool], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


READMES = ("README.md", "README.ja.md")


@pytest.mark.parametrize("document", [*ROOT.glob("*.md"), *(ROOT / "gan_zoo").rglob("*.md")], ids=lambda p: p.name)
def test_documents_name_files_that_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = re.findall(r"""(?:\]\(|src=")(?!https?:|#|mailto:)([^)#"]+)""", text)
    paths = re.findall(r"`((?:gan_zoo|demos|tests|weights)/[\w./-]*)`", text)
    for name, base in [(link, document.parent) for link in links] + [(path, ROOT) for path in paths]:
        assert (base / name).exists(), f"{document.name} names {name}, which doesn't exist"


def test_readmes_say_the_same() -> None:
    """Both have the same commands, headings and pictures; only the words differ."""

    def parts(name: str) -> tuple[list[str], list[int], list[str]]:
        text = (ROOT / name).read_text(encoding="utf-8")
        blocks = re.findall(r"^```\w*\n.*?^```$", text, re.DOTALL | re.MULTILINE)
        code = [re.sub(r"\s*#(?!\w).*", "", line).rstrip() for block in blocks for line in block.splitlines()]
        headings = [len(marks) for marks in re.findall(r"^(#+) ", re.sub(r"^```.*?^```$", "", text, flags=re.S | re.M), re.M)]
        return code, headings, [src.replace(".ja.", ".") for src in re.findall('src="([^"]+)"', text)]

    english, japanese = map(parts, READMES)
    assert english == japanese
    assert len(english[2]) == 12, "the animation, and a picture of each tab"


def test_the_readme_is_what_the_space_and_the_clean_clone_read() -> None:
    _, front, text = (ROOT / READMES[0]).read_text(encoding="utf-8").split("---\n", 2)
    matter = yaml.safe_load(front)
    assert (matter["sdk"], matter["app_file"]) == ("gradio", "app.py") and len(matter["short_description"]) <= 60
    assert f"gradio=={matter['sdk_version']}" in re.sub(r"\[\w+]", "", (ROOT / "requirements.txt").read_text(encoding="utf-8"))
    assert re.search(r"<!-- tests -->\n```sh\n.*-m pytest\n```", text)


@pytest.mark.parametrize("name", READMES)
def test_pictures_of_the_readme_are_small(name: str) -> None:
    opening, *tabs = re.findall('src="([^"]+)"', (ROOT / name).read_text(encoding="utf-8"))
    assert (ROOT / opening).stat().st_size < 1_500_000
    with Image.open(ROOT / opening) as animation:
        assert animation.width == 800 and animation.n_frames > 50
    for tab in tabs:
        assert (ROOT / tab).stat().st_size <= 60_000
        with Image.open(ROOT / tab) as picture:
            assert picture.size == (640, 400), tab


@pytest.mark.parametrize("name", sorted(gan_zoo.list_weights()))
def test_benchmarks_agree_with_the_cards(name: str) -> None:
    """A row of BENCHMARKS.md that names the weights has the first of these measures that their card has."""
    card = json.loads((ROOT / "weights" / name / "config.json").read_text(encoding="utf-8"))["metrics"][name]
    lines = (ROOT / "BENCHMARKS.md").read_text(encoding="utf-8").splitlines()
    rows = [line.replace(",", "").replace("%", "e-2") for line in lines if line.startswith("|") and f"`{name}`" in line]
    stated = [float(number) for row in rows for number in re.findall(r"(?<= )-?\d+(?:\.\d+)?(?:e-2)?(?= )", row)]
    key = next(key for key in ("fid", "r_precision", "psnr", "kid", "accuracy", "accessories") if key in card)
    assert any(math.isclose(card[key], figure, rel_tol=0.02) for figure in stated), f"{name} has {key} {card[key]}"


def test_requirements_are_exact() -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert all(re.fullmatch(r"[\w.-]+(\[\w+\])?==[\w.]+", line) for line in lines if line and not line.startswith("#"))


def test_tracked_files_are_small() -> None:
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    sizes = {name: (ROOT / name).stat().st_size for name in files if name and (ROOT / name).exists()}
    assert max(sizes.values()) < 10_000_000, "a Space refuses files over 10 MB"
    assert sum(sizes.values()) < 60_000_000


def test_shapes_in_annotations_are_checked_here() -> None:
    """The test run's import hook holds every annotation: a float picture is not a byte picture."""
    with pytest.raises(TypeError):
        gan_zoo.images.to_float(torch.zeros(2))
