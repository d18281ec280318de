"""The speed of samples and drawings, in the model alone and through the running app."""

from __future__ import annotations

import statistics
import time

import torch
from torch import Tensor

from gan_zoo.bench.app_process import Page, client, data_url, first_sampler, opening_sampler, serving
from gan_zoo.bench.drawing import draw, line_drawing, opening_model
from gan_zoo.bench.measure import Figure, Report, alternate, ratio, resident_gigabytes, seconds
from gan_zoo.data.reading import load_data
from gan_zoo.evaluation import metrics
from gan_zoo.imaging.decoding import open_picture
from gan_zoo.imaging.images import from_pil, to_float, to_pil
from gan_zoo.layers.unet import UNet
from gan_zoo.serving.gallery import Gallery


def sample(name: str = "", n: int = 64, rounds: int = 15) -> Report:
    """Measure the model's time for `n` samples, in the precision that the session chose and in float32.

    Args:
        name: the sampler (default: the one that the Latent space tab opens with).
    """
    name = name or first_sampler()
    session = Gallery().session(name)
    z = session.latents(n, seed=0)
    taken = alternate(
        {how: lambda how=how: session.sample(z, precision=how).milliseconds for how in ("auto", "float32")},  # type: ignore[misc]
        rounds,
    )
    return Report(
        f"sample: {n} samples of {name}: the precision that the session chose against float32, {rounds} rounds",
        [
            Figure(f"chosen ({session.precision})", statistics.median(taken["auto"]), "ms", 50.0),
            Figure("float32", statistics.median(taken["float32"]), "ms"),
            Figure("chosen against float32", ratio(taken["float32"], taken["auto"]), "times"),
        ],
    )


def app(name: str = "", n: int = 64, clicks: int = 15) -> Report:
    """Measure the gallery in a process of its own: its first page, a click without the time of the model, and its memory.

    A click is a request to `/sample` by the browser's protocol. It ends when the file of the picture has arrived.

    Args:
        name: the sampler (default: the one that the Latent space tab opens with).
    """
    with serving() as (process, port, first_page):
        name = name or opening_sampler(Page(port))
        caller = client(port)

        def click(seed: int) -> tuple[float, float]:
            begin = time.perf_counter()
            _, model, _ = caller.predict(model=name, seed=seed, n=n, api_name="/sample")
            whole = (time.perf_counter() - begin) * 1000
            return whole, whole - model

        first, _ = click(0)
        whole, without = zip(*(click(seed) for seed in range(1, clicks + 1)), strict=True)
        memory = resident_gigabytes(process.pid)
        caller.close()
    figures = [
        Figure("first page after the imports", first_page, "s", 3.0),
        Figure("first click, which loads the model", first, "ms"),
        Figure("click to picture", statistics.median(whole), "ms"),
        Figure("click to picture less the model", statistics.median(without), "ms", 150.0),
    ]
    if memory is not None:
        figures.append(Figure("resident memory after use", memory, "GB", 1.2))
    return Report(f"app: python app.py on this machine, {n} samples of {name} a click, {clicks} clicks", figures)


def sketch(name: str = "", width: int = 64, rounds: int = 15, strokes: int = 25) -> Report:
    """Measure a translator at its size against the 256 px U-Net of the paper (of `width` 64), run plainly; and the time of
    a drawing from the pen to the picture.

    The latter is the request that the page of the running app sends while the pen moves. It ends when the picture has
    arrived.

    Args:
        name: the translator (default: the one that the tab opens with).
    """
    with serving() as (_, port, _):
        page = Page(port)
        name = name or opening_model(page)
        session = Gallery().translator(name)
        given = torch.rand(1, *session.input_shape) * 2 - 1
        plain = UNet((3, 3), [width * min(2**i, 8) for i in range(8)]).eval()
        picture = torch.rand(1, 3, 256, 256) * 2 - 1

        def run_plainly() -> float:
            with torch.inference_mode():
                return 1000 * seconds(lambda: plain(picture))

        taken = alternate({"ours": lambda: session.translate(given).milliseconds, "plain": run_plainly}, rounds)

        def stroke(length: int) -> float:
            drawing = line_drawing(session.config.size, length)
            begin = time.perf_counter()
            draw(page, name, drawing, length)
            return 1000 * (time.perf_counter() - begin)

        stroke(1)  # loads the model
        waited = [stroke(length) for length in range(2, strokes + 2)]
    return Report(
        f"sketch: {name} at {session.config.size} px ({session.precision}) against a U-Net of 256 px and width {width}, "
        f"eager float32, {rounds} rounds; {strokes} strokes through python app.py",
        [
            Figure("model", statistics.median(taken["ours"]), "ms", 40.0),
            Figure("plain U-Net", statistics.median(taken["plain"]), "ms"),
            Figure("model against plain U-Net", ratio(taken["plain"], taken["ours"]), "times"),
            Figure("pen to picture", statistics.median(waited), "ms", 100.0),
        ],
    )


def latent(name: str = "", data: str = "", n: int = 64, rounds: int = 9, moves: int = 60, projected: int = 4) -> Report:
    """Measure the latent space: a wall of pictures, the moves of the slider, and the projection of test pictures.

    The slider asks for one picture after the other by HTTP, as the page does. The projection has as many steps as the app
    takes on this machine. If the sampler has an encoder, its first guess is measured too.

    Args:
        name: the sampler (default: the one that the tab opens with).
        data: the data set of the test pictures (default: the one that the sampler learnt from).
    """
    gallery = Gallery()
    with serving() as (_, port, _):
        page = Page(port)
        name = name or opening_sampler(page)
        session, card = gallery.session(name), gallery.card(name)
        data, config = data or card["data"], card["config"]
        z = session.latents(n, seed=0)
        wall = statistics.median(session.sample(z).milliseconds for _ in range(rounds))
        targets = load_data(data, "test", config["size"], config["channels"], most=projected).batch(slice(projected))["image"]
        picks, label = [[7, 0], [7, 9]], session.classes[0] if session.classes else ""
        drag = [[name, label, 2.0, picks, "spherical", i / moves] for i in range(moves)]
        page.ask("mover", "move", drag[0])  # loads the model
        taken = seconds(lambda: [page.ask("mover", "move", where) for where in drag])
        caller = client(port)
        asked = [{"model": name, "picture": data_url(to_pil(target)), "label": label} for target in targets]
        found, _, inversions, _ = zip(*(caller.predict(**given, api_name="/project") for given in asked), strict=True)
        caller.close()
        drawn = torch.stack([to_float(from_pil(open_picture(path), config["channels"])) for path in found])
    figures = [
        Figure(f"{n} samples ({session.precision})", wall, "ms", 400.0),
        Figure("pictures while the slider moves", moves / taken, "a second", 15.0, at_least=True),
        Figure("projection", statistics.median(inversions), "s", 20.0),
        *_closeness(gallery, "the projection", drawn, targets),
    ]
    with session.network() as model, torch.inference_mode():
        if (points := model.guess(targets)) is not None:
            waited = statistics.median(seconds(lambda: model.guess(targets[:1])) for _ in range(rounds))
            figures += [
                Figure("first guess of the encoder", 1000 * waited, "ms", 50.0),
                *_closeness(gallery, "the first guess", model.synthesis(points), targets),
            ]
    return Report(
        f"latent: {name} on this machine: {n} samples, {rounds} rounds; {moves} moves of the slider; "
        f"{projected} pictures of the test split of {data} projected",
        figures,
    )


def _closeness(gallery: Gallery, what: str, drawn: Tensor, targets: Tensor) -> list[Figure]:
    """How close pictures `n c h w` are to their targets: by their pixels and, if they have colours, to the eye for these."""
    figures = [Figure(f"closeness of {what} (PSNR)", metrics.psnr(drawn, targets), "dB")]
    eye = gallery.eye() if targets.shape[1] == 3 else None
    if eye:
        with eye.network() as network:
            figures.append(Figure(f"perceptual distance of {what}", metrics.perceptual(network, drawn, targets), ""))
    return figures
