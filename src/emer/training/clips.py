"""Pictures and sound of a row, as the model takes them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emer.media import Limits, sampled_frames
from emer.models.xemogpt.configuration import XEmoGPTConfig
from emer.models.xemogpt.processing import read_sound
from emer.training.data.members import media_file
from emer.training.data.rows import Row


@dataclass(frozen=True)
class ClipReader:
    """Decodes the media of rows; may be copied to other processes.

    Attributes:
        config: Number of pictures, seconds and rate of sound.
        root: Folder that paths in the rows are relative to.
        limits: What a media file may cost.
    """

    config: XEmoGPTConfig
    root: Path
    limits: Limits = Limits()  # noqa: RUF009 (frozen)

    def pictures(self, row: Row) -> list[NDArray[np.uint8]]:
        """Return `num_frames` pictures `[H, W, 3]` of a row with video.

        Raises:
            MediaError: They cannot be read.
        """
        assert row.video is not None
        with media_file(row.video, self.root, self.limits) as path:
            return list(sampled_frames(path, self.limits, count=self.config.num_frames).images)

    def sound(self, row: Row) -> NDArray[np.float32]:
        """Return the first `audio_seconds` `[L]` of a row with sound.

        Raises:
            MediaError: It cannot be read.
        """
        assert row.sound is not None
        with media_file(row.sound, self.root, self.limits) as path:
            return read_sound(path, self.config, self.limits)
