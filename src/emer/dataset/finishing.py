"""The last part of a build: filters over all entries, splits, export, card and page."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emer import __version__
from emer.dataset.agreement import Agreement
from emer.dataset.card import pages
from emer.dataset.costs import Costs
from emer.dataset.counting import Counted, card_facts, page_facts
from emer.dataset.entry import Entry, Removal
from emer.dataset.export import write
from emer.dataset.export.written import BUILD
from emer.dataset.filters import load_filters
from emer.dataset.filters.base import SetFilter, without
from emer.dataset.filters.funnel import Funnel
from emer.dataset.plan import Plan
from emer.dataset.report import save
from emer.dataset.split import split
from emer.dataset.stage import digest
from emer.dataset.state import State
from emer.dataset.tally import Tally
from emer.report.output import replace

if TYPE_CHECKING:
    from emer.dataset.calls.spending import Spending
    from emer.dataset.plan_file import LoadedPlan
    from emer.dataset.progress import Bars
    from emer.dataset.store import Store

DATASET = "dataset"
"""Folder within the output that holds the dataset."""

FAILED = "failed.jsonl"
_FILTER = "filter:"


@dataclass(frozen=True)
class Result:
    """A dataset that is finished.

    Attributes:
        kept: Records in it.
        splits: Records by split.
        statements: Statements in it.
        removed: Records that filters took out.
    """

    kept: int
    splits: dict[str, int]
    statements: int
    removed: int


@dataclass
class Finishing:
    """How a dataset is finished.

    Attributes:
        loaded: The plan.
        state: Where finished entries are kept.
        store: Where calls are kept.
        bars: Where progress is shown.
    """

    loaded: LoadedPlan
    state: State
    store: Store
    bars: Bars

    def finish(self, out: Path) -> Result:
        """Write the dataset, unless it is written already.

        Args:
            out: Folder of the build.

        Raises:
            OutputError: It cannot be written.
            MediaError: A clip that is copied has gone or changed.
        """
        self._list_failures(out)
        mark = digest([__version__, self._plan_text, self.state.fingerprint("finished")])
        kept = self.state.fact("result")
        if self.state.fact("written") == mark and kept and _intact(out / DATASET):
            return Result(**json.loads(kept))
        self._select()
        counted = self.count()
        splits = counted.splits
        write(
            lambda: self._shown("Writing", self.state.finished("kept"), counted.tally.records),
            lambda entry: splits[entry.group],
            self.plan,
            out / DATASET,
            pages=lambda written: pages(card_facts(self.loaded, written, counted)),
        )
        result = Result(
            counted.tally.records,
            {name: counted.tally.splits[name] for name in self.plan.split.shares},
            counted.tally.statements.total(),
            self.state.count("through") - self.state.count("held") - counted.tally.records,
        )
        self.state.remember("result", json.dumps(asdict(result)))
        self.state.remember("written", mark)
        return result

    def report(
        self,
        path: Path,
        before: Spending,
        *,
        engine: str,
        began: float,
        points: Sequence[tuple[float, int]],
    ) -> None:
        """Write the page of the build.

        Args:
            path: Where to.
            before: What was spent when this run began.
            engine: Name of the engine.
            began: When this run began, by the monotonic clock.
            points: Its throughput: seconds and records done by then.

        Raises:
            OutputError: It cannot be written.
        """
        from emer.dataset.calls.spending import spending

        facts = page_facts(
            self.loaded,
            self.count(),
            spending(self.store, self.plan.name),
            before,
            engine=engine,
            seconds=round(time.monotonic() - began, 2),
            points=points,
        )
        save(facts, path)

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.loaded.plan

    def count(self) -> Counted:
        """Go through all entries once more and count what there is to tell of them."""
        names = [each.name for each in load_filters(self.plan.filters)]
        splits = split(self.state.groups(), self.plan.split)
        counted = Counted(
            tally=Tally(),
            funnel=Funnel(names),
            agreement=Agreement(self.plan.language),
            costs=Costs(self.store),
            splits=splits,
            groups=Counter(splits.values()),
            found=self.state.sources(),
            copies=self.state.count("copies"),
            excluded=self.state.count("excluded"),
            failed=self.state.count("failed"),
            hold=self.plan.merge.missing == "hold",
        )
        for entry in self._shown("Counting", self.with_removals(), self.state.count("through")):
            counted.add(entry)
        return counted

    def with_removals(self) -> Iterator[Entry]:
        """Yield every entry that went through, with the removals of filters over all of them."""
        taken = {
            id: Removal(filter=name.removeprefix(_FILTER), what="record", reason=reason)
            for name in self._set_names
            for id, reason in self.state.dropped(name)
        }
        for entry in self.state.finished():
            removal = taken.get(entry.id)
            yield without(entry, removal) if removal else entry

    def _select(self) -> None:
        """Let the filters over all entries take theirs out, one after the other."""
        filters = [each for each in load_filters(self.plan.filters) if isinstance(each, SetFilter)]
        self.state.forget(_FILTER)
        for each in filters:
            total = self.state.count("kept")

            def kept(each: SetFilter[Any] = each, total: int = total) -> Iterator[Entry]:
                return self._shown(f"Filter {each.name}", self.state.finished("kept"), total)

            found = ((id, removal.reason) for id, removal in each.select(kept))
            self.state.drop(_FILTER + each.name, found)

    @property
    def _set_names(self) -> list[str]:
        filters = load_filters(self.plan.filters)
        return [_FILTER + each.name for each in filters if isinstance(each, SetFilter)]

    @property
    def _plan_text(self) -> str:
        return self.plan.model_dump_json()

    def _shown(self, name: str, entries: Iterator[Entry], total: int) -> Iterator[Entry]:
        bar = self.bars.phase(name, total)
        for entry in entries:
            yield entry
            bar.advance()

    def _list_failures(self, out: Path) -> None:
        rows = [
            json.dumps({"id": id, "stage": stage, "reason": reason}, ensure_ascii=False) + "\n"
            for id, stage, reason in self.state.failures()
        ]
        path = out / FAILED
        if rows:
            replace(path, "".join(rows))
        else:
            path.unlink(missing_ok=True)


def _intact(folder: Path) -> bool:
    """Whether every file of a dataset is there, as large as it was written."""
    try:
        built = json.loads((folder / BUILD).read_text(encoding="utf-8"))
        return all(
            (folder / each["path"]).stat().st_size == each["bytes"] for each in built["files"]
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False
