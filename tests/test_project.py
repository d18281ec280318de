"""Tests of the structure of the project: imports, public names, style, types, documents."""

from __future__ import annotations

import ast
import graphlib
import json
import math
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import torch
import yaml
from PIL import Image

import gan_zoo
from gan_zoo.evaluation.evaluate import EVALUATORS
from gan_zoo.imaging.images import to_float
from gan_zoo.models.base import kinds
from gan_zoo.serving import SESSIONS
from gan_zoo.training.training_data import LOADERS
from gan_zoo.weights.model_card import SECTIONS

ROOT = Path(__file__).parent.parent
GROUND = {"errors", "entries", "files", "config", "version", "precision", "random_state", "latent", "drag", "own_process"}
# Every package may use imaging, which imports only the modules on the ground floor.
MAY_IMPORT: dict[str, set[str]] = {
    "imaging": set(),
    "layers": {"imaging"},
    "models": {"layers", "imaging"},
    "data": {"layers", "imaging"},
    "runs": set(),
    "evaluation": {"models", "data", "layers", "imaging"},
    "weights": {"models", "data", "runs", "imaging"},
    "training": {"models", "data", "runs", "evaluation", "weights", "layers", "imaging"},
    "hub": {"weights", "data", "runs", "models", "imaging"},
    "serving": {"hub", "weights", "data", "models", "layers", "imaging"},
    "browser": {"weights", "data", "models", "imaging"},
    "cli": {
        "bench",
        "browser",
        "hub",
        "serving",
        "training",
        "evaluation",
        "weights",
        "data",
        "runs",
        "models",
        "layers",
        "imaging",
    },
    "bench": {"browser", "hub", "serving", "training", "evaluation", "weights", "data", "runs", "models", "layers", "imaging"},
}


def imports(path: Path) -> list[str]:
    """Return every module that a file imports, at its top or inside a function."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def ours(path: Path) -> set[str]:
    """Return the packages of gan_zoo, and its modules on the ground floor, that a file imports."""
    return {name.split(".")[1] for name in imports(path) if name.startswith("gan_zoo.")}


# Functions that open files from outside or could run code in them, and the only modules that may call them.
DANGEROUS = {
    "Image.open": {"decoding"},
    "av.open": {"decoding", "video"},  # video writes
    "torch.load": {"run", "foreign"},  # weights_only
    "yaml.load": set(),
    "pickle.load": set(),
    "pickle.loads": set(),
    "torch.hub.load": set(),
}
LIBRARY = sorted((ROOT / "gan_zoo").rglob("*.py"))
DEMOS = sorted((ROOT / "demos").rglob("*.py"))


@pytest.mark.parametrize("path", LIBRARY, ids=lambda p: str(p.relative_to(ROOT)))
def test_library_keeps_to_the_import_table(path: Path) -> None:
    assert not any(name.split(".")[0] in ("gradio", "demos", "app") for name in imports(path))
    inside = path.relative_to(ROOT / "gan_zoo").parts
    if len(inside) > 1:
        package = inside[0]
        assert ours(path) <= MAY_IMPORT[package] | {package} | GROUND
        if package == "models" and path.stem not in ("base", "kinds", "registry", "__init__"):
            others = {name.split(".")[2] for name in imports(path) if name.startswith("gan_zoo.models.")}
            assert others <= {"base", "kinds", "registry"}, "a model imports another model"
    elif path.stem in GROUND:
        assert ours(path) <= GROUND


def test_the_library_has_no_cycle() -> None:
    """Modules import each other in one direction only. Imports inside functions don't count."""
    modules = {path: ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in LIBRARY}
    order: graphlib.TopologicalSorter[str] = graphlib.TopologicalSorter()
    for path, name in modules.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("gan_zoo"):
                for alias in node.names:
                    whole = f"{node.module}.{alias.name}"
                    order.add(name, whole if whole in modules.values() else node.module)
    order.prepare()


@pytest.mark.parametrize(
    "table", [EVALUATORS, LOADERS, SECTIONS, SESSIONS], ids=["evaluators", "loaders", "sections", "sessions"]
)
def test_every_kind_has_an_entry_in_each_table(table: Mapping[str, object]) -> None:
    """A new kind of model needs an entry in these tables, and no branch in the code that reads them."""
    assert set(table) == set(kinds())


def test_only_pictures_are_served() -> None:
    assert {kind for kind, session in SESSIONS.items() if session is None} == {"classifier", "embedder"}


def test_no_file_is_long() -> None:
    scripts = [path for kind in ("js", "css") for path in (ROOT / "demos").rglob(f"*.{kind}")]
    assert [str(p) for p in (*LIBRARY, *DEMOS, *scripts) if len(p.read_text(encoding="utf-8").splitlines()) > 400] == []


@pytest.mark.parametrize("path", DEMOS, ids=lambda p: str(p.relative_to(ROOT)))
def test_tabs_import_only_public_names(path: Path) -> None:
    for name in imports(path):
        if name.startswith("gan_zoo"):
            assert not any(part.startswith("_") for part in name.split(".")), name
            assert name.count(".") > 1 or name.removeprefix("gan_zoo.") in {*gan_zoo.__all__, *GROUND, *MAY_IMPORT}, name
        if name.startswith("demos") and path != ROOT / "demos" / "__init__.py":
            # The files of a tab may import each other.
            own = path.relative_to(ROOT).parts[1:-1]
            assert name.split(".")[1] in ("shared", *own), f"{path.stem} imports another tab"


def test_app_is_short() -> None:
    assert len((ROOT / "app.py").read_text(encoding="utf-8").splitlines()) < 40


def test_every_public_name_exists_and_is_documented() -> None:
    assert gan_zoo.__all__ == sorted(gan_zoo.__all__)
    for name in gan_zoo.__all__:
        value = getattr(gan_zoo, name)
        assert name == "__version__" or value.__doc__, name


def test_import_is_light() -> None:
    """`import gan_zoo` loads no heavy package except torch. `gan-zoo bench start` measures the time."""
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
    pictures = [*(ROOT / "demos").glob("*/web/preview.webp")]
    assert len(english[2]) == 1 + len(pictures), "the animation, and a picture of each tab"


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
    metrics = json.loads((ROOT / "weights" / name / "config.json").read_text(encoding="utf-8")).get("metrics")
    if name == "features-imagenet":
        assert not metrics, "its data are not at hand, so nothing is claimed"
        return
    card = metrics.get(name) or metrics[f"{name} (seen in training)"]
    lines = (ROOT / "BENCHMARKS.md").read_text(encoding="utf-8").splitlines()
    rows = [line.replace(",", "").replace("%", "e-2") for line in lines if line.startswith("|") and f"`{name}`" in line]
    stated = [float(number) for row in rows for number in re.findall(r"(?<= )-?\d+(?:\.\d+)?(?:e-2)?(?= )", row)]
    key = next(key for key in ("fid", "r_precision", "psnr", "kid", "accuracy", "accessories") if key in card)
    assert any(math.isclose(card[key], figure, rel_tol=0.02) for figure in stated), f"{name} has {key} {card[key]}"


def test_scripts_import_files_that_are_there() -> None:
    for script in [*ROOT.glob("demos/*/web/*.js"), *ROOT.glob("gan_zoo/browser/*/[!o]*.js")]:
        for found in re.findall(r"^import [^;]*?from '(\..+?)';", script.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
            # A site has the scripts of both folders in one.
            places = [script.parent, script.parent.parent / "web"]
            assert any((place / found).is_file() for place in places), f"{script.relative_to(ROOT)} imports {found}"


def test_requirements_are_exact() -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert all(re.fullmatch(r"[\w.-]+(\[\w+\])?==[\w.]+", line) for line in lines if line and not line.startswith("#"))


def test_tracked_files_are_small() -> None:
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    sizes = {name: (ROOT / name).stat().st_size for name in files if name and (ROOT / name).exists()}
    assert max(sizes.values()) < 10_000_000, "a Space refuses files over 10 MB"
    assert sum(sizes.values()) < 150_000_000


def test_shapes_in_annotations_are_checked_here() -> None:
    """The import hook of the tests checks every annotation: a float picture is not a byte picture."""
    with pytest.raises(TypeError):
        to_float(torch.zeros(2))


@pytest.mark.parametrize("path", LIBRARY + DEMOS, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_from_outside_are_opened_in_one_place(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and (called := ast.unparse(node.func)) in DANGEROUS:
            assert path.stem in DANGEROUS[called], f"{path.name}:{node.lineno} calls {called}"
            if called == "torch.load":
                assert any(k.arg == "weights_only" and ast.unparse(k.value) == "True" for k in node.keywords)
