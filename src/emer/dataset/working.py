"""The middle part of a build: each clip through all stages, finished ones kept as they come."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from emer.dataset.entry import Entry
from emer.dataset.pipeline import Setting, failure, stages, steps
from emer.dataset.stage import chain
from emer.dataset.state import State, unpacked_json
from emer.engines.base import Engine, Lost

if TYPE_CHECKING:
    from emer.dataset.progress import Bars
    from emer.dataset.store import Store


@dataclass
class Working:
    """How clips are worked on.

    Attributes:
        setting: Of the workers.
        state: Where finished entries are kept.
        store: Where observations and model calls are kept.
        engine: What works.
        jobs: Processes of each step that computes.
        bars: Where progress is shown.
        replay: Whether entries that an annotator owes an answer are worked on again.
        done: Entries finished by this run.
        points: Seconds since the beginning and entries done by then, now and then.
    """

    setting: Setting
    state: State
    store: Store
    engine: Engine
    jobs: int
    bars: Bars
    replay: bool = False
    done: int = 0
    points: list[tuple[float, int]] = field(default_factory=list)
    _keys: dict[str, str] = field(default_factory=dict)
    _told: float = 0.0

    def work(self) -> None:
        """Bring every standing clip that is not finished yet through all stages.

        Raises:
            EmerError: A server refuses, the budget is spent, a model is not on this machine:
                whatever was finished is kept.
        """
        line = chain(stages(self.setting, self.store))
        todo = self.state.pending(lambda digest, key, owing: self._open(digest, key, owing, line))
        if not todo:
            return
        bar = self.bars.phase("Building", todo)
        began = time.monotonic()
        for each in self.engine.run(self._items(line), steps(self.setting, self.jobs)):
            key = self._keys.pop(each.key)
            reason = each.reason if isinstance(each, Lost) else failure(each.result)
            if isinstance(each, Lost):
                self.state.fail(each.key, each.step, each.reason)
            elif reason is not None:
                self.state.fail(each.key, "build", reason)
            else:
                self._finish(Entry.model_validate_json(each.result), key)
            self._count(time.monotonic() - began)
            bar.advance(note=self._note())

    def _note(self) -> str | None:
        """Return what was spent, read anew every second."""
        if self.setting.plan.annotators and time.monotonic() - self._told > 1:
            from emer.dataset.calls.spending import spending

            self._told = time.monotonic()
            spent = spending(self.store, self.setting.plan.name)
            money = f", {spent.money:.2f}" if spent.money else ""
            return f"{spent.calls} calls, {spent.tokens:,} tokens{money}"
        return None

    def _finish(self, entry: Entry, key: str) -> None:
        hold = self.setting.plan.merge.missing == "hold"
        self.state.finish(entry, key, held=hold and bool(entry.missing))

    def _items(self, line: str) -> Iterator[tuple[str, bytes]]:
        for clip in self.state.clips():
            if self._open(clip.digest, clip.finished, clip.owing, line):
                self._keys[clip.id] = _key(clip.digest, line)
                yield clip.id, unpacked_json(clip.entry)

    def _open(self, digest: str, finished: str | None, owing: bool, line: str) -> bool:
        return finished != _key(digest, line) or (self.replay and owing)

    def _count(self, seconds: float) -> None:
        """Keep a point of the throughput about every hundredth of the way, at most 400."""
        self.done += 1
        self.points.append((round(seconds, 2), self.done))
        if len(self.points) > _MOST_POINTS:
            self.points = self.points[1::2]


_MOST_POINTS = 400


def _key(digest: str, line: str) -> str:
    return hashlib.sha256(f"{digest}{line}".encode()).hexdigest()
