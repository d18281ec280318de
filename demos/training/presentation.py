"""The contents of a run, for the page: its curves in panels, its events, its findings."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from demos.shared import i18n, names
from demos.shared.i18n import LANGUAGES
from gan_zoo import Run, list_models, list_weights, model_class
from gan_zoo.runs import diagnosis, recording
from gan_zoo.training import launch

Row = Mapping[str, Any]
# The panels that stand for themselves: their text, and what is in them.
TOGETHER: dict[str, tuple[str, ...]] = {
    "losses": ("generator_loss", "discriminator_loss", "loss"),
    "opinions": ("d_real", "d_fake"),
    "variety": ("diversity", "fresh_diversity", "closest", "novelty", "movement"),
    "fid": ("fid",),
    "kid": ("kid",),
    "agreement": ("precision", "recall"),
}
# Those of a quantity that every network has.
BY_NETWORK = {"gradients": "_gradient_norm", "rates": "_learning_rate"}
# Quantities that are told in words and not drawn.
UNDRAWN = ("seconds_left",)
# Events that leave a mark on the curves.
MARKED = ("resume", "data_changed", "pause", "learning_rates", "discriminator_steps", "loss_weight", "refused", "end")
# Reasons for the end of a run, by the code in its log; another code has its own message.
WHY = ("diverged", "disk", "memory")


def panels(curves: Mapping[str, recording.Curve]) -> list[dict[str, Any]]:
    """The curves in the panels that they are drawn in, each with a title and its lines in order."""
    groups = {
        **{key: [name for name in known if name in curves] for key, known in TOGETHER.items()},
        **{key: [name for name in curves if name.endswith(end)] for key, end in BY_NETWORK.items()},
    }
    grouped = {name for found in groups.values() for name in found}
    groups |= {name: [name] for name in curves if name not in (*grouped, *UNDRAWN)}
    # The rates say least, and come with what has no panel of its own.
    groups = {key: groups[key] for key in sorted(groups, key=lambda key: key not in ("losses", "opinions", "gradients"))}
    return [
        {"key": key, "title": _title(key, found), "lines": [_line(name, curves[name]) for name in found]}
        for key, found in groups.items()
        if any(value is not None for name in found for value in curves[name].mean)
    ]


def _title(key: str, quantities: Sequence[str]) -> dict[str, str]:
    return i18n.texts().get(f"panel_{key}") or names.standing_alone(_name(quantities[0]))


def _name(quantity: str) -> dict[str, str]:
    """A quantity in words; as the log calls it where there are none."""
    return i18n.texts().get(f"q_{quantity}") or dict.fromkeys(LANGUAGES, quantity.replace("_", " "))


def _line(name: str, curve: recording.Curve) -> dict[str, Any]:
    network = name
    for end in ("_loss", *BY_NETWORK.values()):
        network = network.removesuffix(end)
    role = {"d_fake": "generator", "d_real": "discriminator"}.get(name, network)
    label = i18n.texts().get(f"of_{network}") if network != name else None
    line = {"key": name, "role": role, "label": label or _name(name if network == name else network)}
    line["mean"] = [_short(value) for value in curve.mean]
    if curve.low != curve.mean:
        line |= {"low": [_short(value) for value in curve.low], "high": [_short(value) for value in curve.high]}
    return line


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.5g}")


def marks(events: Sequence[Row]) -> list[dict[str, Any]]:
    """The events in order: the step, the words for it, and a flag for those marked on the curves."""
    told = []
    for event in events:
        kind = event["event"]
        if f"event_{kind.replace(' ', '_')}" not in i18n.texts():
            continue
        ending = f"phase_{event.get('ending', '').replace(' ', '_')}"
        if ending in i18n.texts():
            said = i18n.both(ending)
        else:
            value, key = event.get("value", event.get("message", "")), f"event_{kind.replace(' ', '_')}"
            said = _both({lang: html.escape(i18n.say(key, lang, value=_said(value, lang))) for lang in LANGUAGES})
        told.append({"step": event["step"], "said": said, "marked": kind in MARKED})
    return told


def knobs(settings: Row, events: Sequence[Row]) -> dict[str, Any]:
    """The learning rates by network, the discriminator's updates per step and the weight of a term in the loss as they were
    asked for last; None where the model has no choice of these."""
    cls = model_class(settings["model"]) if settings.get("model") in list_models() else None
    options = settings.get("options", {})
    first_updates, first_weight = (
        options.get(field, getattr(cls.Config, field)) if cls and field else None
        for field in ((cls.DISCRIMINATOR_STEPS, cls.LOSS_WEIGHT) if cls else ("", ""))
    )
    rates, updates, weight = dict(settings.get("learning_rates") or {}), first_updates, first_weight
    for event in events:
        if event["event"] == "learning_rates":
            rates |= event["value"]
        elif event["event"] == "discriminator_steps":
            updates = event["value"] or first_updates
        elif event["event"] == "loss_weight":
            weight = event.get("value", first_weight)
    return {"rates": rates, "updates": updates, "weight": weight}


def _said(value: Any, language: str) -> str:
    """A value in words: of several numbers each with its name, networks by their parts in the duel."""
    if isinstance(value, Mapping):
        called = {key: i18n.texts().get(f"of_{key}", _name(key))[language] for key in value}
        return ", ".join(f"{called[key]} {_said(number, language)}" for key, number in value.items())
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def findings(rows: Sequence[Row]) -> dict[str, Any]:
    """The traffic light of a run, and everything that is or was wrong with it, what is wrong now first."""
    found = diagnosis.diagnose([dict(row) for row in rows])
    if all(finding.until is not None for finding in found) and not diagnosis.is_enough(rows):
        return {"light": "none", "list": [_finding(finding) for finding in found]}
    found.sort(key=lambda finding: (finding.until is not None, finding.kind not in diagnosis.FATAL, finding.since))
    return {"light": diagnosis.light(found), "list": [_finding(finding) for finding in found]}


def _finding(finding: diagnosis.Finding) -> dict[str, Any]:
    over = finding.until is not None
    when = i18n.both("health_over" if over else "health_since", since=f"{finding.since:,}", until=f"{finding.until or 0:,}")
    return {
        "since": finding.since,
        "until": finding.until,
        "fatal": finding.kind in diagnosis.FATAL,
        "title": i18n.both(f"f_{finding.kind}"),
        "story": i18n.both(f"s_{finding.kind}"),
        "when": when,
        "evidence": [
            [_both(_name(quantity)), f"{number:.3g}" if number == number else "NaN"]
            for quantity, number in finding.evidence.items()
        ],
        "advice": [[advice, i18n.both(f"a_{advice}")] for advice in finding.advice],
    }


def published_file(run: Run) -> Path:
    """The file of a run with the name of the weights that it has become last."""
    return run.folder / "published.txt"


def published(run: Run) -> str:
    """The name of the weights that a run has become last; empty where there are none, or none any more."""
    file = published_file(run)
    name = file.read_text(encoding="utf-8") if file.exists() else ""
    return name if name in list_weights() else ""


def _both(name: Mapping[str, str]) -> str:
    return "".join(f'<span class="zoo-text" lang="{language}">{name[language]}</span>' for language in LANGUAGES)


def why(state: launch.State) -> str:
    """The reason for an unexpected end of a run, as HTML; '' if it ended normally."""
    if state.phase == "killed":
        return i18n.both("why_killed")
    if state.phase == "failed":
        return i18n.both(f"why_{state.code}") if state.code in WHY else i18n.both("why_failed", message=state.message)
    return ""
