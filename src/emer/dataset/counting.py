"""What a finished build has to tell: gathered once, for the card and for the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from emer import __version__
from emer.dataset.agreement import Agreement
from emer.dataset.card_facts import (
    Facts,
    ModelFacts,
    PromptFacts,
    SourceFacts,
    SplitFacts,
)
from emer.dataset.costs import Costs
from emer.dataset.entry import Entry
from emer.dataset.export import Written
from emer.dataset.filters.funnel import Funnel
from emer.dataset.plan import Plan
from emer.dataset.prompts import used_prompts
from emer.dataset.report import facts as page
from emer.dataset.stage import digest
from emer.dataset.tally import Tally
from emer.explainers.composed import ComposedExplainer

if TYPE_CHECKING:
    from emer.dataset.calls.spending import Spending, Spent
    from emer.dataset.plan_file import LoadedPlan

_ABOUT_ALPHA = "For each emotion family: whether an annotator named it or not."
_REMOVED_SAMPLES = 3


@dataclass
class Counted:
    """Everything that is counted over the entries of a build.

    Attributes:
        tally: What the kept ones hold.
        funnel: Of the filters.
        agreement: Of the annotators, kept entries only.
        costs: Of the answers of all entries.
        splits: From group to split.
        groups: Groups by split.
        found: Clips by source.
        copies: Clips left out as copies.
        excluded: Clips left out by their source.
        failed: Clips that could not be worked on.
        held: Entries that wait for an answer.
        through: Entries that went through all stages.
        parked: Answers owed, by annotator, task and reason.
        shown: A few entries that filters took out.
    """

    tally: Tally
    funnel: Funnel
    agreement: Agreement
    costs: Costs
    splits: Mapping[str, str]
    groups: Counter[str]
    found: Mapping[str, int]
    copies: int
    excluded: int
    failed: int
    hold: bool
    held: int = 0
    through: int = 0
    parked: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    shown: list[Entry] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        """Count an entry that went through all stages, with all its removals."""
        self.through += 1
        self.costs.add(entry)
        self.parked.update(
            (each.annotator, each.task, each.missing or "") for each in entry.missing
        )
        if entry.missing and self.hold:
            self.held += 1
            return
        self.funnel.add(entry)
        if entry.out is None:
            self.tally.add(entry, self.splits[entry.group])
            self.agreement.add(entry)
        elif len(self.shown) < _REMOVED_SAMPLES:
            self.shown.append(entry)

    @property
    def steps(self) -> list[page.Step]:
        """Records left after each step before the filters."""
        here = sum(self.found.values())
        working = here - self.copies - self.excluded
        return [
            page.Step("collect", here),
            page.Step("copies", working, gone=_some(copy=self.copies, excluded=self.excluded)),
            page.Step("observe", self.through, gone=_some(failed=working - self.through)),
            page.Step(
                "annotate", self.through - self.held, gone=_some(waiting_for_an_answer=self.held)
            ),
        ]

    @property
    def voices(self) -> page.Agreement:
        """How far annotators agree, and who said what."""
        after = self.funnel.as_dict()["after"]["agreement"]
        any_of_two = sum(after["counts"]) > 0
        return page.Agreement(
            records=page.Histogram([*after["from"], 1.0], after["counts"]) if any_of_two else None,
            alpha=self.agreement.alpha,
            alpha_about=_ABOUT_ALPHA,
            statuses=self.tally.statuses,
            annotators=self.tally.voices,
        )

    @property
    def waiting(self) -> list[page.Parked]:
        """Answers owed."""
        return [page.Parked(*what, count) for what, count in sorted(self.parked.items())]


def card_facts(loaded: LoadedPlan, written: Written, counted: Counted) -> Facts:
    """Return the facts of the card; nothing in them depends on how often the build was stopped."""
    plan, tally = loaded.plan, counted.tally
    prompts = used_prompts(plan.annotators, plan.language, loaded.root)
    return Facts(
        written=written,
        about=plan.about,
        version=__version__,
        plan_hash=digest(_substance(plan)),
        command=f"emer build {loaded.path.name}",
        sources=[
            SourceFacts(
                each.name,
                each.licence,
                each.citation,
                counted.found.get(each.name, 0),
                tally.sources[each.name],
            )
            for each in plan.sources
        ],
        splits=[
            SplitFacts(
                name,
                tally.splits[name],
                counted.groups[name],
                tally.split_milliseconds[name] / 1000,
                tally.split_statements[name],
            )
            for name in plan.split.shares
        ],
        labels=tally.labels(),
        lengths=_lengths(counted),
        agreement_mean=counted.agreement.jaccard,
        agreement=counted.voices,
        steps=counted.steps,
        funnel=counted.funnel.as_dict(),
        models=[
            ModelFacts(
                each.name,
                each.model,
                each.revision,
                each.tasks,
                each.given,
                each.sampling.model_dump(),
            )
            for each in plan.annotators
        ],
        prompts=[PromptFacts(each.name, each.sha256, each.text) for each in prompts],
        assets=ComposedExplainer(speech=plan.observe.speech).describe().assets,
        cost=counted.costs.facts(plan.annotators),
        parked=counted.waiting,
        notes=_notes(loaded),
    )


def page_facts(
    loaded: LoadedPlan,
    counted: Counted,
    spending: Spending,
    before: Spending,
    *,
    engine: str,
    seconds: float,
    points: Sequence[tuple[float, int]],
) -> page.PageFacts:
    """Return the facts of the page.

    Args:
        loaded: The plan.
        counted: What was counted.
        spending: Of all runs.
        before: Likewise, when this run began.
        engine: Name of the engine of this run.
        seconds: Wall time of this run.
        points: Its throughput: seconds and records done by then.
    """
    plan, tally = loaded.plan, counted.tally
    prompts = used_prompts(plan.annotators, plan.language, loaded.root)
    return page.PageFacts(
        name=plan.name,
        about=plan.about,
        language=plan.language,
        plan=loaded.path.read_text(encoding="utf-8"),
        engine=engine,
        seconds=seconds,
        collected=sum(counted.found.values()),
        kept=tally.records,
        statements=tally.statements.total(),
        steps=counted.steps,
        funnel=counted.funnel.as_dict(),
        labels=tally.labels(),
        agreement=counted.voices,
        spent=_spent(loaded, spending, before),
        parked=counted.waiting,
        throughput=[page.Point(at, done) for at, done in points],
        samples=[*tally.samples(), *counted.shown],
        splits={name: tally.splits[name] for name in plan.split.shares},
        sources=counted.found,
        versions={"emer": __version__, **{each.name: each.sha256[:12] for each in prompts}},
        notes=_notes(loaded),
    )


def _spent(loaded: LoadedPlan, spending: Spending, before: Spending) -> list[page.Spent]:
    """Return what this run was asked and paid, by annotator."""
    now = {each.annotator: each for each in spending.annotators}
    then = {each.annotator: each for each in before.annotators}
    return [
        page.Spent(
            annotator=each.name,
            model=each.model,
            paid=_rise(now, then, each.name, "calls"),
            cached=_rise(now, then, each.name, "cached"),
            input_tokens=_rise(now, then, each.name, "prompt_tokens"),
            output_tokens=_rise(now, then, each.name, "completion_tokens"),
            cached_tokens=_rise(now, then, each.name, "cached_tokens"),
            money=_rise(now, then, each.name, "money") if any(dict(each.price).values()) else None,
        )
        for each in loaded.plan.annotators
    ]


def _rise(now: Mapping[str, Spent], then: Mapping[str, Spent], name: str, what: str) -> Any:
    return getattr(now.get(name), what, 0) - getattr(then.get(name), what, 0)


def _substance(plan: Plan) -> dict[str, Any]:
    """Return the plan without what changes no result: where servers are, and what they cost."""
    around = {"out", "store", "budget"}
    passing = {"url", "key", "price", "rate", "timeout", "tries"}
    whole = plan.model_dump(mode="json", exclude=around)
    annotators = [each.model_dump(mode="json", exclude=passing) for each in plan.annotators]
    return {**whole, "annotators": annotators}


def _lengths(counted: Counted) -> page.Histogram | None:
    """Return the lengths of the kept clips, without empty bins at the end."""
    seconds = counted.funnel.as_dict()["after"]["seconds"]
    filled = [place for place, count in enumerate(seconds["counts"], start=1) if count]
    if not filled:
        return None
    edges = [*seconds["from"], float("inf")]
    return page.Histogram(edges[: filled[-1] + 1], seconds["counts"][: filled[-1]])


def _notes(loaded: LoadedPlan) -> list[str]:
    if loaded.plan.annotators:
        return []
    return ["No model annotated: every statement is a measurement of emer's."]


def _some(**counts: int) -> dict[str, int]:
    return {name.replace("_", " "): count for name, count in counts.items() if count}
