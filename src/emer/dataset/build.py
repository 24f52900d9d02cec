"""A build from beginning to end: collect, work on each clip, filter over all, split, export."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emer.dataset.calls.spending import spending
from emer.dataset.collecting import Collecting
from emer.dataset.errors import PlanError
from emer.dataset.finishing import DATASET, Finishing, Result
from emer.dataset.observe import take_over
from emer.dataset.pipeline import Setting, observe_stage
from emer.dataset.state import State, unpack
from emer.dataset.store import Store, open_store
from emer.dataset.working import Working
from emer.errors import OutputError, UsageError

if TYPE_CHECKING:
    from emer.dataset.plan_file import LoadedPlan
    from emer.dataset.progress import Bars
    from emer.engines.base import Engine

STATE, STORE, LOCK = "state.db", "store.db", ".lock"
"""Files of the output beside the dataset: what is finished; observations and calls; in use."""

_MOST_REASONS = 20


@dataclass(frozen=True)
class Options:
    """What the caller of a build chooses.

    Attributes:
        resume: Whether what is in the output folder may be gone on with.
        engine: Name of the engine, for the page.
        jobs: Processes of each step that computes.
        limit: Only so many clips, None for all.
        dry_run: Whether to stop before anything is measured or asked.
        replay: Parked calls to ask again: "all", the name of an annotator, or words of a reason.
        report: Where to write the page, None for nowhere.
        leaks: Where to list clips that are in an evaluation list, None for nowhere.
    """

    resume: bool = False
    engine: str = "local"
    jobs: int = 1
    limit: int | None = None
    dry_run: bool = False
    replay: str | None = None
    report: Path | None = None
    leaks: Path | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of a build.

    Attributes:
        name: Of the plan.
        out: Folder it was written to.
        collected: Clips of the sources that could be looked at.
        excluded: Clips that their source excludes by hash.
        copies: Clips that are copies of others.
        removed: Records that a filter took out.
        held: Records that wait for an annotator's answer.
        failed: Clips that could not be worked on; `failed.jsonl` in the output lists them.
        reasons: The first of them, with the stage and why.
        kept: Records in the dataset.
        splits: Records by split.
        statements: Statements in the dataset.
        built: Entries that this run worked on.
        spent: Of this run and in all, by annotator; see `emer.dataset.calls.spending`.
        estimate: What the build would cost; only of a dry run.
        seconds: Wall time.
    """

    name: str
    out: str
    collected: int
    excluded: int = 0
    copies: int = 0
    removed: int = 0
    held: int = 0
    failed: int = 0
    reasons: dict[str, str] = field(default_factory=dict)
    kept: int = 0
    splits: dict[str, int] = field(default_factory=dict)
    statements: int = 0
    built: int = 0
    spent: dict[str, Any] = field(default_factory=dict)
    estimate: dict[str, Any] | None = None
    seconds: float = 0.0

    def to_json(self) -> str:
        """Return the outcome as one JSON line."""
        return json.dumps(asdict(self), ensure_ascii=False)

    def lines(self) -> Iterator[str]:
        """Yield the outcome in words."""
        for id, reason in self.reasons.items():
            yield f"failed: {id}: {reason}"
        if self.failed > len(self.reasons):
            yield f"and {self.failed - len(self.reasons)} more: see {self.out}/failed.jsonl"
        left = f"{self.copies} copies left out" + (
            f", {self.excluded} excluded" if self.excluded else ""
        )
        yield f"{self.collected} clips, {left}, {self.failed} failed."
        if self.estimate is not None:
            from emer.dataset.estimate_table import lines

            yield from lines(self.estimate)
            return
        if self.held:
            yield (f"{self.held} records wait for an answer; ask again with: --resume --replay all")
        if self.spent.get("unanswered"):
            yield (
                f"{self.spent['unanswered']} calls were under way when a run ended, and were made "
                "again: a server that ignores Idempotency-Key may have charged for them twice."
            )
        shares = ", ".join(f"{name} {count}" for name, count in self.splits.items())
        yield (
            f"{self.kept} records ({shares}) with {self.statements} statements; filters took "
            f"{self.removed} out. Written: {self.out}"
        )


def run(loaded: LoadedPlan, options: Options, engine: Engine, bars: Bars) -> Outcome:
    """Build what a plan says, or go on with it.

    Args:
        loaded: The plan, checked.
        options: See `Options`.
        engine: What runs the steps.
        bars: Where progress is shown.

    Raises:
        UsageError: The folder is in use, is no build, or holds one and `resume` was not asked for.
        LeakError: A clip is in an evaluation list; nothing was asked of any model.
        BudgetError: The budget is spent; what is finished is kept.
        ServerError: A server refuses, or is away for long; likewise.
        EmerError: Something else that no clip is to blame for.
    """
    began = time.monotonic()
    plan, out = loaded.plan, (loaded.root / loaded.plan.out).absolute()
    _check_folder(out)
    url = plan.store or f"sqlite:///{out / STORE}"
    with _locked(out), State(out / STATE) as state, open_store(url) as store:
        _begin(state, out, options)
        before = spending(store, plan.name)
        threads = max(1, (os.cpu_count() or 1) // options.jobs)
        measured = _taken_over(loaded, store)
        setting = Setting(plan, loaded.root, store.url, measured, threads)
        collecting = Collecting(setting, state, store, engine, options.jobs, bars)
        collecting.collect(options.limit)
        collecting.settle(options.leaks)
        if options.dry_run:
            return _reckoned(loaded, setting, state, store, out, began)
        replay = _replayed(loaded, store, options.replay)
        working = Working(setting, state, store, engine, options.jobs, bars, replay)
        working.work()
        finishing = Finishing(loaded, state, store, bars)
        result = finishing.finish(out)
        if options.report:
            finishing.report(
                options.report,
                before,
                engine=options.engine,
                began=began,
                points=working.points,
            )
        return _outcome(loaded, state, store, out, began, working.done, result)


def _outcome(
    loaded: LoadedPlan,
    state: State,
    store: Store,
    out: Path,
    began: float,
    built: int,
    result: Result,
) -> Outcome:
    spent = spending(store, loaded.plan.name)
    return replace(
        _collected(loaded, state, out, began),
        removed=result.removed,
        held=state.count("held"),
        kept=result.kept,
        splits=result.splits,
        statements=result.statements,
        built=built,
        spent=asdict(spent),
    )


def _collected(loaded: LoadedPlan, state: State, out: Path, began: float) -> Outcome:
    failures = islice(state.failures(), _MOST_REASONS)
    return Outcome(
        name=loaded.plan.name,
        out=str(out),
        collected=state.count("clips"),
        excluded=state.count("excluded"),
        copies=state.count("copies"),
        failed=state.count("failed"),
        reasons={id: f"{stage}: {reason}" for id, stage, reason in failures},
        seconds=round(time.monotonic() - began, 2),
    )


def _reckoned(
    loaded: LoadedPlan, setting: Setting, state: State, store: Store, out: Path, began: float
) -> Outcome:
    """Return what the rest would cost; what the store holds already costs nothing."""
    from emer.dataset.estimate import estimate
    from emer.dataset.estimate_known import Known

    plan = loaded.plan
    known = Known(store, observe_stage(setting, store), plan.name)
    clips = (unpack(each.entry) for each in state.clips())
    found = estimate(plan, clips, root=loaded.root, earlier=known)
    return replace(_collected(loaded, state, out, began), estimate=found.as_dict())


def _replayed(loaded: LoadedPlan, store: Store, which: str | None) -> bool:
    """Let parked calls be asked again; return whether any were meant."""
    if which is None:
        return False
    if which == "all":
        store.unpark()
    elif which in [each.name for each in loaded.plan.annotators]:
        store.unpark(annotator=which)
    else:
        store.unpark(reason=which)
    return True


def _taken_over(loaded: LoadedPlan, store: Store) -> str:
    path = loaded.plan.observe.measured
    return "" if path is None else take_over(loaded.root / path, loaded.plan.language, store)


def _check_folder(out: Path) -> None:
    """Refuse a folder that holds something else than a build."""
    ours = any((out / name).exists() for name in (STATE, STORE, DATASET))
    if out.exists() and not ours and any(out.iterdir()):
        raise PlanError(
            f"The folder {out} is not empty and holds no build.", "Name another one under `out`."
        )


def _begin(state: State, out: Path, options: Options) -> None:
    """Refuse to go on with a build unasked; note that there is one now."""
    if state.fact("begun") is None:
        if not options.dry_run:
            state.remember("begun", time.strftime("%Y-%m-%d %H:%M"))
    elif not options.resume and not options.dry_run:
        raise UsageError(
            f"{out} holds a build begun on {state.fact('begun')}.",
            "Go on with it, with this plan, by --resume: nothing paid is paid again. Or name "
            "another folder under `out`.",
        )


@contextmanager
def _locked(out: Path) -> Iterator[None]:
    """Keep a second build out of the folder."""
    from filelock import FileLock, Timeout

    try:
        out.mkdir(parents=True, exist_ok=True)
        with FileLock(out / LOCK, timeout=0):
            yield
    except Timeout as error:
        raise UsageError(
            f"Another emer build works in {out}.", "Wait for it, or name another folder."
        ) from error
    except OSError as error:
        raise OutputError(f"Cannot write to {out}: {error.strerror or error}.") from error
