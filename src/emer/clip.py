"""The input type: a media file, what is known about it, and its subtitle."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from emer.explanation import Modality, Subtitle
from emer.media import Limits, probe, read_subtitle, sha256


class Clip(BaseModel):
    """A media file to explain.

    Attributes:
        path: The file.
        name: Its name without the folder.
        sha256: Hash of its bytes.
        seconds: Length; 0 for a still image.
        still: True for a single image.
        has_video: True if it has pictures.
        has_audio: True if it has sound.
        subtitle: What the caller says is said; source "none" if nothing was given.
        limits: What may be decoded.
        notes: What is wrong with the file, in plain words.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    path: Path
    name: str
    sha256: str
    seconds: float = Field(ge=0)
    still: bool
    has_video: bool
    has_audio: bool
    subtitle: Subtitle = Subtitle(text="", source="none")
    limits: Limits = Limits()
    notes: tuple[str, ...] = ()

    @classmethod
    def open(
        cls,
        path: str | Path,
        subtitle: str | Path | None = None,
        limits: Limits | None = None,
    ) -> Clip:
        """Look at a file: its streams, length and hash. Nothing is decoded yet.

        Args:
            path: A video, audio or image file in any container FFmpeg reads.
            subtitle: The words themselves, or a .srt, .vtt, .ass or .txt file.
            limits: What may be decoded; the defaults suit a laptop.

        Raises:
            MediaError: No such file, empty, damaged, not media.
            LimitError: Larger than `limits`.
            SubtitleError: The subtitle cannot be read.
        """
        limits = limits or Limits()
        info = probe(Path(path), limits)
        given = (
            Subtitle(text="", source="none")
            if subtitle is None
            else read_subtitle(subtitle, info.seconds)
        )
        return cls(
            path=Path(path),
            name=Path(path).name,
            sha256=sha256(Path(path)),
            seconds=info.seconds,
            still=info.still,
            has_video=info.has_video,
            has_audio=info.has_audio,
            subtitle=given,
            limits=limits,
            notes=info.notes,
        )

    @property
    def modalities(self) -> tuple[Modality, ...]:
        """What the file carries, whether or not it can be measured."""
        present: list[Modality] = ["visual"] if self.has_video else []
        if self.has_audio:
            present.append("auditory")
        if self.subtitle.text or self.has_audio:
            present.append("textual")
        return tuple(present)
