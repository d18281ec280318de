"""Networks on the visitor's device, in headless Chromium: they agree with the server's, the tabs use them, also without a
network, and a site of its own works from a server of files."""

from __future__ import annotations

import base64
import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from app_process import serving
from browsing import Watched, needs_chromium, visits
from latent_visitor import Visitor
from painter import CIRCLE, Painter
from PIL import Image
from torch.nn.functional import interpolate

from demos.shared import device
from demos.style.styles import is_style, is_two_way
from gan_zoo import Gallery, latent
from gan_zoo.bench import browser_networks
from gan_zoo.bench.chromium import serving_files
from gan_zoo.browser import graph, site
from gan_zoo.imaging import images
from gan_zoo.serving.session import agreement
from gan_zoo.weights.folder import read_card
from gan_zoo.weights.store import REPOSITORY_WEIGHTS

pytestmark = needs_chromium

SHIPPED = [folder for folder in sorted(REPOSITORY_WEIGHTS.glob("*/")) if (folder / graph.GRAPH).is_file()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of all weights that ship with a graph."""
    out = tmp_path_factory.mktemp("site") / "zoo"
    site.write_site(SHIPPED, out)
    return out


@pytest.fixture(scope="module")
def host(folder: Path) -> Iterator[str]:
    with serving_files(folder) as address:
        yield address


@pytest.fixture(scope="module")
def runner(browser: Any, host: str) -> Iterator[Any]:
    """A page of the site, in which any network can be run."""
    page = Watched(browser, f"{host}#dcgan-digits")
    page.page.wait_for_selector("body[data-ready=dcgan-digits]")
    yield page
    page.close(host)


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda shipped: shipped.name)
@pytest.mark.sweep(4)
def test_the_device_agrees_with_the_server(runner: Any, shipped: Path) -> None:
    gallery = Gallery({shipped.name: shipped}, device="cpu")
    given = browser_networks.example(gallery, shipped.name)
    networks = runner.page.evaluate("fetch('site.json').then((answer) => answer.json())")["networks"]
    runner.page.evaluate(browser_networks.LOAD, next(one for one in networks if one["name"] == shipped.name))
    pictures, _ = browser_networks.on_device(runner.page, given)
    runner.page.evaluate("() => window.network.drop()")
    assert (
        agreement(pictures, browser_networks.on_server(gallery, shipped.name, given, "float32").images)
        >= browser_networks.LEAST
    )


CARDS = {shipped.name: read_card(shipped) for shipped in SHIPPED}
STYLES = [name for name, card in CARDS.items() if card["kind"] == "translator" and is_style(card)]
WAYS = [(name, back) for name in STYLES for back in (False, True) if not back or is_two_way(CARDS[name])]


@pytest.mark.parametrize(("name", "back"), WAYS)
def test_a_style_takes_pictures_of_any_size_and_leads_back(runner: Any, folder: Path, name: str, back: bool) -> None:
    files = folder / "networks" / name
    shutil.copyfile(REPOSITORY_WEIGHTS / name / (graph.BACK if back else graph.GRAPH), files / "way.onnx")
    runner.page.evaluate(
        browser_networks.LOAD, {"graph": f"networks/{name}/way.onnx?{back}", "weights": f"networks/{name}/{graph.STORED}"}
    )
    translator = Gallery({name: REPOSITORY_WEIGHTS / name}, device="cpu").translator(name)
    spots = torch.rand(1, 3, 8, 8, generator=torch.Generator().manual_seed(1)) * 2 - 1
    for size in ((120, 204), (16, 60)):
        given = interpolate(spots, size, mode="bicubic").clamp(-1, 1)
        pictures, _ = browser_networks.on_device(runner.page, {"images": given})
        expected = translator.translate(given, precision="float32", back=back).images
        assert agreement(pictures, expected) >= browser_networks.LEAST
    runner.page.evaluate("() => window.network.drop()")


def test_latents_are_those_of_python(runner: Any) -> None:
    drawn = """async ([seed, threshold]) => {
      const { latents } = await import('./latent.js');
      return latents(3, 100, seed, threshold).map((z) => [...z]);
    }"""
    for seed in (0, 7, 2**31 - 1):
        expected = latent.latents(3, 100, seed)
        torch.testing.assert_close(torch.tensor(runner.page.evaluate(drawn, [seed, 100])), expected, rtol=0, atol=0)
        for threshold in (0.1, 2.0, 3.0):
            found = torch.tensor(runner.page.evaluate(drawn, [seed, threshold]))
            torch.testing.assert_close(found, latent.truncate(expected, threshold), rtol=0, atol=1e-6)


@pytest.mark.parametrize("spherical", [True, False])
def test_walks_are_those_of_python(runner: Any, spherical: bool) -> None:
    z = latent.latents(3, 16, 5)
    z[2] = z[1]  # no arc leads there
    walk = """async ([points, times, spherical]) => {
      const { along, lerp, slerp } = await import('./latent.js');
      const ends = points.map((point) => Float32Array.from(point));
      return times.map((t) => [...along(ends, t, spherical ? slerp : lerp)]);
    }"""
    times = [0, 0.2, 0.5, 0.8, 1]
    found = torch.tensor(runner.page.evaluate(walk, [z.tolist(), times, spherical]))
    torch.testing.assert_close(found, latent.along(z, torch.tensor(times), spherical), rtol=0, atol=1e-5)


class Guest(Watched):
    """A visitor of the site."""

    def wait(self, condition: str, given: Any = None) -> None:
        super().wait(f"() => {condition}", given)  # the page lets no text become a script

    def show(self, name: str) -> None:
        self.page.evaluate(f"location.hash = '{name}'")
        self.page.wait_for_selector(f"body[data-ready='{name}']")

    def pictures(self) -> int:
        return int(self.page.get_attribute(".took", "data-pictures") or 0)

    def draw(self) -> None:
        """Draw a stroke, and wait for its picture."""
        self.page.locator(".paper").scroll_into_view_if_needed()
        before, box = self.pictures(), self.page.locator(".paper").bounding_box()
        self.page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.2)
        self.page.mouse.down()
        self.page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.6, steps=3)
        self.page.mouse.up()
        self.wait(f"document.querySelector('.took').dataset.pictures > {before}")

    def result(self) -> str:
        return str(self.page.evaluate("document.querySelector('.result').toDataURL()"))


@pytest.fixture
def guest(browser: Any, host: str) -> Iterator[Any]:
    with visits(Guest, browser, host) as opened:
        yield opened


@pytest.mark.parametrize(("language", "widths", "words"), [
    ("en", (1280, 390), ["Your drawing", "Eraser", "on this device", "About this network"]),
    ("ja", (390, 1280), ["あなたの絵", "消しゴム", "この端末で", "このネットワークについて"]),
])  # fmt: skip
def test_a_site_draws_and_walks_also_without_a_network(
    guest: Any, language: str, widths: tuple[int, int], words: list[str]
) -> None:
    one = guest(language, widths[0])
    one.show("pix2pix-emoji")
    one.draw()
    for _ in one.through(widths):
        text = one.page.inner_text("body")
        assert [word for word in words if word not in text] == []
    one.context.set_offline(True)
    before = one.result()
    one.page.locator(".swatch").nth(2).click()
    one.draw()
    assert one.result() != before
    one.context.set_offline(False)

    one.show("cgan-kana")
    one.context.set_offline(True)
    before = one.result()
    one.page.locator("input[type=range]").fill("0.1")
    one.wait(f"document.querySelector('.result').toDataURL() !== {before!r}")
    wall = "document.querySelector('.wall canvas').toDataURL()"
    before = one.page.evaluate(wall)
    one.page.select_option("select", "5")
    one.wait(f"{wall} !== {before!r}")
    one.page.locator(".wall button").nth(9).click()
    assert one.page.locator(".wall [aria-pressed=true]").count() == 2
    one.context.set_offline(False)


def test_a_photograph_of_any_size_on_a_site(guest: Any) -> None:
    one = guest()
    one.show("cyclegan-ukiyoe")
    buffer = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((300, 203)).save(buffer, "PNG")
    one.page.set_input_files("input[type=file]", {"name": "a.png", "mimeType": "image/png", "buffer": buffer.getvalue()})
    one.wait("document.querySelector('.took').dataset.pictures > 0")
    assert one.page.evaluate("(({ width, height }) => [width, height])(document.querySelector('.result'))") == [300, 204]
    one.page.set_input_files("input[type=file]", {"name": "a.png", "mimeType": "image/png", "buffer": b"no picture"})
    one.page.wait_for_selector("text=no picture that the browser can read")


def test_a_site_says_what_is_missing(guest: Any, folder: Path, browser: Any, host: str) -> None:
    page = browser.new_page()
    page.route("**/networks/pix2pix-grey/model.onnx*", lambda route: route.fulfill(status=404))
    page.goto(f"{host}?lang=ja#pix2pix-grey")
    page.wait_for_selector("text=ネットワークを読み込めませんでした")
    page.close()


SPOIL = """async (broken) => {
  const { Network } = await import('./network.js');
  window.whole ||= Network.prototype.run;
  Network.prototype.run = broken ? async () => { throw new Error('out of memory'); } : window.whole;
}"""


@pytest.mark.parametrize(("language", "words"), [("en", "failed while it drew"), ("ja", "途中でネットワークが止まりました")])
def test_a_site_says_that_a_network_failed_while_it_drew(guest: Any, language: str, words: str) -> None:
    one, said = guest(language), "document.querySelector('.trouble').textContent"
    one.show("pix2pix-emoji")
    one.page.evaluate(SPOIL, True)
    one.page.mouse.click(*(one.page.locator(".paper").bounding_box()[side] + 80 for side in ("x", "y")))
    one.wait(f"{said}.includes({words!r}) && {said}.includes('out of memory')")
    one.page.evaluate(SPOIL, False)
    one.draw()
    assert one.page.evaluate(said) == ""

    one.show("cgan-kana")
    one.page.evaluate(SPOIL, True)
    one.page.locator("input[type=range]").fill("0.1")
    one.wait(f"{said}.includes({words!r})")
    one.page.locator(".tools button").click()
    one.page.evaluate(SPOIL, False)
    one.page.locator("input[type=range]").fill("0.2")
    one.wait(f"{said} === ''")


def test_a_network_goes_on_after_its_worker_has_died(guest: Any) -> None:
    one = guest()
    one.show("pix2pix-emoji")
    one.page.evaluate("""() => {
      const post = Worker.prototype.postMessage;
      Worker.prototype.postMessage = function fail() {
        Worker.prototype.postMessage = post;
        window.died = true;
        this.dispatchEvent(new ErrorEvent('error', { message: 'out of memory', cancelable: true }));
      };
    }""")
    one.draw()
    assert one.page.evaluate("window.died") and one.page.inner_text(".trouble") == ""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("weights")
    for name in ("pix2pix-emoji", "spade-earth", "dcgan-faces", "cgan-kana", "cyclegan-ukiyoe", "cut-ukiyoe"):
        shutil.copytree(REPOSITORY_WEIGHTS / name, root / name)
    with serving(root) as address:
        yield address


def png(url: str) -> torch.Tensor:
    """A picture that a page shows, in [-1, 1]."""
    picture = Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))
    return images.to_float(images.from_pil(picture, 3))[None]


def on_device(visitor: Any, box: str) -> None:
    """Wait until the network of a tab is there, and have it run on the device, whichever is faster."""
    place = visitor.page.locator(f"{box} .zoo-place")
    visitor.page.wait_for_selector(f"{box} .zoo-place[data-state=ready]")
    if place.get_attribute("data-place") != "device":
        place.locator("button").click()
    visitor.page.wait_for_selector(f"{box} .zoo-place[data-place=device]")


@pytest.fixture
def painter(browser: Any, url: str) -> Iterator[Any]:
    with visits(Painter, browser, url) as opened:
        yield opened


# Begins the worker with the runtime, without a network.
RUNTIME = """async () => {
  const { Network } = await import(new URL('gan_zoo/browser/web/network.js', document.baseURI).href);
  await new Network({ graph: 'nothing', weights: 'nothing' }).load().catch(() => {});
}"""


# The bytes that are told of when a network has been loaded.
LOADED = """async (offer) => {
  const { Network } = await import(new URL('gan_zoo/browser/web/network.js', document.baseURI).href);
  let told = 0;
  await new Network(offer).load((done) => { told = done; });
  return told;
}"""


@pytest.mark.parametrize("task", ["pix2pix-emoji", "spade-earth"])
def test_sketch_draws_on_the_device_as_on_the_server(painter: Any, task: str) -> None:
    one = painter()
    one.task(task)
    one.stroke(*CIRCLE)
    one.page.wait_for_selector("#sketch .zoo-place[data-state=ready]")
    if one.page.get_attribute("#sketch .zoo-place", "data-place") == "device":
        one.page.click("#sketch .zoo-place button")
    one.wait("document.querySelector('.zoo-took').textContent.includes('of model time')")
    there = one.picture()
    one.page.click("#sketch .zoo-place button")
    one.wait("document.querySelector('.zoo-took').textContent.includes('on this device')")
    here = one.picture()
    assert agreement(png(here), png(there)) >= 35, "the server may compute in a shorter format"
    assert one.page.locator(".zoo-looks img").count() == (4 if task == "spade-earth" else 0)

    asked: list[str] = []
    one.page.on("request", lambda request: asked.append(request.url) if "queue/join" in request.url else None)
    one.stroke((0.2, 0.8), (0.8, 0.8))
    assert one.picture() != here and asked == []
    one.page.click("[data-do=undo]")
    assert one.picture() == here and asked == []


def test_sketch_goes_on_without_a_network_and_keeps_the_choice(painter: Any) -> None:
    one = painter()
    one.task("pix2pix-emoji")
    one.stroke(*CIRCLE)
    on_device(one, "#sketch")
    before = one.picture()
    one.context.set_offline(True)
    one.stroke((0.2, 0.8), (0.8, 0.8))
    one.wait(f"document.querySelector('.zoo-result img').src !== {before!r}")
    one.context.set_offline(False)
    one.page.click("#sketch .zoo-place button")
    one.page.reload()
    one.open()
    one.stroke((0.2, 0.1), (0.8, 0.1))
    one.picture()
    assert one.page.get_attribute("#sketch .zoo-place", "data-place") == "server"
    assert one.page.get_attribute("#sketch .zoo-place", "data-state") == "away", "nothing is loaded that nobody wants"

    place = "document.querySelector('#sketch .zoo-place')"
    one.context.set_offline(True)
    one.stroke((0.2, 0.9), (0.8, 0.9))
    one.wait(f"{place}.dataset.state === 'missing'")
    assert "this device doesn't have the model" in one.page.inner_text("#sketch .zoo-place")
    one.context.set_offline(False)
    one.wait(f"{place}.dataset.state === 'away'")
    one.page.evaluate(RUNTIME)
    one.context.set_offline(True)
    one.stroke((0.2, 0.2), (0.8, 0.2))
    one.wait(f"{place}.dataset.place === 'device'")  # the files of the network were kept
    one.wait("document.querySelector('.zoo-took').textContent.includes('on this device')")
    one.context.set_offline(False)
    offer = device.offer(Gallery(device="cpu"), "dcgan-faces")
    assert offer and one.page.evaluate(LOADED, offer) == offer["bytes"], "with the runtime, which is there already"


@pytest.mark.parametrize(("language", "words"), [
    ("en", "The server doesn't answer, so this device computes."), ("ja", "この端末で計算しています。"),
])  # fmt: skip
def test_the_device_goes_on_while_the_server_is_gone(painter: Any, language: str, words: str) -> None:
    one, place = painter(language), "document.querySelector('#sketch .zoo-place')"
    one.task("pix2pix-emoji")
    one.stroke(*CIRCLE)
    on_device(one, "#sketch")
    one.page.click("#sketch .zoo-place button")  # the visitor chooses the server
    one.wait(f"{place}.dataset.place === 'server'")
    before = one.picture()
    one.context.set_offline(True)
    one.wait(f"{place}.dataset.place === 'device'")
    assert words in one.page.inner_text("#sketch .zoo-place") and one.page.locator("#sketch .zoo-place button").is_hidden()
    one.stroke((0.2, 0.8), (0.8, 0.8))
    one.wait(f"document.querySelector('.zoo-result img').src !== {before!r}")
    one.context.set_offline(False)
    one.wait(f"{place}.dataset.place === 'server'")
    assert words not in one.page.inner_text("#sketch .zoo-place")
    one.wait("!document.querySelector('.zoo-took b').parentElement.textContent.match(/on this device|この端末/)")


def test_the_latent_space_on_the_device(browser: Any, url: str) -> None:
    with visits(Visitor, browser, url) as opened:
        visitor = opened()
        page, live = visitor.page, "document.querySelector('.zoo-live img').src"

        def slide(position: float) -> str:
            before = page.evaluate(live)
            page.locator("#position input[type=range]").fill(str(position))
            visitor.wait(f"{live} !== {before!r}")
            return str(page.evaluate(live))

        slide(0.25)  # the server, which is timed by it
        there = slide(0.75)
        on_device(visitor, "#walk")
        slide(0.25)
        assert agreement(png(slide(0.75)), png(there)) >= 35
        visitor.rest()
        visitor.context.set_offline(True)
        seed = visitor.seed()
        page.click("#again")
        visitor.wait(f"document.querySelector('.zoo-wall').dataset.seed !== '{seed}'")
        assert page.input_value("#seed input") == visitor.seed()
        strip = visitor.source("zoo-strip")
        page.locator(".zoo-tile").nth(3).click()
        assert visitor.complaint() == "Select two or more pictures above."
        page.locator(".zoo-tile").nth(20).click()
        visitor.wait(f"![{strip!r}, ''].includes(document.querySelector('.zoo-strip img').src)")
        slide(0.1)
        new, sprite = visitor.seed(), visitor.sprite()

        other = opened()  # whom the server answers
        other.fill_seed(new)
        other.wait(f"document.querySelector('.zoo-wall').dataset.seed === '{new}'")
        found = [png(one.removeprefix('url("').removesuffix('")')) for one in (sprite, other.sprite())]
        assert found[0].shape == found[1].shape and agreement(*found) >= 25, "the server's is a JPEG"


class Customer(Watched):
    """A visitor of the Style tab."""

    def __init__(self, browser: Any, url: str, language: str = "en", width: int = 1280) -> None:
        super().__init__(browser, f"{url}#style", language, width)
        self.turn_to("style")

    def settled(self) -> None:
        self.wait("document.querySelector('.zoo-styler')?.dataset.settled && document.querySelector('.zoo-place')")
        self.wait("!document.querySelector('[data-do=save]').disabled")

    def said(self) -> str:
        return str(self.page.inner_text(".zoo-styler-said"))

    def pictures(self) -> list[str]:
        """What is shown as restyled, on the way back, and by each method with its way back."""
        shown = ".zoo-styler-view .after, .zoo-styler-cycle img, .zoo-styler-methods img"
        return list(self.page.eval_on_selector_all(shown, "(images) => images.map((one) => one.src)"))

    def switch(self, words: str) -> None:
        """Have the other side compute, until it has said so."""
        self.page.click("#style .zoo-place button")
        self.page.wait_for_selector(f".zoo-styler-said >> text={words}")
        self.settled()


def test_styles_on_the_device(browser: Any, url: str) -> None:
    with visits(Customer, browser, url) as opened:
        one = opened()
        one.page.wait_for_selector("#style .zoo-place[data-state=ready]")
        one.settled()
        if one.page.get_attribute("#style .zoo-place", "data-place") == "server":
            one.switch("on this device")
        one.settled()
        here = one.pictures()
        one.switch("of model time")
        there = one.pictures()
        assert len(here) == len(there) == 7, "CycleGAN and CUT, and the way back of the first"
        for mine, its in zip(here, there, strict=True):
            assert png(mine).shape == png(its).shape and agreement(png(mine), png(its)) >= 25, "they are JPEGs"
        one.switch("on this device")

        one.context.set_offline(True)
        one.wait("document.querySelector('#style .zoo-place').textContent.includes(\"server doesn't answer\")")
        before = one.page.get_attribute(".zoo-styler-view .after", "src")
        one.page.locator(".zoo-styler-back input").nth(1).check()
        one.wait(f"document.querySelector('.zoo-styler-view .after').src !== {before!r}")
        one.settled()
        assert "on this device" in one.said()
        with one.page.expect_download() as expected:
            one.page.click("[data-do=save]")
        with Image.open(Path(expected.value.path())) as saved:
            size = f"{saved.width} × {saved.height}"
        assert size in one.page.inner_text(".zoo-styler-is")
