"""The owner's own pictures in headless Chromium: dropped, packed, or seen by a camera, and then learnt from."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from app_process import serving_owner, tiny_weights
from browsing import Watched, needs_chromium, visiting
from PIL import Image, ImageDraw

from gan_zoo import open_picture

pytestmark = needs_chromium
BOX = "document.querySelector('.zoo-own')"
DROP = """(files) => {
  const transfer = new DataTransfer();
  for (const [name, type, content] of files) {
    transfer.items.add(new File([Uint8Array.from(atob(content), (c) => c.charCodeAt(0))], name, { type }));
  }
  document.querySelector('.zoo-own-drop').dispatchEvent(new DragEvent('drop', { bubbles: true, dataTransfer: transfer }));
}"""


def picture(i: int, size: tuple[int, int] = (320, 240), format: str = "PNG") -> bytes:
    drawn = Image.new("RGB", size, (40 + 5 * i, 200 - 9 * i, 120))
    ImageDraw.Draw(drawn).ellipse((10 * i, 30, 10 * i + 120, 180), fill=(250, 8 * i, 30))
    buffer = io.BytesIO()
    drawn.save(buffer, format)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, runs: Path) -> Iterator[str]:
    with serving_owner(tiny_weights(tmp_path_factory.mktemp("weights")), runs, HF_TOKEN="nothing is sent with it") as address:
        yield address


class Owner(Watched):
    """The owner of the machine, in the part of the tab with the own pictures."""

    def __init__(self, browser: Any, url: str, language: str = "en", **options: Any) -> None:
        super().__init__(browser, f"{url}#training", language, **options)
        self.wait("document.querySelector('.zoo-training')?.dataset.ready !== undefined")

    def may(self) -> None:
        self.wait(f"!{BOX}.querySelector('.zoo-own-desk').hidden")

    def drop(self, files: dict[str, bytes], mime: str = "image/png") -> None:
        self.page.evaluate(DROP, [[name, mime, base64.b64encode(content).decode()] for name, content in files.items()])

    def brought(self, n: int) -> None:
        """Wait until so many pictures have been taken, and no more is on its way."""
        self.wait(f"{BOX}.dataset.brought === '{n}'")

    def says(self, text: str) -> None:
        self.wait(f"{BOX}.innerText.includes({text!r})")

    def phase(self, name: str) -> None:
        self.wait(f"document.querySelector('.zoo-training-now').dataset.phase === '{name}'")


owner = visiting(Owner)


def test_pictures_are_dropped_learnt_from_and_published(owner: Any, runs: Path) -> None:
    one = owner()
    one.may()
    one.page.fill(".zoo-own [data-new] input", "My cats")
    one.drop({f"{i}.png": picture(i) for i in range(9)})
    one.brought(9)
    one.says("9 added to 'My-cats'")
    assert one.page.locator(".zoo-own-pictures img").count() == 9
    one.page.select_option(".zoo-own [name=size]", "32")
    one.says("9 pictures are enough to start")
    one.page.click(".zoo-own-train summary")
    one.says("gan-zoo train dcgan --data")
    one.page.click(".zoo-own-train > button")
    one.phase("running")
    one.wait("Number(document.querySelector('.zoo-training').dataset.step) >= 1")
    assert one.page.input_value("[data-run=one]") == "here/dcgan-My-cats-1"
    one.page.click("[data-ask=stop]")
    one.phase("stopped")
    one.page.click("[data-ask=publish]")
    one.wait("document.querySelector('.published').innerText.includes('dcgan-My-cats-1')")
    one.wait("!document.querySelector('.push').hidden")
    one.page.fill(".push [type=text]", "no repository")
    one.page.click(".push button")
    one.wait("document.querySelector('.zoo-training > .zoo-trouble').innerText.includes('user/name')")


def test_a_zip_tells_what_was_left_out_and_pictures_go_again(owner: Any, runs: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as into:
        for name, content in {"a.png": picture(1), "b.jpg": picture(2, format="JPEG"), "<img src=x>.png": b"none"}.items():
            into.writestr(name, content)
    one = owner(language="ja")
    one.may()
    one.drop({"動物.zip": packed.getvalue(), "notes.txt": b"x"}, "application/zip")
    one.brought(2)
    one.says("「動物」に2枚入れました")
    one.page.click(".zoo-own-told summary")
    told = one.page.inner_text(".zoo-own-told")
    assert "<img src=x>.png" in told and "画像ではない" in told
    assert one.page.locator(".zoo-own-told img").count() == 0
    one.says("少なすぎて")
    one.page.click(".zoo-own-train > button")
    one.wait(f"{BOX}.querySelector('.zoo-trouble').innerText.includes('8枚以上')")
    # With the keyboard: the second picture is marked, and deleted.
    one.page.focus(".zoo-own-pictures button")
    one.page.keyboard.press("ArrowRight")
    one.page.keyboard.press("Enter")
    one.page.click(".zoo-own [data-do=remove]")
    one.wait(f"{BOX}.querySelectorAll('.zoo-own-pictures img').length === 1")
    assert len(list((runs / "own" / "動物").iterdir())) == 1
    one.page.on("dialog", lambda dialog: dialog.accept())
    one.page.click(".zoo-own [data-do=delete]")
    one.wait(f"{BOX}.querySelector('.zoo-own-set').hidden")
    assert not (runs / "own" / "動物").exists()


def test_a_folder_is_there_at_the_next_visit(owner: Any, runs: Path, tmp_path: Path) -> None:
    folder = tmp_path / "holiday"
    (folder / "deeper").mkdir(parents=True)
    large = picture(3, (2400, 1800), "JPEG")
    for name, content in {"1.png": picture(1), "deeper/2.jpg": large, ".DS_Store": b"x", "film.mp4": b"x"}.items():
        (folder / name).write_bytes(content)
    one = owner()
    one.may()
    one.page.set_input_files(".zoo-own [data-folder]", folder)
    one.brought(2)
    one.says("1 left out")
    again = owner()
    again.may()
    again.wait(f"[...{BOX}.querySelectorAll('[data-set] option')].some((o) => o.value === 'holiday')")
    again.page.select_option(".zoo-own [data-set]", "holiday")
    again.wait(f"{BOX}.querySelectorAll('.zoo-own-pictures img').length === 2")
    sizes = sorted(open_picture(file).size for file in (runs / "own" / "holiday").iterdir())
    assert sizes == [(320, 240), (341, 256)], "a large picture was made small"


def test_the_camera_takes_a_burst_and_stops(owner: Any, runs: Path) -> None:
    one = owner()
    one.may()
    one.page.click(".zoo-own [data-do=webcam]")
    one.wait(f"{BOX}.querySelector('video').videoWidth > 0")
    one.page.click(".zoo-own [data-do=shoot]")
    one.wait(f"{BOX}.querySelectorAll('.zoo-own-pictures img').length >= 3")
    one.page.click(".zoo-own [data-do=stop]")
    one.wait(f"Number({BOX}.dataset.brought) >= 3")
    assert one.page.locator(".zoo-own video").is_visible()
    one.page.click(".zoo-own [data-do=close]")
    assert one.page.evaluate(f"{BOX}.querySelector('video').srcObject") is None
    n = int(one.page.get_attribute(".zoo-own", "data-brought"))
    assert len(list((runs / "own" / "webcam").iterdir())) == n
    one.says(f"{n} pictures in 'webcam'")


def test_it_can_be_cancelled_and_what_was_taken_is_kept(owner: Any, runs: Path) -> None:
    one = owner()
    one.may()
    one.page.fill(".zoo-own [data-new] input", "some")
    one.drop({f"{i}.png": picture(i, (320 + i, 240)) for i in range(60)})
    one.wait(f"{BOX}.querySelectorAll('.zoo-own-pictures img').length >= 2")
    one.page.click(".zoo-own [data-do=cancel]")
    one.says("Cancelled. The pictures added so far are kept.")
    one.wait(f"Number({BOX}.dataset.brought) >= 2")
    one.wait(f"/^\\d+ pictures in/.test({BOX}.querySelector('h3').innerText)")
    (n,) = re.findall(r"^\d+", one.page.inner_text(".zoo-own h3"))
    assert 2 <= int(n) < 60


def test_a_stranger_brings_nothing(owner: Any) -> None:
    one = owner(extra_http_headers={"X-Forwarded-For": "203.0.113.7"})
    one.wait(f"!{BOX}.querySelector('[data-refused]').hidden")
    assert one.page.locator(".zoo-own-desk").is_hidden()
    status = "fetch('training/own?set=x', { method: 'POST', body: 'x' }).then((answer) => answer.status)"
    assert one.page.evaluate(status) == 403
