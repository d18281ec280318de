"""Trainings that the page starts and steers: who may, what it takes, what it refuses."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gan_zoo.weights import store

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

from recorded_runs import recorded

from demos.shared import i18n
from demos.shared.bucket import Bucket
from demos.training import form, permission
from gan_zoo import Gallery, Run, TrainConfig, UserError
from gan_zoo.training import launch, sabotage
from gan_zoo.training.loop import train

FAIR = form.PRESETS["preset_fair"]


@pytest.fixture(autouse=True)
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of runs, empty at first; there are no weights."""
    monkeypatch.setattr(store, "weights_roots", list)
    monkeypatch.setenv("GAN_ZOO_RUNS", str(tmp_path / "runs"))
    return tmp_path / "runs"


# Who may train.
def visitor(host: str = "localhost:7860", address: str = "127.0.0.1", **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    scope = {"client": (address, 1), "headers": []}
    return SimpleNamespace(headers={"host": host, **named}, client=SimpleNamespace(host=address), scope=scope)


@pytest.fixture(autouse=True)
def _plain_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SPACE_ID", "SYSTEM", permission.ALLOW, permission.PASSWORD):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(permission, "_guesses", Bucket(10, 0.0))


@pytest.mark.parametrize(("request_", "allowed"), [
    (visitor(), True),
    (visitor("127.0.0.1:7860", origin="http://127.0.0.1:7860"), True),
    (visitor("[::1]:7860", "::1"), True),
    (visitor(address="192.168.0.7"), False),
    (visitor("192.168.0.7:7860"), False),
    (visitor("evil.example"), False),
    (visitor(origin="http://evil.example"), False),
    (visitor(x_forwarded_for="10.0.0.1"), False),
])  # fmt: skip
def test_on_a_machine_of_ones_own_its_owner_may(request_: Any, allowed: bool) -> None:
    assert permission.may(request_, shared=False) is allowed
    assert permission.may(request_, shared=True) is False


def test_elsewhere_it_takes_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPACE_ID", "me/zoo")
    with pytest.raises(UserError) as refused:
        permission.check(visitor(), "", shared=False)
    assert refused.value.code == "not_owner"
    monkeypatch.setenv(permission.PASSWORD, "秘密")
    permission.check(visitor("zoo.example"), "秘密", shared=True)
    for wrong in ("secret", ["秘密"], 1, "\ud800"):
        with pytest.raises(UserError) as refused:
            permission.check(visitor(), wrong, shared=False)
        assert refused.value.code == "wrong_password"
    monkeypatch.setenv(permission.ALLOW, "1")
    assert permission.may(visitor("zoo.example", "8.8.8.8"), shared=True)


def test_nobody_guesses_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPACE_ID", "me/zoo")
    monkeypatch.setenv(permission.PASSWORD, "secret")

    def refusal(password: str, address: str) -> str:
        with pytest.raises(UserError) as refused:
            permission.check(visitor("zoo.example", address), password, shared=False)
        return refused.value.code

    assert [refusal(f"guess {i}", "8.8.8.8") for i in range(11)] == ["wrong_password"] * 10 + ["many_passwords"]
    assert refusal("secret", "8.8.8.8") == "many_passwords", "a right guess says no more than a wrong one"
    permission.check(visitor("zoo.example", "9.9.9.9"), "secret", shared=False)


def test_an_origin_that_is_no_address_is_another_page() -> None:
    assert not permission.may(visitor(origin="http://["), shared=False)


# Starting and steering.
def test_the_form_becomes_a_training() -> None:
    config = form.chosen({**FAIR, "loss": "hinge", "augment": "augment_mirror", "pictures": 8})
    assert (config.model, config.data, config.batch_size, config.minutes) == ("mlp_gan", "digits", 64, 2)
    assert config.options["loss"] == "hinge" and config.mirror and config.pictures == 8
    assert form.chosen({**FAIR, "model": "wgan_gp", "updates": 5}).options["critic_steps"] == 5


def test_the_form_of_who_has_no_opponent() -> None:
    config = form.chosen({**FAIR, "model": "vae", "weight": 4.0, "generator": 1e-3})
    assert config.options["beta"] == 4.0 and config.learning_rates == {"encoder": 1e-3, "decoder": 1e-3}
    assert form.KNOBS["weight"] == ["vae"]
    assert "vae" in form.KNOBS["generator"] and "vae" not in form.KNOBS["discriminator"]
    assert "mixture" not in form.KNOBS["generator"]
    assert "beta" not in form.chosen({**FAIR, "weight": 4.0}).options
    for model in form.MODELS:
        assert set(form.usual(model).values()) <= {*form.RATES, 2e-3}
    for wrong in (3.0, "4", True, None, [4.0], float("nan")):
        with pytest.raises(UserError) as refused:
            form.chosen({**FAIR, "model": "vae", "weight": wrong})
        assert refused.value.code == "bad_choice"


@pytest.mark.parametrize("name", sabotage.PRESETS)
def test_the_form_of_a_preset_asks_for_what_the_bench_measures(name: str) -> None:
    asked, meant = form.chosen(form.PRESETS[f"preset_{name}"]), sabotage.PRESETS[name].config
    options = {key: value for key, value in asked.options.items() if key != "discriminator_steps"}
    assert replace(asked, options=options, steps=meant.steps) == meant
    assert asked.options["discriminator_steps"] == 1


def test_measuring_takes_a_feature_network_and_pictures_enough(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    wanted = {**FAIR, "metrics": True}
    assert form.measurable() == [] and form.chosen(wanted).metrics_every == 0
    monkeypatch.setattr(form, "list_weights", lambda: {"features-digits": tmp_path, "features-kana": tmp_path})
    assert form.measurable() == ["digits"], "kana are learnt at another size than their network knows"
    assert form.chosen(wanted).metrics_every > 0
    with pytest.raises(UserError) as refused:
        form.chosen({**wanted, "pictures": 8})
    assert refused.value.code == "few_to_measure"


@pytest.mark.parametrize("wrong", [
    {"data": "/etc/passwd"}, {"data": "../digits"}, {"model": "classifier"}, {"model": None}, {"batch": 3}, {"batch": True},
    {"generator": 1e9}, {"generator": "0.1"}, {"minutes": 0}, {"loss": "none"}, {"augment": []}, {"updates": 1000},
    {"pictures": 9}, {"pictures": False}, {"width": 10**6}, {"width": "8"}, {"norm": "batch "}, {"norm": []},
], ids=str)  # fmt: skip
def test_nothing_but_the_lists_is_taken(runs: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(UserError) as refused:
        form.start({**FAIR, **wrong})
    assert refused.value.code == "bad_choice"
    assert not runs.exists()


@pytest.mark.parametrize(("asked", "code"), [
    ({"do": "pause", "name": "../one"}, "no_run_here"),
    ({"do": "pause", "name": 7}, "no_run_here"),
    ({"do": "pause", "name": "one"}, "not_running"),
    ({"do": "rates", "name": "one", "rates": {"generator": -1}}, "bad_control"),
    ({"do": "rates", "name": "one", "rates": None}, "bad_choice"),
    ({"do": "rates", "name": "one", "rates": {}, "weight": 3}, "bad_choice"),
    ({"do": "resume", "name": "one"}, "no_checkpoint"),
    ({"do": "delete", "name": "one"}, "bad_choice"),
])  # fmt: skip
def test_what_cannot_be_done_is_refused_in_words(runs: Path, asked: dict[str, Any], code: str) -> None:
    recorded(runs)
    with pytest.raises(UserError) as refused:
        form.steer(asked)
    assert refused.value.code == code
    assert all(f'lang="{language}"' in i18n.explain(refused.value) for language in i18n.LANGUAGES)


def test_a_full_disk_starts_nothing(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1e9))
    with pytest.raises(UserError) as refused:
        form.start(FAIR)
    assert refused.value.code == "little_disk"


def test_runs_get_names_of_their_own(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def begin(config: Any, folder: Path, name: str) -> Run:
        return recorded(folder, name)

    monkeypatch.setattr(launch, "start", begin)
    assert [form.start(FAIR) for _ in range(2)] == ["mlp_gan-digits-1", "mlp_gan-digits-2"]


def test_a_run_is_published_under_a_name_of_its_own(
    runs: Path, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {"width": 4, "latent_size": 8}
    config = TrainConfig("dcgan", str(pictures), options, steps=2, batch_size=8, tick=2, precision="float32", device="cpu")
    train(config, Run(runs / "mine"), quiet=True)
    monkeypatch.setattr(store, "weights_roots", lambda: [tmp_path / "weights"])
    monkeypatch.setenv("GAN_ZOO_WEIGHTS", str(tmp_path / "weights"))
    gallery = Gallery()
    assert [form.publish({"name": "mine"}, gallery) for _ in range(2)] == ["mine", "mine-2"]
    assert gallery.names("sampler") == ["mine", "mine-2"], "at once, without a restart"
    session = gallery.session("mine")
    assert session.has_opinion and session.sample(session.latents(3, 0)).images.shape == (3, 1, 32, 32)


def test_what_cannot_be_published(runs: Path) -> None:
    recorded(runs)
    for name, code in (("one", "no_checkpoint"), ("../one", "no_run_here"), (None, "no_run_here")):
        with pytest.raises(UserError) as refused:
            form.publish({"name": name}, Gallery())
        assert refused.value.code == code
