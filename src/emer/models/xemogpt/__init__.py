"""XEmoGPT (arXiv 2602.05496) as a model of transformers; see docs/xemogpt.md.

Importing this package registers the model with the Auto classes.
"""

from __future__ import annotations

from transformers import (
    AutoConfig,
    AutoModel,
    AutoModelForMultimodalLM,
    AutoProcessor,
)

from emer.models.parts import face_track as _face_track  # noqa: F401 (registers itself)
from emer.models.xemogpt.base import XEmoGPTModel
from emer.models.xemogpt.bridges import AudioEmotionalCueBridge, VideoEmotionalCueBridge
from emer.models.xemogpt.configuration import BridgeConfig, XEmoGPTConfig
from emer.models.xemogpt.modeling import XEmoGPTForConditionalGeneration
from emer.models.xemogpt.processing import ClipMedia, XEmoGPTProcessor

AutoConfig.register("xemogpt", XEmoGPTConfig)
AutoModel.register(XEmoGPTConfig, XEmoGPTModel)
AutoModelForMultimodalLM.register(XEmoGPTConfig, XEmoGPTForConditionalGeneration)
AutoProcessor.register(XEmoGPTConfig, XEmoGPTProcessor)

__all__ = [
    "AudioEmotionalCueBridge",
    "BridgeConfig",
    "ClipMedia",
    "VideoEmotionalCueBridge",
    "XEmoGPTConfig",
    "XEmoGPTForConditionalGeneration",
    "XEmoGPTModel",
    "XEmoGPTProcessor",
]
