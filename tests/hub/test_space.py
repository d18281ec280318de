"""Tests of the gallery as a Space: the upload, and the app in a Space's environment, with a strict stand-in for ZeroGPU."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from hub_server import HubServer
from PIL import Image

from gan_zoo.__main__ import main
from gan_zoo.errors import UserError
from gan_zoo.hub import space
from gan_zoo.imaging import images

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

from gradio_client import Client
from gradio_client.exceptions import AppError

from demos.shared import responses

ROOT = Path(__file__).parents[2]


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a small copy of the repository and return its folder."""
    root = tmp_path / "copy"
    for name in (
        *space.FILES,
        "tests/test_x.py",
        ".git/config",
        "gan_zoo/a.py",
        "gan_zoo/__pycache__/a.pyc",
        "weights/x/config.json",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    (root / "README.md").write_text("---\ntitle: x\nsdk: gradio\n---\n")
    (root / "demos").mkdir()
    monkeypatch.setattr(space, "ROOT", root)
    return root


def test_only_needed_files_are_uploaded(on_hub: HubServer, copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert space.create("me/zoo", hardware="zero-a10g", root=copy) == f"{on_hub.url}/spaces/me/zoo"
    there = on_hub.repositories["space", "me/zoo"]
    assert there.sdk == "gradio" and len(there.commits) == 2
    assert {*there.files} == {".gitattributes", *space.FILES, "gan_zoo/a.py", "weights/x/config.json"}


def test_an_update_deletes_removed_files(on_hub: HubServer, copy: Path) -> None:
    space.create("me/zoo", root=copy)
    there = on_hub.repositories["space", "me/zoo"]
    there.commit({"theirs.txt": b"stays"})
    (copy / "weights" / "x" / "config.json").unlink()
    (copy / "app.py").write_text("new")
    space.create("me/zoo", root=copy)
    assert there.files["app.py"] == b"new" and "theirs.txt" in there.files and "weights/x/config.json" not in there.files


def test_too_large_or_missing_files_are_refused(on_hub: HubServer, copy: Path) -> None:
    (copy / "weights" / "x" / "model.safetensors").write_bytes(bytes(space.MOST_BYTES + 1))
    with pytest.raises(UserError, match="larger than 10 MB"):
        space.create("me/zoo", root=copy)
    (copy / "app.py").unlink()
    with pytest.raises(UserError, match=r"lacks app.py"):
        space.create("me/zoo", root=copy)
    assert not on_hub.requests


def test_the_command_line_uploads_this_repository(on_hub: HubServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["space", "create", "me/zoo", "--private"]) == 0
    there = on_hub.repositories["space", "me/zoo"]
    assert there.private and "spaces/me/zoo" in capsys.readouterr().out
    front = yaml.safe_load(there.files["README.md"].decode().split("---\n")[1])
    assert {"title", "emoji", "sdk", "sdk_version", "python_version", "app_file", "license"} <= {*front}
    assert front["app_file"] in there.files
    assert f"gradio=={front['sdk_version']}\n" in there.files["requirements.txt"].decode()
    assert not [name for name in there.files if name.startswith(("tests/", "runs/")) or "__pycache__" in name]


@pytest.fixture(scope="module")
def on_zero() -> Iterator[Any]:
    """Start app.py as a ZeroGPU Space does; yields its address and its output."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    of_a_space = {"SYSTEM": "spaces", "SPACE_ID": "me/zoo", "SPACES_ZERO_GPU": "true", "GRADIO_SERVER_PORT": str(port)}
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "support" / "standin")])
    environment = {**os.environ, **of_a_space, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, "app.py"], cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.stdout
    try:
        said = []
        while "http://" not in (line := process.stdout.readline()):
            said.append(line)
            assert line, "the app did not start:\n" + "".join(said)
        yield f"http://127.0.0.1:{port}", process.stdout
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()


@pytest.fixture(scope="module")
def client(on_zero: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    connected = Client(on_zero[0], verbose=False, download_files=str(tmp_path_factory.mktemp("downloads")))
    yield connected
    connected.close()


def test_fast_endpoints_need_no_gpu(client: Client) -> None:
    file, _, _ = client.predict("dcgan-digits", 7, 9, 2.0, "float32", api_name="/sample")
    with Image.open(file) as picture:
        assert picture.format == "PNG"


def test_slow_endpoints_get_a_gpu(client: Client, on_zero: Any) -> None:
    digit = images.to_pil(torch.randint(256, (1, 28, 28), dtype=torch.uint8))
    file, psnr, _, point = client.predict("dcgan-digits", responses.data_url(digit), 4, "", api_name="/project")
    assert Path(file).exists() and psnr > 0 and len(point) == 100
    said = ""
    while "lent to" not in said:
        said = on_zero[1].readline()
    assert said == "lent to search for 30 s\n"
    with pytest.raises(AppError, match="unknown weights"):
        client.predict("nobody", responses.data_url(digit), 4, "", api_name="/project")


def test_every_endpoint_has_a_description_and_types(client: Client) -> None:
    """gradio_client and MCP tools read these descriptions."""
    told = client.view_api(return_format="dict", print_info=False)
    endpoints = told["named_endpoints"]
    assert {"/sample", "/interpolate", "/sketch", "/restyle", "/project"} <= {*endpoints} and not told["unnamed_endpoints"]
    for name, endpoint in endpoints.items():
        assert len(endpoint["description"]) > 20, name
        assert all(part["python_type"]["type"] not in ("", "Any") for part in endpoint["parameters"]), name
