"""Measure every piece of evidence again from the file and compare with what was recorded."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from pathlib import Path

from emer.clip import Clip
from emer.cues.collect import observers
from emer.cues.measures import remeasure
from emer.errors import UsageError
from emer.explanation import Explanation
from emer.instruments.kit import Instruments

# Relative difference that rounding to four significant digits can make.
TOLERANCE = 1e-3


@dataclass(frozen=True)
class Finding:
    """One piece of evidence, recorded and measured again.

    Attributes:
        cue: Id of the cue.
        measure: Name of the measure.
        recorded: Value in the explanation.
        now: Value measured now; None where there is nothing to measure.
    """

    cue: str
    measure: str
    recorded: float
    now: float | None

    @property
    def same(self) -> bool:
        """Return whether both values agree up to rounding."""
        return self.now is not None and math.isclose(
            self.recorded, self.now, rel_tol=TOLERANCE, abs_tol=TOLERANCE
        )

    def as_dict(self) -> dict[str, object]:
        """Return the finding as plain data."""
        return {**asdict(self), "same": self.same}


def check(
    explanation: Explanation, path: str | Path, instruments: Instruments | None = None
) -> list[Finding]:
    """Measure the clip anew and evaluate every cue's evidence on it.

    Words that the explanation was given are taken from it; words it recognised are recognised
    again.

    Raises:
        UsageError: The file is not the one explained.
        EmerError: The file cannot be measured.
    """
    clip = Clip.open(path)
    if clip.sha256 != explanation.clip.sha256:
        raise UsageError(
            f"{path} is not the clip explained: its SHA-256 is {clip.sha256}, "
            f"the explanation is about {explanation.clip.sha256}."
        )
    observers()  # registers the measures of every observer
    given = explanation.subtitle.source in ("given", "file")
    if given:
        clip = clip.model_copy(update={"subtitle": explanation.subtitle})
    kit = instruments or Instruments(speech=explanation.subtitle.source == "recognised")
    measurements = kit.measure(clip).measurements
    return [
        Finding(cue.id, piece.measure, piece.value, now if math.isfinite(now) else None)
        for cue in explanation.cues
        for piece, now in remeasure(cue, measurements)
    ]
