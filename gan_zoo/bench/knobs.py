"""How well the knobs of the latent space turn what they are named after, and how much else they turn."""

from __future__ import annotations

from gan_zoo.bench.app_process import first_sampler
from gan_zoo.bench.measure import Figure, Report
from gan_zoo.errors import UserError
from gan_zoo.serving import find_knobs
from gan_zoo.serving.gallery import Gallery


def knobs(name: str = "") -> Report:
    """Measure the knobs of a model of faces: of each, the correlation of the fit, the change of what was asked for, and the
    changes of all other attributes together.

    Args:
        name: the model (default: the one that the Latent space tab opens with).

    Raises:
        UserError: the model has no knobs.
    """
    name, gallery = name or first_sampler(), Gallery()
    session, observer = gallery.session(name), gallery.observer(name)
    found = find_knobs(session, observer) if observer else None
    if found is None or observer is None:
        raise UserError(f"'{name}' has no knobs: they need a model of faces and its feature network", "no_features", name=name)
    figures = []
    for knob in found.knobs:
        figures += [
            Figure(f"{knob.name}: correlation", knob.correlation, ""),
            Figure(f"{knob.name}: asked change", 100 * knob.asked, "%"),
            Figure(f"{knob.name}: all other changes", 100 * sum(knob.others.values()), "%"),
            Figure(f"{knob.name}: asked share", 100 * knob.clean, "%"),
        ]
    return Report(
        f"knobs: {name}, read by {observer.name}, from two standard deviations to one side to two to the other", figures
    )
