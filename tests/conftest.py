"""What the tests share: one processor thread, tiny data, tiny weights."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from hub_server import WRITER, HubServer, running
from PIL import Image
from sampling import sample
from tiny_runs import draw_few, few_rows

from gan_zoo import Gallery
from gan_zoo.data.dataset import Dataset
from gan_zoo.models.registry import list_models, model_class
from gan_zoo.weights import store as store_module
from gan_zoo.weights.folder import save_weights


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="write the golden outputs anew instead of comparing with them")
    parser.addoption("--whole", action="store_true", help="run every case of the sweeps instead of a sample")


def pytest_configure(config: pytest.Config) -> None:
    # Compiling takes seconds of processor time beside the tests; those of compiled networks ask for it.
    os.environ["GAN_ZOO_COMPILE"] = "0"
    config.addinivalue_line("markers", "sweep(n): one case in n runs, unless --whole is given or tests are named")


# What takes long begins early, so that no process is idle at the end. In `browser`, neighbours share a browser and an app.
LONG = ("demos/browser/", "test_foreign.py", "test_train.py", "test_gpu_rules.py", "test_distributed.py", "test_project.py",
        "test_measures.py", "test_models.py", "test_dance.py", "test_reading.py", "test_steering.py", "test_hostile.py",
        "test_app.py")  # fmt: skip


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put long files first, and leave a sample of the sweeps."""
    ranks = {item.path: next((i for i, part in enumerate(LONG) if part in item.path.as_posix()), len(LONG)) for item in items}
    items.sort(key=lambda item: ranks[item.path])
    leave_samples(config, items)


def leave_samples(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave one case in n of each test that is marked `sweep(n)`; whoever names tests (-k, FILE::TEST) gets all of them."""
    if config.getoption("--whole") or config.option.keyword or any("::" in argument for argument in config.args):
        return
    cases: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("sweep"):
            cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    left_out = set()
    for swept in cases.values():
        mark = swept[0].get_closest_marker("sweep")
        assert mark
        left_out.update(item for item in swept if item not in sample(swept, mark.args[0], key=lambda item: item.nodeid))
    if left_out:
        config.hook.pytest_deselected(items=[item for item in items if item in left_out])
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture
def sampled(request: pytest.FixtureRequest) -> Callable[..., list[Any]]:
    """`sampled(cases, n, key)` is one in n of the cases of a sweep within a test; all of them with `--whole`."""
    if request.config.getoption("--whole"):
        return lambda cases, n, key: list(cases)
    return sample


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAN_ZOO_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def on_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    """A Hub on loopback, to which the real client speaks as the user `me`; the working folder is an empty one."""
    import huggingface_hub
    from huggingface_hub import constants

    with running() as hub_server:
        given = {"HF_ENDPOINT": hub_server.url, "HF_TOKEN": WRITER, "NO_PROXY": "127.0.0.1"}
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        # The client reads this address when it is imported; `datasets` doesn't pass another one on everywhere.
        monkeypatch.setattr(constants, "ENDPOINT", hub_server.url)
        template = hub_server.url + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "token"))
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
        (tmp_path / "here").mkdir()
        monkeypatch.chdir(tmp_path / "here")
        yield hub_server
        huggingface_hub.close_session()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that would have been waited."""
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    return waited


@pytest.fixture
def data() -> Dataset:
    """96 colour pictures of 32x32 in three classes."""
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(256, (96, 3, 32, 32), generator=generator, dtype=torch.uint8)
    return Dataset("noise", images, torch.arange(96) % 3, ["a", "b", "c"])


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder of 40 grey 32x32 pictures in two class folders."""
    generator = torch.Generator().manual_seed(0)
    for i in range(40):
        folder = tmp_path / "pictures" / ("cats" if i % 2 else "dogs")
        folder.mkdir(parents=True, exist_ok=True)
        pixels = torch.randint(256, (32, 32), generator=generator, dtype=torch.uint8)
        Image.fromarray(pixels.numpy()).save(folder / f"{i:02d}.png")
    return tmp_path / "pictures"


@pytest.fixture(scope="session")
def few_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Names of data sets with a part of the starter data, smaller, which are made once."""
    return few_rows(tmp_path_factory.mktemp("few"))


@pytest.fixture
def few(few_files: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Names of data sets with a part of the starter data, smaller, and few pictures of data that are drawn.

    All of them take long to read, to draw and to train on.
    """
    draw_few(monkeypatch)
    return few_files


@pytest.fixture(scope="session")
def tiny_zoo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with tiny weights of every model, which is made once and only copied from."""
    root = tmp_path_factory.mktemp("zoo")
    for name in list_models():
        torch.manual_seed(0)
        cls = model_class(name)
        translates = {"pairs": "edges"} if cls.kind == "translator" else {}
        save_weights(cls(cls.TINY), root / f"{name}-tiny", {"data": "noise", "classes": [], **translates})
    return root


@pytest.fixture
def weights(tiny_zoo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with tiny weights of every model, named MODEL-tiny, in place of the shipped ones."""
    root = shutil.copytree(tiny_zoo, tmp_path / "weights")
    monkeypatch.setattr(store_module, "weights_roots", lambda: [root])
    return root


@pytest.fixture(scope="module")
def gallery(weights: Path) -> Gallery:
    """The gallery over a module's own `weights`."""
    return Gallery({folder.name: folder for folder in weights.iterdir()}, device="cpu")


@pytest.fixture(scope="module")
def client(weights: Path) -> Iterator[Any]:
    """A program that calls the app over a module's own `weights`."""
    from app_process import serving
    from gradio_client import Client

    with serving(weights) as url:
        connected = Client(url, verbose=False)
        yield connected
        connected.close()
