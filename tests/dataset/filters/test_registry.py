from __future__ import annotations

import json
from importlib.metadata import EntryPoint

import pytest

from dataset.builders import entry, statement
from emer.dataset.errors import PlanError
from emer.dataset.filters import (
    RecordFilter,
    SetFilter,
    StatementFilter,
    find,
    load_filters,
    names,
    registry,
)
from emer.dataset.plan import FilterCall
from emer.dataset.stage import chain

OURS = (
    "agreement",
    "duplicates",
    "grounding",
    "labels",
    "length",
    "length-outliers",
    "mismatch",
    "sentiment",
    "unsafe",
)


def call(name: str, **options: object) -> FilterCall:
    return FilterCall(name=name, options=options)


def test_every_built_in_filter_is_found_with_its_own_name_and_defaults() -> None:
    assert set(OURS) <= set(names())
    for name in OURS:
        kind = find(name)
        assert kind.name == name
        assert issubclass(kind, StatementFilter | RecordFilter | SetFilter)
        (loaded,) = load_filters([call(name)])
        assert json.loads(json.dumps(loaded.settings()))["version"] == kind.version


def test_an_unknown_name_lists_the_valid_ones() -> None:
    with pytest.raises(PlanError, match=r"no filter 'lenght'\. Valid: agreement, .*unsafe"):
        load_filters([call("lenght")])


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (call("length", largest=3), r"no option 'largest'\. Valid: shortest, longest, statements"),
        (call("length", longest=-1), r"Option 'longest' of the filter 'length'.*-1"),
        (call("length", shortest=9, longest=1), r"least \(9\) is above most \(1\)"),
        (call("length", words={"least": 5, "most": 1}), r"Option 'words'"),
        (call("length", modalities={"smell": {}}), r"Option 'modalities.smell"),
        (call("unsafe", strict=True), r"no option 'strict'\. Valid: none"),
        (call("grounding", unchecked="maybe"), r"'unchecked'.*'keep' or 'drop'.*'maybe'"),
        (call("agreement", least=float("nan")), r"'least'"),
        (call("length-outliers", low=0.9, high=0.1), r"low \(0.9\) is not below high"),
    ],
)
def test_a_bad_option_says_what_is_valid(bad: FilterCall, message: str) -> None:
    with pytest.raises(PlanError, match=message):
        load_filters([bad])


def test_settings_change_with_options_and_so_does_the_chain() -> None:
    some, others = (load_filters([call("agreement", least=each)]) for each in (0.4, 0.6))
    assert chain(some) != chain(others)  # type: ignore[arg-type]
    assert chain(some) == chain(load_filters([call("agreement", least=0.4)]))  # type: ignore[arg-type]


def test_others_register_filters_but_cannot_replace_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [
        EntryPoint("unsafe", "emer.dataset.filters.unsafe:Unsafe", registry.GROUP),
        EntryPoint("loud", "dataset.filters.test_registry:Loud", registry.GROUP),
        EntryPoint("unsafe", "dataset.filters.test_registry:Loud", registry.GROUP),
        EntryPoint("wrong", "json:dumps", registry.GROUP),
    ]
    monkeypatch.setattr(registry, "entry_points", lambda group: points)
    registry._entries.cache_clear()
    try:
        loaded = load_filters([call("loud")])[0]
        assert isinstance(loaded, RecordFilter)
        assert loaded(entry()).out is not None
        assert find("unsafe").__module__ == "emer.dataset.filters.unsafe"
        with pytest.raises(PlanError, match="json:dumps is registered as filter 'wrong'"):
            find("wrong")
    finally:
        registry._entries.cache_clear()


class Loud(RecordFilter):  # type: ignore[type-arg]
    """A filter of another package."""

    name = "loud"

    def reason(self, entry: object) -> str:
        """Take everything out."""
        return "It is loud."


def test_an_entry_that_is_out_is_left_alone() -> None:
    short = entry(statements=(statement("s1", "She smiles."),))
    gone, *rest = load_filters([call("length", shortest=60), call("unsafe"), call("agreement")])
    out = gone(short)  # type: ignore[operator]
    for each in rest:
        assert each(out) == out  # type: ignore[operator]
