"""The stage that writes the texts of an entry."""

from __future__ import annotations

from typing import Any

from emer.dataset.compose.captions import caption, description
from emer.dataset.compose.choice import Choice
from emer.dataset.compose.pairs import pairs
from emer.dataset.entry import Entry, Texts
from emer.explanation import Language

VERSION = 1
"""Goes up whenever the same statements would be worded otherwise."""


class Compose:
    """Writes description, short captions and instruction pairs (EmoCue; form: EMER).

    Everything is worded from the statements and labels that are left after the filters: a text
    says nothing that no statement carries, and what a measurement contradicts is left out even
    where no filter removed it. Among equal wordings the id of the entry chooses, so the same
    entry always reads the same. An entry that is out, or of which nothing is known, has no texts.

    The form "In the video, ... In the audio, ... In the text, ..." and an inference is that of
    EMER (arXiv 2306.15401, section 3).

    Args:
        language: Of the statements and texts.
    """

    name = "compose"

    def __init__(self, language: Language) -> None:
        self.language = language

    def settings(self) -> dict[str, Any]:
        """Return the language and the version of the wordings."""
        return {"version": VERSION, "language": self.language}

    def __call__(self, entry: Entry) -> Entry:
        """Return the entry with its texts."""
        if entry.out:
            return entry
        choice = Choice(entry, self.language)
        text = description(choice)
        if not text:
            return entry.changed(texts=None)
        return entry.changed(
            texts=Texts(
                description=text,
                video_caption=caption(choice, "visual"),
                audio_caption=caption(choice, "auditory"),
                pairs=tuple(pairs(choice, text)),
            )
        )
