"""What the page of a build is made from: plain numbers and a few samples, never all records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from emer.dataset.entry import Entry
from emer.explanation import Language


@dataclass(frozen=True)
class Step:
    """How many records a step before the filters left.

    Attributes:
        name: Such as "collect", "copies", "leaks", "observe", "annotate" or "merge".
        records: Records after it.
        statements: Statements after it; None before there are any.
        gone: Records that it left out, counted by reason.
    """

    name: str
    records: int
    statements: int | None = None
    gone: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class LabelCount:
    """How many records carry an open label.

    Attributes:
        en: In English; may be empty.
        zh: In Chinese; may be empty.
        family: The emotion it is a shade of, such as "joy"; empty if unknown.
        count: Records.
    """

    en: str
    zh: str
    family: str
    count: int


@dataclass(frozen=True)
class Histogram:
    """Counts over bins of equal or unequal width.

    Attributes:
        edges: Ends of the bins, rising; one more than there are counts. The last may be infinite.
        counts: In each bin.
        whole: Whether each bin is a whole number, that of its lower end.
    """

    edges: Sequence[float]
    counts: Sequence[int]
    whole: bool = False


@dataclass(frozen=True)
class Spent:
    """What an annotator was asked and what that cost.

    Attributes:
        annotator: Name in the plan.
        model: As the server knows it.
        paid: Calls sent in this run, bad answers included.
        cached: Calls answered from the store.
        input_tokens: Of the prompts that were paid.
        output_tokens: Of the answers that were paid.
        cached_tokens: Of prompts and answers that came from the store.
        money: Paid in this run, in the currency of the plan's prices; None without prices.
    """

    annotator: str
    model: str
    paid: int
    cached: int
    input_tokens: int
    output_tokens: int
    cached_tokens: int = 0
    money: float | None = None


@dataclass(frozen=True)
class Parked:
    """Calls without a usable answer, to be replayed.

    Attributes:
        annotator: Name in the plan.
        task: What was asked.
        reason: Why there is no answer.
        count: Calls.
    """

    annotator: str
    task: str
    reason: str
    count: int


@dataclass(frozen=True)
class Point:
    """How far the run was at a time.

    Attributes:
        seconds: Since it began.
        records: Done by then.
        tokens: Paid by then.
    """

    seconds: float
    records: int
    tokens: int = 0


@dataclass(frozen=True)
class Agreement:
    """How far the annotators agree.

    Attributes:
        records: Agreement of each record with two or more annotators, 0..1.
        alpha: Krippendorff's alpha, at most 1; None where it has no value.
        alpha_about: What it was computed over, a sentence.
        statuses: Statements kept by status: measured, supported, contradicted, unchecked.
        annotators: Statements kept by how many annotators said so.
    """

    records: Histogram | None = None
    alpha: float | None = None
    alpha_about: str = ""
    statuses: Mapping[str, int] = field(default_factory=dict)
    annotators: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class PageFacts:
    """A build as its page shows it.

    Attributes:
        name: Of the plan.
        about: Its sentence.
        language: Of statements and texts.
        plan: The plan as text, as it was written.
        engine: Name of the engine.
        seconds: Wall time of this run.
        collected: Records found in the sources, copies included.
        kept: Records that are exported.
        statements: Statements of those.
        steps: Steps before the filters, in order.
        funnel: Of the filters, as `emer.dataset.filters.funnel` gives it as plain data.
        labels: Open labels of the records kept.
        agreement: Of the annotators.
        spent: For each annotator.
        parked: Calls without an answer.
        throughput: Points in the order of time; fewer than two are not drawn.
        samples: A few records, kept or not, with statements and texts.
        splits: Records in each split.
        sources: Records collected from each source.
        versions: Of emer, models, prompts and whatever else the result depends on.
        notes: What a reader should know, a sentence each.
    """

    name: str
    about: str
    language: Language
    plan: str
    engine: str
    seconds: float
    collected: int
    kept: int
    statements: int
    steps: Sequence[Step] = ()
    funnel: Mapping[str, Any] = field(default_factory=dict)
    labels: Sequence[LabelCount] = ()
    agreement: Agreement = Agreement()
    spent: Sequence[Spent] = ()
    parked: Sequence[Parked] = ()
    throughput: Sequence[Point] = ()
    samples: Sequence[Entry] = ()
    splits: Mapping[str, int] = field(default_factory=dict)
    sources: Mapping[str, int] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()
