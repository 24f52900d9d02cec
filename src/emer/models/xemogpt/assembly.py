"""A model out of parts: encoders, bridges of earlier stages, a language model."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transformers import (
    AutoFeatureExtractor,
    AutoImageProcessor,
    AutoTokenizer,
    PreTrainedConfig,
)

from emer.errors import UsageError
from emer.models.parts.loading import load_audio, load_llm, load_vision, obtain
from emer.models.xemogpt.base import XEmoGPTModel
from emer.models.xemogpt.configuration import XEmoGPTConfig
from emer.models.xemogpt.modeling import XEmoGPTForConditionalGeneration
from emer.models.xemogpt.processing import XEmoGPTProcessor, raw_sound_extractor

VIDEO_FIELDS = (
    "num_frames",
    "frame_feature",
    "video_bridge",
    "video_embedding_size",
    "video_text_size",
    "video_pooling",
    "order_head",
    "reconstruction_head",
)
AUDIO_FIELDS = (
    "sampling_rate",
    "audio_seconds",
    "audio_downsampling",
    "audio_bridge",
    "audio_embedding_size",
    "audio_text_size",
)
# Vision models whose first token stands for the whole picture.
_CLS = ("clip_vision_model", "clip", "vit", "dinov2", "emer_face_track")


@dataclass(frozen=True)
class Encoders:
    """The model of stages 1 and 2 with what prepares its inputs.

    Attributes:
        model: Encoders, bridges and heads.
        image_processor: Of the vision part, None without one.
        feature_extractor: Of the audio part, None without one.
    """

    model: XEmoGPTModel
    image_processor: Any
    feature_extractor: Any

    def save(self, folder: str | Path) -> None:
        """Write the model and its media processors, as `assemble` takes them."""
        self.model.save_pretrained(folder)
        for part, name in ((self.image_processor, "vision"), (self.feature_extractor, "audio")):
            if part is not None:
                part.save_pretrained(Path(folder) / name)

    @classmethod
    def load(cls, folder: str | Path) -> Encoders:
        """Read what `save` wrote.

        Raises:
            UsageError: The folder holds no XEmoGPT.
        """
        folder = Path(folder)
        if not (folder / "config.json").is_file():
            raise UsageError(
                f"{folder} holds no XEmoGPT: it has no config.json.",
                "Give the output folder of `emer train vecb` or `emer train aecb`.",
            )
        model = XEmoGPTModel.from_pretrained(folder)
        images = sounds = None
        if model.config.vision_config is not None:
            images = AutoImageProcessor.from_pretrained(folder / "vision")
        if model.config.audio_config is not None:
            sounds = AutoFeatureExtractor.from_pretrained(folder / "audio")
        return cls(model, images, sounds)


@dataclass(frozen=True)
class Assembled:
    """A whole model with its processor."""

    model: XEmoGPTForConditionalGeneration
    processor: XEmoGPTProcessor


def encoders(*, vision: str | None = None, audio: str | None = None, **fields: Any) -> Encoders:
    """Return trained encoders with untrained bridges and heads.

    Args:
        vision: A folder, "face-track", or a name on the hub; None for no vision part.
        audio: A folder, "asset:whisper-base", or a name on the hub; None for no audio part.
        fields: Of `XEmoGPTConfig`.

    Raises:
        UsageError: Neither is given, or a field is unknown.
        AssetError: A part cannot be had.
    """
    if vision is None and audio is None:
        raise UsageError("Encoders need a vision part, an audio part or both.")
    images = sounds = None
    parts: dict[str, Any] = {}
    if vision is not None:
        path = obtain(vision, "vision")
        parts["vision"] = load_vision(path)
        images = AutoImageProcessor.from_pretrained(path, backend="pil")
        kind = parts["vision"].config.model_type
        fields = {"frame_feature": "cls" if kind in _CLS else "mean"} | fields
    if audio is not None:
        seconds = fields.get("audio_seconds", XEmoGPTConfig.audio_seconds)
        path = obtain(audio, "audio", seconds=seconds)
        parts["audio"] = load_audio(path)
    config = XEmoGPTConfig(
        **{f"{name}_config": _copied(part.config) for name, part in parts.items()}, **fields
    )
    if audio is not None:
        sounds = _sound_extractor(config, path)
    model = XEmoGPTModel(config)
    for name, part in parts.items():
        tower: Any = model.vision_tower if name == "vision" else model.audio_tower
        tower.encoder = part.requires_grad_(False)
    return Encoders(model.eval(), images, sounds)


def _copied(config: PreTrainedConfig) -> PreTrainedConfig:
    """Return a copy: a configuration put into another loses how its model attends.

    Attention that nobody chose is eager and, without a mask, sees the future.
    """
    return deepcopy(config)


def _sound_extractor(config: XEmoGPTConfig, folder: Path) -> Any:
    if config.audio_config.model_type == "whisper":
        return raw_sound_extractor(config)
    return AutoFeatureExtractor.from_pretrained(folder)


def assemble(
    *,
    llm: str,
    vision: str | None = None,
    audio: str | None = None,
    video_from: str | Path | None = None,
    audio_from: str | Path | None = None,
    **fields: Any,
) -> Assembled:
    """Return a whole XEmoGPT, its bridges as earlier stages left them.

    Args:
        llm: The language model: a folder, "asset:smollm2-135m", or a name on the hub.
        vision: As in `encoders`; not together with `video_from`.
        audio: As in `encoders`; not together with `audio_from`.
        video_from: Output of stage 1: its vision part, bridge and heads.
        audio_from: Output of stage 2, likewise.
        fields: Of `XEmoGPTConfig`, e.g. `instruction`.

    Raises:
        UsageError: A part is given twice, or a field is unknown.
        AssetError: A part cannot be had.
    """
    for part, stage, name in ((vision, video_from, "vision"), (audio, audio_from, "audio")):
        if part is not None and stage is not None:
            raise UsageError(
                f"The {name} part is given twice: {part} and inside {stage}.",
                "The output of a stage brings the encoder it was trained with.",
            )
    _check_fields(fields, VIDEO_FIELDS, vision, "vision", "stage 1")
    _check_fields(fields, AUDIO_FIELDS, audio, "audio", "stage 2")
    seeing = _encoders(video_from, vision, None, fields)
    hearing = _encoders(audio_from, None, audio, fields)
    shared = {k: v for k, v in fields.items() if k not in (*VIDEO_FIELDS, *AUDIO_FIELDS)}
    language_model = load_llm(obtain(llm, "llm"))
    config = XEmoGPTConfig(
        text_config=_copied(language_model.config),
        **_fields_of(seeing, "vision_config", VIDEO_FIELDS),
        **_fields_of(hearing, "audio_config", AUDIO_FIELDS),
        **shared,
    )
    model = XEmoGPTForConditionalGeneration(config, language_model)
    _take(model.model, seeing, ("vision_tower", "video_bridge", "video_head"))
    _take(model.model, hearing, ("audio_tower", "audio_bridge", "audio_head"))
    processor = XEmoGPTProcessor(
        seeing.image_processor if seeing is not None else None,
        hearing.feature_extractor if hearing is not None else None,
        AutoTokenizer.from_pretrained(obtain(llm, "llm")),
        config=config,
    )
    return Assembled(model.eval(), processor)


def _encoders(
    stage: str | Path | None, vision: str | None, audio: str | None, fields: dict[str, Any]
) -> Encoders | None:
    if stage is not None:
        return Encoders.load(stage)
    if vision is None and audio is None:
        return None
    names = VIDEO_FIELDS if vision is not None else AUDIO_FIELDS
    chosen = {name: value for name, value in fields.items() if name in names}
    return encoders(vision=vision, audio=audio, **chosen)


def _fields_of(source: Encoders | None, part: str, names: tuple[str, ...]) -> dict[str, Any]:
    if source is None:
        return {}
    fields = {name: getattr(source.model.config, name) for name in (part, *names)}
    return deepcopy(fields)


def _take(model: XEmoGPTModel, source: Encoders | None, names: tuple[str, ...]) -> None:
    if source is not None:
        for name in names:
            setattr(model, name, getattr(source.model, name))


def _check_fields(
    fields: dict[str, Any], names: tuple[str, ...], spec: str | None, part: str, stage: str
) -> None:
    """Refuse a field that nothing would read."""
    idle = [name for name in fields if name in names and spec is None]
    if idle:
        raise UsageError(
            f"{', '.join(idle)} cannot be set here: there is no {part} part to build.",
            f"They come from {stage}, or name the part itself with `{part}`.",
        )
