"""Whether what a plan names is there: files, filters with their options, a kind of store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from emer.dataset.errors import PlanError
from emer.dataset.plan import FilterCall, Source
from emer.dataset.plan_file import LoadedPlan
from emer.dataset.plan_problems import Problem, refuse
from emer.dataset.sources.rows import SUFFIXES
from emer.errors import EmerError

STORES = ("sqlite:///", "postgresql+pg8000://")
"""What the address of a store begins with."""


def check_plan(loaded: LoadedPlan) -> None:
    """Check that everything a plan names is there; nothing is written or asked.

    Args:
        loaded: From `load_plan`.

    Raises:
        PlanError: A source, list or prompt does not exist, a filter or an option of one is
            unknown, a store is of no known kind; names the lines of up to ten of them.
    """
    problems = [
        *_sources(loaded),
        *_lists(loaded),
        *_prompts(loaded),
        *_store(loaded),
        *_filters(loaded),
    ]
    if problems:
        raise refuse(loaded.path, problems)


def _sources(loaded: LoadedPlan) -> Iterator[Problem]:
    for number, source in enumerate(loaded.plan.sources):
        place = f"sources[{number}]"
        yield from _source(loaded, source, place)
        if source.exclude:
            yield from _file(loaded, f"{place}.exclude", source.exclude)


def _source(loaded: LoadedPlan, source: Source, place: str) -> Iterator[Problem]:
    endings = (*SUFFIXES, ".tar")
    valid = f"Give a folder of clips, or a file ending in {', '.join(endings)}."
    if (loaded.root / source.path).is_dir():
        if source.group == "column":
            what = "cannot be 'column', as a folder of clips has no columns"
            yield loaded.problem(f"{place}.group", what, "Valid for a folder: clip, folder.")
        return
    try:
        missing = _missing(loaded.root, source.path)
    except EmerError as error:
        yield _borrowed(loaded, f"{place}.path", error)
        return
    if missing:
        what = f"names {missing!r}, which does not exist in {str(loaded.root)!r}"
        yield loaded.problem(f"{place}.path", what, valid)
    elif not source.path.lower().endswith(endings):
        what = f"names a file that is neither a manifest nor a shard, {source.path!r}"
        yield loaded.problem(f"{place}.path", what, valid)


def _missing(root: Path, path: str) -> str | None:
    """Return the first file that a path or a brace pattern names and that does not exist."""
    from emer.training.data.patterns import expand

    if (root / path).is_file():
        return None
    return next((name for name in expand(path) if not (root / name).is_file()), None)


def _lists(loaded: LoadedPlan) -> Iterator[Problem]:
    for number, each in enumerate(loaded.plan.evaluation):
        if each.ids:
            yield from _file(loaded, f"evaluation[{number}].ids", each.ids)
        if each.clips and not (loaded.root / each.clips).is_dir():
            what = f"names {each.clips!r}, which is no folder in {str(loaded.root)!r}"
            yield loaded.problem(f"evaluation[{number}].clips", what, "Give a folder of clips.")
    if measured := loaded.plan.observe.measured:
        yield from _file(loaded, "observe.measured", measured)


def _prompts(loaded: LoadedPlan) -> Iterator[Problem]:
    for number, annotator in enumerate(loaded.plan.annotators):
        for task, path in annotator.prompts.items():
            yield from _file(loaded, f"annotators[{number}].prompts.{task}", path)


def _file(loaded: LoadedPlan, key: str, path: str) -> Iterator[Problem]:
    if not (loaded.root / path).is_file():
        what = f"names {path!r}, which is no file in {str(loaded.root)!r}"
        yield loaded.problem(key, what, "Paths are relative to the folder of the plan.")


def _store(loaded: LoadedPlan) -> Iterator[Problem]:
    store = loaded.plan.store
    if store is not None and not store.startswith(STORES):
        # The address is not shown: it may hold a password.
        yield loaded.problem("store", "is of no known kind", f"Begin with {' or '.join(STORES)}.")


def _filters(loaded: LoadedPlan) -> Iterator[Problem]:
    from emer.dataset.filters import load_filters

    for number, call in enumerate(loaded.plan.filters):
        try:
            load_filters([call])
        except PlanError as error:
            yield _borrowed(loaded, _filter_key(loaded, number, call, error), error)


def _filter_key(loaded: LoadedPlan, number: int, call: FilterCall, error: PlanError) -> str:
    """Return the key of the option that is wrong, as the file writes it, or that of the filter."""
    short = f"filters[{number}].{call.name}"
    options = short if short in loaded.lines else f"filters[{number}].options"
    if isinstance(cause := error.__cause__, ValidationError):
        return ".".join([options, *map(str, cause.errors()[0]["loc"])])
    return f"filters[{number}]"


def _borrowed(loaded: LoadedPlan, key: str, error: EmerError) -> Problem:
    what = f"cannot be used: {error.message.rstrip('.')}"
    return loaded.problem(key, what, error.hint or "")
