"""Clips to tensors: pictures, sound, prompt and answer, padded on the left."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import (
    AutoFeatureExtractor,
    AutoImageProcessor,
    AutoTokenizer,
    BatchFeature,
    PreTrainedTokenizerBase,
    ProcessorMixin,
    Wav2Vec2FeatureExtractor,
)

from emer.clip import Clip
from emer.errors import UsageError
from emer.media import Limits, audio, sampled_frames
from emer.models.xemogpt.configuration import XEmoGPTConfig
from emer.models.xemogpt.modeling import AUDIO, TEXT, VIDEO
from emer.models.xemogpt.prompting import Prompt, make_prompt

logger = logging.getLogger(__name__)

IGNORED = -100
_TYPES = {"audio": AUDIO, "video": VIDEO}


@dataclass(frozen=True, eq=False)
class ClipMedia:
    """What the model sees and hears of one clip.

    Attributes:
        frames: Pictures `[H, W, 3]`, uint8, RGB, `num_frames` of them; None without video.
        sound: `[L]`, float32, mono, at `sampling_rate`; None without sound.
        subtitle: The words said, if known.
    """

    frames: Sequence[NDArray[np.uint8]] | None = None
    sound: NDArray[np.float32] | None = None
    subtitle: str | None = None


class XEmoGPTProcessor(ProcessorMixin):
    """Turns clips and questions into the inputs of XEmoGPT.

    Args:
        image_processor: Of the vision part; None if the model has none.
        feature_extractor: Of the audio part; None if the model has none.
        tokenizer: Of the language model.
        config: Frames, seconds, prompt: everything both sides must agree on.

    Raises:
        UsageError: The tokenizer has no pad or no end token.
    """

    def __init__(
        self,
        image_processor: Any = None,
        feature_extractor: Any = None,
        tokenizer: PreTrainedTokenizerBase | None = None,
        *,
        config: XEmoGPTConfig,
    ) -> None:
        if tokenizer is None or tokenizer.eos_token_id is None:
            raise UsageError("XEmoGPTProcessor needs a tokenizer with an end token.")
        if tokenizer.pad_token_id is None:
            raise UsageError(
                "The tokenizer has no pad token, which stands before every prompt.",
                "Set one: tokenizer.pad_token = tokenizer.eos_token.",
            )
        self.image_processor = image_processor
        self.feature_extractor = feature_extractor
        self.tokenizer = tokenizer
        self.config = config
        self.chat_template = None

    @classmethod
    def from_pretrained(cls, pretrained_model_name_or_path: str | Path, **kwargs: Any) -> Self:
        """Load from a folder that `save_pretrained` wrote, or from the hub by name."""
        name = str(pretrained_model_name_or_path)
        config = XEmoGPTConfig.from_pretrained(name, **kwargs)
        images = sound = None
        if config.vision_config is not None:
            images = AutoImageProcessor.from_pretrained(name, subfolder="vision", **kwargs)
        if config.audio_config is not None:
            sound = AutoFeatureExtractor.from_pretrained(name, subfolder="audio", **kwargs)
        return cls(images, sound, AutoTokenizer.from_pretrained(name, **kwargs), config=config)

    def save_pretrained(self, save_directory: str | Path, **kwargs: Any) -> None:
        """Write the configuration, the tokenizer and the two media processors into a folder."""
        folder = Path(save_directory)
        self.config.save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)
        for part, name in ((self.image_processor, "vision"), (self.feature_extractor, "audio")):
            if part is not None:
                part.save_pretrained(folder / name)

    def load(
        self,
        clip: str | Path | Clip,
        subtitle: str | None = None,
        *,
        use: Sequence[str] = ("video", "audio", "subtitle"),
        limits: Limits | None = None,
    ) -> ClipMedia:
        """Decode what the model takes of a clip: `num_frames` pictures, `audio_seconds` of sound.

        Args:
            clip: A media file.
            subtitle: The words said; those of a `Clip` if None.
            use: Which of "video", "audio" and "subtitle" the model is to be shown.
            limits: What may be decoded; those of a `Clip`.

        Raises:
            MediaError: The file cannot be read.
        """
        _check_use(use)
        opened = clip if isinstance(clip, Clip) else Clip.open(clip, limits=limits)
        path, limits = opened.path, opened.limits
        frames = sound = None
        if "video" in use and opened.has_video and self.config.vision_config is not None:
            frames = sampled_frames(path, limits, count=self.config.num_frames).images
        if "audio" in use and opened.has_audio and self.config.audio_config is not None:
            sound = read_sound(path, self.config, limits)
        words = opened.subtitle.text if subtitle is None else subtitle
        return ClipMedia(frames, sound, words if "subtitle" in use else None)

    def __call__(
        self,
        clips: Sequence[str | Path | Clip | ClipMedia] | str | Path | Clip | ClipMedia,
        subtitles: Sequence[str | None] | None = None,
        *,
        instructions: Sequence[str | None] | str | None = None,
        answers: Sequence[str] | None = None,
        use: Sequence[str] = ("video", "audio", "subtitle"),
        limits: Limits | None = None,
    ) -> BatchFeature:
        """Return the inputs of the model for a batch of clips, any mix of modalities in it.

        Args:
            clips: Files, opened clips or `ClipMedia`; one or several.
            subtitles: The words said, one for each clip.
            instructions: The questions; the configuration's if None.
            answers: With them, `labels` are made: the answer and the end token, -100 elsewhere.
            use: As in `load`.
            limits: As in `load`.

        Returns:
            input_ids, attention_mask, token_type_ids `[B, S]`, padded on the left; `pixel_values`
            `[V, T, ...]` and `input_values`, `audio_attention_mask` `[A, L]` of the clips that
            have them; `labels` `[B, S]` with answers.

        Raises:
            UsageError: Lists of different lengths, an empty answer, a prompt that cannot fit.
            MediaError: A file cannot be read.
        """
        several = clips if isinstance(clips, Sequence) and not isinstance(clips, str) else [clips]
        count = len(several)
        words = _as_many(subtitles, count, "subtitles")
        media = [
            self._media(clip, text, use, limits) for clip, text in zip(several, words, strict=True)
        ]
        data = self.pictures([m.frames for m in media]) | self.sounds([m.sound for m in media])
        tokens = [
            self.config.audio_tokens(len(self.heard(m.sound))) if m.sound is not None else None
            for m in media
        ]
        data |= self.prompts(
            video=[m.frames is not None for m in media],
            audio_tokens=tokens,
            subtitles=[m.subtitle for m in media],
            instructions=instructions,
            answers=answers,
        )
        return BatchFeature(data)

    def _media(
        self,
        clip: str | Path | Clip | ClipMedia,
        subtitle: str | None,
        use: Sequence[str],
        limits: Limits | None,
    ) -> ClipMedia:
        """Return what the model is shown of a clip, whether or not it is decoded already."""
        if not isinstance(clip, ClipMedia):
            return self.load(clip, subtitle, use=use, limits=limits)
        _check_use(use)
        words = clip.subtitle if subtitle is None else subtitle
        return ClipMedia(
            clip.frames if "video" in use else None,
            clip.sound if "audio" in use else None,
            words if "subtitle" in use else None,
        )

    def pictures(self, frames: Sequence[Sequence[NDArray[np.uint8]] | None]) -> dict[str, Tensor]:
        """Return `pixel_values` `[V, T, ...]` of the clips that have pictures, if any has."""
        given = [list(f) for f in frames if f is not None]
        if not given:
            return {}
        if self.image_processor is None:
            raise UsageError("This XEmoGPT has no vision part, but a clip has pictures.")
        wrong = {len(f) for f in given} - {self.config.num_frames}
        if wrong:
            raise UsageError(
                f"Every clip needs {self.config.num_frames} pictures, but one has {wrong.pop()}."
            )
        clips = [self.image_processor(f, return_tensors="pt")["pixel_values"] for f in given]
        return {"pixel_values": torch.stack(clips)}

    def sounds(self, sounds: Sequence[NDArray[np.float32] | None]) -> dict[str, Tensor]:
        """Return `input_values` and `audio_attention_mask` `[A, L]` of the clips with sound."""
        given = [self.heard(s) for s in sounds if s is not None]
        if not given:
            return {}
        if self.feature_extractor is None:
            raise UsageError("This XEmoGPT has no audio part, but a clip has sound.")
        features = self.feature_extractor(
            given,
            sampling_rate=self.config.sampling_rate,
            padding=True,
            return_attention_mask=True,
            return_tensors="pt",
        )
        return {
            "input_values": features["input_values"],
            "audio_attention_mask": features["attention_mask"],
        }

    def heard(self, sound: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what the model hears of a sound: its first `audio_seconds`, at least 25 ms.

        Raises:
            UsageError: Not mono, or it holds NaN or infinity.
        """
        if sound.ndim != 1 or not np.isfinite(sound).all():
            raise UsageError(
                f"Sound has to be one row of finite numbers, but is {list(sound.shape)}."
            )
        rate = self.config.sampling_rate
        sound = sound[: int(self.config.audio_seconds * rate)]
        return np.pad(sound, (0, max(0, rate // 40 - len(sound))))

    def prompts(
        self,
        *,
        video: Sequence[bool],
        audio_tokens: Sequence[int | None],
        subtitles: Sequence[str | None] | None = None,
        instructions: Sequence[str | None] | str | None = None,
        answers: Sequence[str] | None = None,
    ) -> dict[str, Tensor]:
        """Return ids, masks and types `[B, S]` of prompts, and labels if answers are given.

        Args:
            video: Which clips show pictures.
            audio_tokens: How many tokens of sound each clip has; None without sound.
            subtitles: As in `__call__`.
            instructions: As in `__call__`.
            answers: As in `__call__`.
        """
        count = len(video)
        questions = [instructions] * count if isinstance(instructions, str) else instructions
        rows = [
            self._row(*row)
            for row in zip(
                video,
                audio_tokens,
                _as_many(subtitles, count, "subtitles"),
                _as_many(questions, count, "instructions"),
                _as_many(answers, count, "answers"),
                strict=True,
            )
        ]
        return self._padded(rows, labelled=answers is not None)

    def batch_decode(self, ids: Any, **kwargs: Any) -> list[str]:
        """Return the texts of answers."""
        return self.tokenizer.batch_decode(ids, **kwargs)

    def decode(self, ids: Any, **kwargs: Any) -> str:
        """Return the text of one answer."""
        return self.tokenizer.decode(ids, **kwargs)

    @property
    def model_input_names(self) -> list[str]:
        """Names that the model takes."""
        return [
            "input_ids",
            "attention_mask",
            "token_type_ids",
            "pixel_values",
            "input_values",
            "audio_attention_mask",
        ]

    def _row(
        self,
        video: bool,
        sound: int | None,
        subtitle: str | None,
        instruction: str | None,
        answer: str | None,
    ) -> tuple[list[int], list[int], int]:
        """Return ids, types and the number of answer tokens at the end."""
        ids, types = self._fitting(video, sound, subtitle, instruction)
        if self.config.pseudo_bos:
            ids, types = [self.tokenizer.pad_token_id, *ids], [TEXT, *types]
        if answer is None:
            return ids, types, 0
        if not answer.strip():
            raise UsageError("An answer is empty.", "Leave such rows out of the training data.")
        reply = [*self._tokens(answer), self.tokenizer.eos_token_id]
        return ids + reply, types + [TEXT] * len(reply), len(reply)

    def _fitting(
        self, video: bool, sound: int | None, subtitle: str | None, instruction: str | None
    ) -> tuple[list[int], list[int]]:
        """Return a prompt of at most `max_prompt_length` tokens."""
        limit, words = self.config.max_prompt_length, subtitle or ""
        while True:
            prompt = make_prompt(
                self.config,
                audio=sound is not None,
                video=video,
                subtitle=words,
                instruction=instruction,
                special_tokens=self.tokenizer.all_special_tokens,
            )
            ids, types = self._encoded(prompt, sound or 0)
            over = len(ids) - limit
            if over <= 0:
                return ids, types
            if self.config.long_prompt == "end":
                return ids[:limit], types[:limit]
            if not words.strip():
                raise UsageError(
                    f"A prompt has {len(ids)} tokens without its subtitle, "
                    f"above the limit of {limit}.",
                    "Shorten the instruction, or raise max_prompt_length in the configuration.",
                )
            logger.warning("A subtitle is cut short: the prompt has %d tokens too many.", over)
            # A token stands for one character at least, so every turn comes closer.
            words = words[: max(0, len(words) - over)]

    def _encoded(self, prompt: Prompt, sound: int) -> tuple[list[int], list[int]]:
        ids, types = self._tokens(prompt.texts[0]), []
        types += [TEXT] * len(ids)
        counts = {"audio": sound, "video": self.config.num_frames}
        for place, text in zip(prompt.places, prompt.texts[1:], strict=True):
            after = self._tokens(text)
            ids += [self.tokenizer.pad_token_id] * counts[place] + after
            types += [_TYPES[place]] * counts[place] + [TEXT] * len(after)
        return ids, types

    def _tokens(self, text: str) -> list[int]:
        return list(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    def _padded(
        self, rows: list[tuple[list[int], list[int], int]], *, labelled: bool
    ) -> dict[str, Tensor]:
        """Pad on the left, so that the answers of a batch start side by side."""
        width = max(len(ids) for ids, _, _ in rows)
        ids = torch.full((len(rows), width), self.tokenizer.pad_token_id)
        mask, types = torch.zeros_like(ids), torch.full_like(ids, TEXT)
        labels = torch.full_like(ids, IGNORED)
        for row, (tokens, kinds, answer) in enumerate(rows):
            start = width - len(tokens)
            ids[row, start:], mask[row, start:] = torch.tensor(tokens), 1
            types[row, start:] = torch.tensor(kinds)
            if answer:
                labels[row, width - answer :] = ids[row, width - answer :]
        data = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
        return data | ({"labels": labels} if labelled else {})


def read_sound(path: Path, config: XEmoGPTConfig, limits: Limits) -> NDArray[np.float32]:
    """Return the first `audio_seconds` of a file's sound, `[L]` at `sampling_rate`."""
    wanted = int(config.audio_seconds * config.sampling_rate)
    blocks: list[NDArray[np.float32]] = []
    with audio(path, limits, rate=config.sampling_rate, block_seconds=10.0) as decoding:
        for block in decoding:
            blocks.append(block.samples)
            if sum(map(len, blocks)) >= wanted:
                break
    return np.concatenate(blocks)[:wanted] if blocks else np.zeros(0, np.float32)


def raw_sound_extractor(config: XEmoGPTConfig) -> Wav2Vec2FeatureExtractor:
    """Return the feature extractor of an audio part that takes sound as it is (Whisper's)."""
    return Wav2Vec2FeatureExtractor(
        sampling_rate=config.sampling_rate, do_normalize=False, return_attention_mask=True
    )


def _check_use(use: Sequence[str]) -> None:
    valid = ("video", "audio", "subtitle")
    wrong = [name for name in use if name not in valid]
    if wrong:
        raise UsageError(f"A clip has no {wrong[0]!r}.", f"Valid: {', '.join(valid)}.")


def _as_many(values: Sequence[Any] | None, count: int, name: str) -> list[Any]:
    if values is None:
        return [None] * count
    if isinstance(values, str) or len(values) != count:
        given = "one text" if isinstance(values, str) else len(values)
        raise UsageError(f"{count} clips need {count} {name}, but there are {given}.")
    return list(values)
