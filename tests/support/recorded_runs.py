"""Runs as a trainer would have left them, for the tests of the Training tab."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PIL import Image

from gan_zoo import Run


def row(step: int, **more: Any) -> dict[str, Any]:
    return {"step": step, "images": step * 8, "generator_loss": 1.5, "discriminator_loss": 0.5, "d_fake": 0.25} | more


def recorded(runs: Path, name: str = "one", steps: int = 3) -> Run:
    """A run that was trained here and is over."""
    run = Run(runs / name)
    run.append({"step": 0, "event": "start"})
    for step in range(1, steps + 1):
        run.append(row(step * 10))
        run.save_grid(step * 10, Image.new("RGB", (24, 16), (step * 20, 0, 0)))
    run.append({"step": steps * 10, "event": "end", "ending": "complete"})
    settings = {"model": "dcgan", "data": "digits", "options": {"discriminator_steps": 2}, "learning_rates": {"generator": 0.1}}
    run.config.write_text(json.dumps({**settings, "steps": steps * 10}))
    return run
