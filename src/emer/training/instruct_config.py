"""Settings of stage 3, emotional instruction tuning."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import Field

from emer.errors import UsageError
from emer.training.config import Count, NotNegative, Settings, StageConfig

Part = Literal[
    "vision_tower",
    "video_bridge",
    "video_projection",
    "audio_tower",
    "audio_bridge",
    "audio_projection",
    "llm",
]
Shown = Literal["V", "A", "V+A"]


@dataclass(kw_only=True)
class LoraSettings(Settings):
    """How the language model is trained, if it is; the defaults are those of XEmoGPT's code.

    Attributes:
        r: Rank of LoRA; 0 freezes the language model, below 0 trains all of it.
        alpha: Scale times rank; as large as `r` if null.
        dropout: Before the adapter, in training.
        targets: Linear layers with an adapter.
    """

    r: int = 512
    alpha: Annotated[float, Field(gt=0)] | None = None
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.05
    targets: list[str] = field(default_factory=lambda: ["q_proj", "k_proj", "v_proj"])


@dataclass(kw_only=True)
class InstructConfig(StageConfig):
    """Settings of stage 3: `emer train instruct`.

    Give either `model`, or `llm` and the parts it sees and hears through. Rank, alpha, dropout and
    targets of LoRA are published; every other number is our choice.

    Attributes:
        model: A whole XEmoGPT to go on from: a folder, or a name on the hub.
        llm: Language model: a folder, "asset:smollm2-135m", or a name on the hub.
        vision: Vision part without stage 1: a folder, "face-track", or a name on the hub.
        audio: Audio part without stage 2: a folder, "asset:whisper-base", or a name on the hub.
        video_from: Output of stage 1, with its vision part and bridge.
        audio_from: Output of stage 2, with its audio part and bridge.
        fields: Further fields of `XEmoGPTConfig`, such as `instruction`, for a model of parts.
        train: Parts that are trained; null is every bridge and projection there is, and the
            language model. Encoders stay frozen unless they are named.
        lora: How the language model is trained.
        modalities: Weights with which a clip is shown by its video (V), its sound (A) or both
            (V+A); a clip that lacks one is shown by what it has.
        generate: Clips of the validation rows that are answered at every validation, scored by
            EmoCue-360 and written to `samples.jsonl`; 0 for none.
        max_new_tokens: Longest answer in validation.
        encoder: Text encoder of EmoCue-360.
    """

    model: str | None = None
    llm: str | None = None
    vision: str | None = None
    audio: str | None = None
    video_from: str | None = None
    audio_from: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    train: list[Part] | None = None
    lora: LoraSettings = field(default_factory=LoraSettings)
    modalities: dict[Shown, NotNegative] = field(
        default_factory=lambda: {"V": 1.0, "A": 1.0, "V+A": 1.0}
    )
    generate: Annotated[int, Field(ge=0)] = 0
    max_new_tokens: Count = 256
    encoder: Literal["minilm", "multilingual"] = "minilm"

    def check(self) -> None:
        """Refuse settings that exclude each other.

        Raises:
            UsageError: No model or two of them, or no modality with a weight.
        """
        parts = (self.llm, self.vision, self.audio, self.video_from, self.audio_from)
        if self.model is not None and any(parts):
            raise UsageError(
                "model is a whole XEmoGPT, so llm, vision, audio, video_from and audio_from "
                "cannot be given too."
            )
        if self.model is None and self.llm is None:
            raise UsageError("There is no language model.", "Set llm, or model for all of it.")
        if not any(self.modalities.values()):
            raise UsageError(
                "modalities gives no choice a weight above 0.", "For example {V: 1, A: 1, V+A: 1}."
            )
        if self.generate and self.data.validation is None:
            raise UsageError("generate answers validation clips.", "Set data.validation.")
