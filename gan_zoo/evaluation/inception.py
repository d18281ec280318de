"""InceptionV3 as in the literature on GANs: FID and KID over its features can be compared with papers.

The package torch-fidelity has the network, with the same weights as the first implementation of FID (Heusel et al. 2017), and
downloads them when they are first needed (91 MB).
"""

from __future__ import annotations

import pickle
from pathlib import Path

from jaxtyping import Float
from torch import Tensor, nn

from gan_zoo.errors import UserError
from gan_zoo.imaging.images import to_uint8

# The name of this network for `gan-zoo evaluate --features`.
NAME = "inception"


class Inception(nn.Module):
    """A feature network for pictures of every size; grey pictures become coloured ones with three equal channels.

    Args:
        weights: a file with the weights; by default torch-fidelity downloads them.

    Raises:
        UserError: torch-fidelity is not installed, or the weights can't be downloaded or read.
    """

    def __init__(self, weights: Path | None = None) -> None:
        super().__init__()
        try:
            from torchmetrics.image.fid import NoTrainInceptionV3

            self.network = NoTrainInceptionV3(
                "inception-v3-compat", ["2048", "logits_unbiased"], str(weights) if weights else None
            )
        except ModuleNotFoundError as error:
            raise UserError(
                "the features of Inception need torch-fidelity: pip install 'gan-zoo[inception]'", "no_inception"
            ) from error
        except (OSError, RuntimeError, KeyError, pickle.UnpicklingError) as error:
            where = f"be read from {weights}" if weights else "be downloaded"
            raise UserError(
                f"the weights of Inception can't {where} ({error}); with no network, measure over features-imagenet instead",
                "no_network",
            ) from error

    def features(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n 2048"]:
        """The features after the last pooling; the network scales pictures to 299x299."""
        return self._outputs(images)[0]

    def forward(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n 1008"]:
        """The logits of the 1,008 classes, without their bias."""
        return self._outputs(images)[1]

    def _outputs(self, images: Float[Tensor, "n c h w"]) -> tuple[Tensor, Tensor]:
        colour = images if images.shape[1] == 3 else images.expand(-1, 3, -1, -1)
        features, logits = self.network._torch_fidelity_forward(to_uint8(colour))
        return features.flatten(1), logits
