"""Inception's features, with a file of random weights in place of the one that is downloaded."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

pytest.importorskip("torch_fidelity", reason="Inception comes from torch-fidelity: pip install gan-zoo[inception]")

from gan_zoo.errors import UserError
from gan_zoo.evaluation.inception import Inception
from gan_zoo.evaluation.metrics import FeatureNetwork


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights of the right names and shapes, which are all small."""
    from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3

    path = tmp_path_factory.mktemp("inception") / "weights.pth"
    with pytest.MonkeyPatch.context() as patch:
        found: dict[str, torch.Tensor] = {}
        patch.setattr(FeatureExtractorInceptionV3, "load_state_dict", lambda self, _: found.update(self.state_dict()))
        torch.save({}, path)
        FeatureExtractorInceptionV3("inception-v3-compat", ["2048"], feature_extractor_weights_path=str(path))
    torch.save(found, path)
    return path


def test_pictures_of_every_kind_have_features(weights: Path) -> None:
    network = Inception(weights)
    assert isinstance(network, FeatureNetwork)
    grey, colour = torch.zeros(2, 1, 28, 28), torch.rand(2, 3, 64, 64) * 2 - 1
    features = network.features(grey)
    assert features.shape == (2, 2048) and torch.equal(features, network.features(grey.expand(-1, 3, -1, -1)))
    assert network(colour).shape == (2, 1008)
    assert not torch.equal(network.features(colour)[:1], features[:1])


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "other.pth").write_bytes(b"no weights")
    with pytest.raises(UserError, match=r"can't be read from .*other\.pth"):
        Inception(tmp_path / "other.pth")


def test_without_torch_fidelity_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torchmetrics.image.fid._TORCH_FIDELITY_AVAILABLE", False)
    with pytest.raises(UserError, match=r"pip install 'gan-zoo\[inception\]'"):
        Inception()
