"""Runs the tests of the Hub with other versions of its client, if they are installed below build/."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OF_THE_HUB = [f"tests/hub/test_{name}.py" for name in ("push", "pull", "sync", "run_mirror", "dataset_stream")]


@pytest.mark.parametrize("version", ["1.33.0", "2.4.0"])
def test_with_another_client(version: str) -> None:
    import huggingface_hub

    if huggingface_hub.__version__ == version:
        pytest.skip("the other tests use this version")
    place = ROOT / "build" / f"huggingface_hub-{version}"
    if not place.is_dir():
        pytest.skip(f"pip install --no-deps --target {place.relative_to(ROOT)} huggingface_hub=={version} installs it")
    environment = {**os.environ, "PYTHONPATH": str(place)}
    seen = subprocess.run(
        [sys.executable, "-c", "import huggingface_hub; print(huggingface_hub.__version__)"],
        env=environment, cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert seen.stdout.strip() == version
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *OF_THE_HUB],
        env=environment, cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-5000:]
