"""A vision part without learned weights: faces measured, one token a picture.

It stands where a CLIP-like encoder would, so the Video Emotional Cue Bridge learns from
blendshapes and head pose. Importing this module registers it with the Auto classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
import torch
from transformers import (
    AutoConfig,
    AutoImageProcessor,
    AutoModel,
    BatchFeature,
    PreTrainedConfig,
    PreTrainedModel,
)
from transformers.image_processing_utils import BaseImageProcessor
from transformers.modeling_outputs import BaseModelOutput

from emer.errors import UsageError
from emer.models.parts.face_features import FACE_FEATURES, face_features, standard


class FaceTrackConfig(PreTrainedConfig):
    """Configuration of `FaceTrackModel`.

    Attributes:
        hidden_size: Width of a token; what the features do not fill is zero.
        feature_mean: Taken off each feature, in the order of `FACE_FEATURES`.
        feature_scale: What each is divided by. Both are `face_features.standard()` if absent.
    """

    model_type: ClassVar[str] = "emer_face_track"

    hidden_size: int = 64
    feature_mean: list[float] | None = None
    feature_scale: list[float] | None = None

    def __post_init__(self, **kwargs: Any) -> None:
        mean, scale = standard()
        self.feature_mean = mean if self.feature_mean is None else self.feature_mean
        self.feature_scale = scale if self.feature_scale is None else self.feature_scale
        super().__post_init__(**kwargs)
        count = len(FACE_FEATURES)
        if not len(self.feature_mean) == len(self.feature_scale) == count:
            raise UsageError(
                f"Expected {count} values of `feature_mean` and `feature_scale`, but got "
                f"{len(self.feature_mean)} and {len(self.feature_scale)}.",
                "Leave both out for the usual ones.",
            )
        if self.hidden_size < count:
            raise UsageError(
                f"Expected `hidden_size` of at least {count}, but got {self.hidden_size}."
            )


class FaceTrackModel(PreTrainedModel):
    """Standardises face features and widens them to a token; nothing is learnt.

    Args:
        config: Its configuration.
    """

    config_class = FaceTrackConfig
    main_input_name = "pixel_values"
    mean: torch.Tensor
    scale: torch.Tensor

    def __init__(self, config: FaceTrackConfig) -> None:
        super().__init__(config)
        self.register_buffer("mean", torch.tensor(config.feature_mean))
        self.register_buffer("scale", torch.tensor(config.feature_scale))
        self.post_init()

    @property
    def dtype(self) -> torch.dtype:
        """Type of what it returns; there are no parameters to tell it."""
        return self.mean.dtype

    @property
    def device(self) -> torch.device:
        """Where the buffers are."""
        return self.mean.device

    def forward(self, pixel_values: torch.Tensor, **_: Any) -> BaseModelOutput:
        """Return one token a picture.

        Args:
            pixel_values: What `FaceTrackProcessor` returns, shape [N, len(FACE_FEATURES)].

        Returns:
            `last_hidden_state` of shape [N, 1, hidden_size]; zeros where no face was seen.

        Raises:
            UsageError: Another shape.
        """
        if pixel_values.ndim != 2 or pixel_values.shape[1] != len(self.mean):
            raise UsageError(
                f"Expected face features of shape [N, {len(self.mean)}], but got "
                f"{list(pixel_values.shape)}.",
                "Prepare pictures with FaceTrackProcessor.",
            )
        values = pixel_values.to(self.mean.dtype)
        seen = values[:, -1:]
        tokens = (values - self.mean) / self.scale * seen
        empty = self.config.hidden_size - tokens.shape[1]
        return BaseModelOutput(
            last_hidden_state=torch.nn.functional.pad(tokens, (0, empty))[:, None]
        )

    def _init_weights(self, module: torch.nn.Module) -> None:
        if isinstance(module, FaceTrackModel):
            with torch.no_grad():
                module.mean.copy_(torch.tensor(module.config.feature_mean))
                module.scale.copy_(torch.tensor(module.config.feature_scale))


class FaceTrackProcessor(BaseImageProcessor):
    """Measures the largest face of each picture with emer's own face instrument.

    Needs the asset `face-landmarker`.
    """

    model_input_names: ClassVar[list[str]] = ["pixel_values"]

    def preprocess(self, images: Any, return_tensors: str | None = "pt", **_: Any) -> BatchFeature:
        """Measure pictures.

        Args:
            images: One picture or a list of them: arrays [h, w, 3] (uint8, RGB) or PIL images.
            return_tensors: "pt" or "np".

        Returns:
            `pixel_values` of shape [N, len(FACE_FEATURES)], float32; all zeros where no face is
            found.

        Raises:
            UsageError: A picture of another shape or type.
            AssetError: The asset is not there.
        """
        several = images if isinstance(images, Sequence) else [images]
        rows = face_features([_rgb(image) for image in several])
        return BatchFeature({"pixel_values": rows}, tensor_type=return_tensors)


def _rgb(image: Any) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return a picture as an array, shape [h, w, 3]."""
    if hasattr(image, "convert"):
        image = image.convert("RGB")
    array = np.asarray(image)
    if array.dtype != np.uint8 or array.ndim != 3 or array.shape[2] != 3 or not array.size:
        raise UsageError(
            f"Expected a picture [h, w, 3] of type uint8, but got {list(array.shape)} of type "
            f"{array.dtype}.",
            "Pass RGB pictures as they were decoded, or PIL images.",
        )
    return array


AutoConfig.register(FaceTrackConfig.model_type, FaceTrackConfig, exist_ok=True)
AutoModel.register(FaceTrackConfig, FaceTrackModel, exist_ok=True)
AutoImageProcessor.register(
    FaceTrackConfig, image_processor_classes={"pil": FaceTrackProcessor}, exist_ok=True
)
