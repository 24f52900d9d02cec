"""Entries whose picture, sound and words do not belong together."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from emer.dataset.entry import Entry
from emer.dataset.filters.base import RecordFilter
from emer.dataset.filters.said_words import difference
from emer.dataset.plan import NotNegative, Settings, Share
from emer.explanation import Explanation


class Options(Settings):
    """Options of `mismatch`; a signal that is null is not looked at."""

    lengths: NotNegative | None = Field(
        default=1.0, description="Seconds by which picture and sound may differ in length."
    )
    words: Share | None = Field(
        default=0.8,
        description="Difference of given and recognised words, 0 to 1, from which on they are not "
        "of the same clip.",
    )
    mouth: Share | None = Field(
        default=None,
        description="Agreement of mouth and speech below which nobody in view speaks, such as "
        "0.05; only where a face is always in view.",
    )
    seen: Share = Field(
        default=0.9, description="Share of the pictures in which a face must be seen for that."
    )


class Mismatch(RecordFilter[Options]):
    """Drops an entry whose streams differ in length, or whose mouth or words do not fit the sound.

    Three signals, each named in the reason: the lengths of the two streams; the words that the
    source gives against those recognised in the sound (edits over the longer text, by character in
    Chinese and by word elsewhere; only in one script, and only where the plan says
    `observe.listen`, since given words are not recognised otherwise); and speech while every face
    in view keeps a mouth that does not move with it.

    Weakness: sound of the right length in which nobody's words are known is told by the mouth
    alone, which cannot tell it from somebody listening to a speaker out of view; that signal is
    off by default. The length signal misses any swap of equal lengths.

    Source: AffectGPT (Lian et al. 2025, arXiv 2501.16566), whose MER-Caption+ drops clips whose
    audio and video do not match.
    """

    name = "mismatch"
    options_type = Options

    def reason(self, entry: Entry) -> str | None:
        """Return the first signal that tells of a mismatch."""
        return next(self._reasons(entry), None)

    def _reasons(self, entry: Entry) -> Iterator[str]:
        gap, error = apart(entry), misheard(entry)
        if self.options.lengths is not None and gap is not None and gap > self.options.lengths:
            yield f"Picture and sound differ in length by {gap:.2f} s."
        if self.options.words is not None and error is not None and error >= self.options.words:
            yield f"The words given and those heard differ by {error:.2f}."
        if self.options.mouth is None or entry.observed is None:
            return
        moved = mouth(entry.observed, self.options.seen)
        if moved is not None and moved < self.options.mouth:
            yield f"There is speech, but no mouth in view moves with it (agreement {moved:.2f})."


def apart(entry: Entry) -> float | None:
    """Return by how many seconds picture and sound differ in length, None where either is unknown.

    Pictures of a still image have no length.
    """
    seen, heard = entry.media.video_seconds, entry.media.audio_seconds
    if entry.media.still or seen is None or heard is None:
        return None
    return abs(seen - heard)


def misheard(entry: Entry) -> float | None:
    """Return how far the given words and the recognised ones differ, 0..1.

    None where the source gives none, none were recognised, or they are in different scripts. Words
    are recognised beside given ones where the plan says `observe.listen`, or where measurements
    were taken over that were made without them.
    """
    said = entry.heard
    if said is None and entry.observed and entry.observed.subtitle.source == "recognised":
        said = entry.observed.subtitle.text
    return None if said is None else difference(entry.subtitle, said)


def mouth(observed: Explanation, seen: float) -> float | None:
    """Return the best agreement of a mouth with the speech, 0..1.

    None where a speaker may be out of view: nobody is in view for a share `seen` of the pictures,
    somebody's mouth was not measured during speech, or nothing is said.
    """
    if not any(person.visible_share >= seen for person in observed.people):
        return None
    told = [person.speaks for person in observed.people if person.speaks is not None]
    return max(told) if told and len(told) == len(observed.people) else None
