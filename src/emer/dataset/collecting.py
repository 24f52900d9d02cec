"""The first part of a build: which clips there are, and which of them are not worked on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emer.dataset.collect import VERSION, look
from emer.dataset.copies import find_copies
from emer.dataset.entry import Entry
from emer.dataset.evaluation import find_leaks, leak_error, write_leaks
from emer.dataset.pipeline import Setting, failure, look_step, sealed
from emer.dataset.plan import Source
from emer.dataset.sources import excluded_hashes, open_source
from emer.dataset.sources.base import file_stamp
from emer.dataset.stage import digest
from emer.dataset.state import COPIES, EXCLUDED, State
from emer.engines.base import Engine, Lost
from emer.media import Limits, find_clips, sha256

if TYPE_CHECKING:
    from emer.dataset.progress import Bars
    from emer.dataset.sources.base import Found
    from emer.dataset.store import Store

_AT_A_TIME = 512


@dataclass(frozen=True)
class Collecting:
    """How clips are collected.

    Attributes:
        setting: Of the workers.
        state: Where they are kept.
        store: Where looks at clips of evaluation lists are kept.
        engine: What looks at them.
        jobs: Processes.
        bars: Where progress is shown.
    """

    setting: Setting
    state: State
    store: Store
    engine: Engine
    jobs: int
    bars: Bars

    def collect(self, limit: int | None) -> None:
        """Look at every clip of the sources that is new or has changed.

        Args:
            limit: Only so many clips, the first ones of the sources.

        Raises:
            UsageError: A source cannot be read, or names a clip twice.
        """
        new, left = {}, limit
        listed = self.bars.phase("Listing clips")
        for source in self.setting.plan.sources:
            new[source.name] = 0
            finds = islice(open_source(source, self.setting.root), left)
            while batch := list(islice(finds, _AT_A_TIME)):
                rows = [(each.id, _stamp(each, source), partial(sealed, each)) for each in batch]
                new[source.name] += self.state.arrive(source.name, rows)
                left = None if left is None else left - len(batch)
                listed.advance(len(batch))
        if sum(new.values()):
            bar = self.bars.phase("Collecting", sum(new.values()))
            for source in self.setting.plan.sources:
                for _ in self._look(source):
                    bar.advance()

    def _look(self, source: Source) -> Iterator[None]:
        stamps: dict[str, str] = {}

        def finds() -> Iterator[tuple[str, bytes]]:
            for id, stamp, find in self.state.wanted(source.name):
                stamps[id] = stamp
                yield id, find

        step = look_step(self.setting, source.name, self.jobs)
        for each in self.engine.run(finds(), [step]):
            stamp = stamps.pop(each.key)
            reason = each.reason if isinstance(each, Lost) else failure(each.result)
            if isinstance(each, Lost) or reason is not None:
                self.state.fail(each.key, "collect", str(reason))
            else:
                entry = Entry.model_validate_json(each.result)
                self.state.collected(entry, stamp, digest(entry.model_dump(mode="json")))
            yield

    def settle(self, listed: Path | None = None) -> None:
        """Drop copies and refuse clips of evaluation lists, unless nothing has changed since.

        Args:
            listed: Where to write the ids of refused clips, if anywhere.

        Raises:
            LeakError: A clip is in an evaluation list.
        """
        plan = self.setting.plan
        mark = digest([self._rules(), self.state.fingerprint("clips")])
        if self.state.fact("settled") == mark:
            return
        self._leave_out()
        if plan.evaluation:
            leaks = find_leaks(
                self.state.entries(),
                plan.evaluation,
                self.setting.root,
                copies=plan.copies,
                look_at=self._known,
            )
            if leaks:
                if listed:
                    write_leaks(leaks, listed)
                raise leak_error(leaks)
        prints = (
            (each.id, each.media.sha256, each.prints)
            for each in self.state.entries()
            if each.prints is not None
        )
        found = find_copies(prints, plan.copies)
        self.state.drop(COPIES, ((each.id, each.reason) for each in found))
        self.state.remember("settled", mark)

    def _rules(self) -> list[Any]:
        """Return everything but the clips that decides which of them are worked on."""
        plan, root = self.setting.plan, self.setting.root
        lists = [path for each in plan.evaluation if (path := each.ids)]
        lists += [path for each in plan.sources if (path := each.exclude)]
        folders = [root / path for each in plan.evaluation if (path := each.clips)]
        clips = [clip for folder in folders for clip in find_clips(folder)]
        return [
            plan.copies.model_dump(),
            [each.model_dump() for each in plan.evaluation],
            [sha256(root / path) for path in lists],
            [(str(clip), file_stamp(str(clip))) for clip in clips],
        ]

    def _known(self, found: Found, source: Source) -> Entry:
        """Look at a clip of an evaluation list, once."""
        key = digest(["look", _stamp(found, source)])
        kept = self.store.observation(key)
        if kept is not None:
            return Entry.model_validate_json(kept)
        entry = look(found, source, Limits())
        self.store.keep_observation(key, entry.model_dump_json().encode())
        return entry

    def _leave_out(self) -> None:
        """Drop clips that their sources exclude by hash."""
        named = {each.name: excluded_hashes(each, self.setting.root) for each in self._sources}
        self.state.drop(EXCLUDED, [])
        found = [
            (each.id, "The source excludes it by its hash.")
            for each in (self.state.entries() if any(named.values()) else ())
            if each.media.sha256 in named[each.source]
        ]
        self.state.drop(EXCLUDED, found)

    @property
    def _sources(self) -> Sequence[Source]:
        return self.setting.plan.sources


def _stamp(found: Found, source: Source) -> str:
    """Return what a find would have to differ in to be looked at again."""
    what = (VERSION, found.reference, found.stamp, found.subtitle, sorted(found.labels.items()))
    return repr((*what, found.group, source.licence))
