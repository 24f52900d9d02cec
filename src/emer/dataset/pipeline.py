"""The way of one clip as steps of an engine: each is made in its worker and speaks JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emer.dataset.calls.once import Once
from emer.dataset.entry import Entry
from emer.dataset.plan import Plan
from emer.dataset.stage import Stage
from emer.engines.base import Step, Work
from emer.errors import MediaError, SubtitleError
from emer.media import Limits

if TYPE_CHECKING:
    from emer.dataset.calls.caller import Caller
    from emer.dataset.observe import Observe
    from emer.dataset.sources.base import Found
    from emer.dataset.store import Store

# What is wrong with one clip alone; every other error ends the run.
_OF_THE_CLIP = (MediaError, SubtitleError)
_FAILED = b"!"


@dataclass(frozen=True)
class Setting:
    """All that a worker needs to know, as plain data.

    Attributes:
        plan: The plan.
        root: Folder of the plan, absolute.
        store: URL of the store.
        measured: Digest of the measurements taken over, if any.
        threads: Of the speech recogniser in each worker; 0 is its own choice.
    """

    plan: Plan
    root: Path
    store: str
    measured: str = ""
    threads: int = 0


def sealed(found: Found) -> bytes:
    """Return a find as an item of `look_step`."""
    return json.dumps(asdict(found)).encode()


def failure(result: bytes) -> str | None:
    """Return why a clip failed, None if it did not."""
    return result[1:].decode() if result.startswith(_FAILED) else None


def look_step(setting: Setting, source: str, jobs: int) -> Step:
    """Return the step that collects clips of a source: from a find to an entry."""
    return Step("collect", partial(_looking, setting, source), "cpu", jobs)


def steps(setting: Setting, jobs: int) -> list[Step]:
    """Return the steps from a collected entry to a finished one.

    Args:
        setting: For the workers.
        jobs: Processes of each step that computes.
    """
    plan = setting.plan
    line = [Step("observe", partial(_observing, setting), "cpu", jobs)]
    if plan.annotators:
        at_once = sum(each.rate.at_once for each in plan.annotators)
        # One caller for all threads, so that no server is asked more than it may be.
        asking = Once(partial(_annotating, setting))
        line.append(Step("annotate", asking, "calls", at_once))
    return [*line, Step("merge", partial(_merging, setting), "cpu", jobs)]


def stages(setting: Setting, store: Store) -> list[Stage]:
    """Return all stages in order, for their settings; nothing is loaded or asked by that."""
    return [
        observe_stage(setting, store),
        *_annotate(setting, _caller(setting, store)),
        *_merge(setting),
    ]


def observe_stage(setting: Setting, store: Store) -> Observe:
    """Return the stage that measures clips; nothing is loaded by that."""
    from emer.dataset.observe import Observe

    plan = setting.plan
    return Observe(
        plan.observe,
        plan.language,
        store,
        measured=setting.measured,
        threads=setting.threads,
    )


def _looking(setting: Setting, source: str) -> Work:
    from emer.dataset.collect import look
    from emer.dataset.sources.base import Found

    config = next(each for each in setting.plan.sources if each.name == source)

    def work(data: bytes) -> bytes:
        try:
            return look(Found(**json.loads(data)), config, Limits()).model_dump_json().encode()
        except _OF_THE_CLIP as error:
            return _FAILED + str(error).encode()

    return work


def _observing(setting: Setting) -> Work:
    return _working([observe_stage(setting, _store(setting))])


def _annotating(setting: Setting) -> Work:
    return _working(_annotate(setting, _caller(setting, _store(setting))))


def _merging(setting: Setting) -> Work:
    return _working(_merge(setting))


def _working(line: Sequence[Stage]) -> Work:
    def work(data: bytes) -> bytes:
        if data.startswith(_FAILED):
            return data
        entry = Entry.model_validate_json(data)
        try:
            for stage in line:
                entry = stage(entry)
        except _OF_THE_CLIP as error:
            return _FAILED + str(error).encode()
        return entry.model_dump_json().encode()

    return work


def _annotate(setting: Setting, caller: Caller) -> list[Stage]:
    from emer.dataset.annotate import Annotate
    from emer.dataset.disambiguate import Disambiguate

    plan = setting.plan
    if not plan.annotators:
        return []
    return [
        Annotate(plan.annotators, plan.language, caller, setting.root),
        Disambiguate(plan.annotators, plan.language, caller, setting.root),
    ]


def _merge(setting: Setting) -> list[Stage]:
    from emer.dataset.compose import Compose
    from emer.dataset.filters import load_filters
    from emer.dataset.filters.base import SetFilter
    from emer.dataset.merge import Merge

    plan = setting.plan
    filters = load_filters(plan.filters)
    of_entries = [each for each in filters if not isinstance(each, SetFilter)]
    merge = Merge(plan.merge, plan.annotators, _encoder(plan))
    return [merge, *of_entries, Compose(plan.language)]


def _encoder(plan: Plan) -> Any:
    """Return what tells whether two statements say the same, one backend for the same bytes."""
    if not plan.annotators:
        return None
    from emer.encoders.loading import load

    return load("multilingual") if plan.language == "zh" else load("minilm", "onnx", threads=1)


def _store(setting: Setting) -> Store:
    from emer.dataset.store import open_store

    return open_store(setting.store)


def _caller(setting: Setting, store: Store) -> Caller:
    from emer.dataset.calls.caller import Caller

    return Caller(setting.plan.annotators, setting.plan.budget, store, purse=setting.plan.name)
