"""What somebody adds as CONTRIBUTING.md says is found: a GAN, a data set, a tab, a language, each really added to a copy."""

from __future__ import annotations

import importlib
import io
import json
import os
import pkgutil
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

from demos.shared import i18n

ROOT = Path(__file__).parent.parent
ADDITIONS = ROOT / "tests" / "additions"
ENTRY = '    "shades": Source("shades of grey, 8x8", "CC0-1.0", "made by a test"),\n'
# Runs in the copy, in a process of its own.
CHECK = """
import contextlib, io, json, sys
import httpx, pytest
from gan_zoo import Gallery, load, load_data
from gan_zoo.__main__ import main

def said(*arguments):
    with contextlib.redirect_stdout(io.StringIO()) as output:
        assert main(list(arguments)) == 0, arguments
    return output.getvalue()

told = {}
small = ["--steps", "2", "--batch-size", "4", "--device", "cpu", "--quiet"]
said("train", "toy_gan", "--data", "shades", "--name", "mine", *small)
said("export-run", "mine", "--to", "toy_gan-shades")
told["list"] = said("list")
told["data"] = [len(load_data("shades", split)) for split in ("train", "test")]
told["classes"] = load_data("shades").classes
model = load("toy_gan-shades")
told["sample"] = list(model.sample(model.latent(3)).shape)
# Before the app is imported, which leaves event loops behind.
only = ["-q", "-o", "addopts=", "--assert=plain", "-p", "no:cacheprovider", "-k", "toy_gan", "tests/models/test_models.py"]
told["accepted"], told["contract"] = int(pytest.main([*only, "--accept"])), int(pytest.main(only))
import app
from demos.shared import page
options = {"prevent_thread_lock": True, "quiet": True, "server_name": "127.0.0.1"}
_, url, _ = app.demo.launch(**options, **page.launch_options(app.routes))
told["gallery"] = Gallery(device="cpu").names("sampler")
told["page"] = httpx.get(url).text
told["config"] = httpx.get(f"{url}config").json()
told["script"] = httpx.get(f"{url}demos/toy/web/toy.js").text
told["styles"] = httpx.get(f"{url}demos/styles.css").text
told["api"] = list(httpx.get(f"{url}gradio_api/info").json()["named_endpoints"])
told["lessons"] = httpx.get(f"{url}learn/eo").json()
told["phone"] = httpx.get(f"{url}detective/room").text
app.demo.close()
open("told.json", "w").write(json.dumps(told))
"""


def shade(value: int) -> bytes:
    content = io.BytesIO()
    Image.new("L", (8, 8), value).save(content, "PNG")
    return content.getvalue()


def add_everything(copy: Path) -> None:
    """One file for the GAN, one entry and its file for the data set, one folder for the tab, one table a tab for Esperanto."""
    shutil.copy(ADDITIONS / "toy_gan.py", copy / "gan_zoo" / "models")

    catalogue = copy / "gan_zoo" / "data" / "catalogue.py"
    start, line, rest = catalogue.read_text(encoding="utf-8").partition("DATASETS: dict[str, Source] = {\n")
    catalogue.write_text(start + line + ENTRY + rest, encoding="utf-8")
    columns = {
        "image": [{"bytes": shade(8 * i), "path": f"{i}.png"} for i in range(20)],
        "label": [("dark", "light")[i % 2] for i in range(20)],
        "split": ["test" if i < 6 else "train" for i in range(20)],
    }
    pq.write_table(pa.table(columns), copy / "gan_zoo" / "data" / "starter" / "shades.parquet")

    shutil.copytree(ADDITIONS / "toy", copy / "demos" / "toy")

    for package in pkgutil.iter_modules([str(i18n.DEMOS)]):
        sentences = importlib.import_module(f"demos.{package.name}.texts").TEXTS
        table = {key: f"[{text['en']}]" for key, text in sentences.items()}
        (copy / "demos" / package.name / "texts_eo.py").write_text(f"TEXTS = {table!r}\n", encoding="utf-8")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a copy of the project says after all four have been added to it."""
    copy = tmp_path_factory.mktemp("copy")
    unneeded = shutil.ignore_patterns("__pycache__", "*.parquet")
    for name in ("gan_zoo", "demos", "tests/support", "tests/models"):
        shutil.copytree(ROOT / name, copy / name, ignore=unneeded)
    for name in ("app.py", "pyproject.toml", "tests/conftest.py"):
        shutil.copy(ROOT / name, copy / name)
    for data in (ROOT / "gan_zoo" / "data" / "starter").glob("*.parquet"):
        (copy / data.relative_to(ROOT)).symlink_to(data)
    add_everything(copy)
    environment = {**os.environ, "PYTHONPATH": str(copy), "OMP_NUM_THREADS": "1", "GAN_ZOO_CACHE": str(copy / "cache")}
    done = subprocess.run([sys.executable, "-c", CHECK], cwd=copy, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return {**json.loads((copy / "told.json").read_text(encoding="utf-8")), "said": done.stdout + done.stderr}


def test_a_gan_is_one_file(told: dict[str, Any]) -> None:
    assert "toy_gan" in told["list"] and "toy_gan-shades" in told["list"]
    assert told["sample"] == [3, 1, 8, 8] and told["gallery"] == ["toy_gan-shades"]
    assert "toy_gan-shades" in json.dumps(told["config"]), "the tabs of its kind show it"


def test_a_gan_keeps_the_contract_once_its_golden_output_is_there(told: dict[str, Any]) -> None:
    assert (told["accepted"], told["contract"]) == (0, 0), told["said"]


def test_a_data_set_is_one_entry(told: dict[str, Any]) -> None:
    assert "shades of grey, 8x8" in told["list"] and "CC0-1.0" in told["list"]
    assert told["data"] == [14, 6] and told["classes"] == ["dark", "light"]


def test_a_tab_is_one_folder(told: dict[str, Any]) -> None:
    names = [part["props"].get("elem_id") for part in told["config"]["components"]]
    assert "tab_toy" in names and "toy" in names
    assert "export function mount" in told["script"] and ".zoo-toy" in told["styles"]
    assert "/toy" in told["api"]


def test_a_language_is_one_table_a_tab(told: dict[str, Any]) -> None:
    assert '["en", "ja", "eo"]' in told["page"], "the page chooses it for a browser that asks for it"
    config = json.dumps(told["config"], ensure_ascii=False)
    assert '<a href=\\"?lang=eo\\" lang=\\"eo\\">[English]</a>' in config
    for sentence in ("[Sketch to picture]", "[The thief]", "[How does it work?]"):
        assert sentence in config, sentence
    assert told["lessons"]["chapters"][0]["title"] == "[Generative models]"
    assert told["lessons"]["glossary"][0]["word"], "what data say only in English stays English"
    assert 'lang="eo"' in told["phone"] and 'html[lang|="eo"]' in told["phone"]
    # The added tab has no Esperanto: its sentences are English there.
    assert 'lang=\\"eo\\">It draws.<' in config
