"""What a data card is made from: plain data, which the build fills in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from emer.dataset.export.written import Written
from emer.dataset.report.facts import Agreement, Histogram, LabelCount, Parked, Step
from emer.explanation import AssetUse


@dataclass(frozen=True)
class SourceFacts:
    """Where clips came from.

    Attributes:
        name: In the plan.
        licence: Under which its clips may be used.
        citation: Whom to cite; may be empty.
        found: Clips that were collected.
        kept: Clips in the dataset.
    """

    name: str
    licence: str
    citation: str
    found: int
    kept: int


@dataclass(frozen=True)
class SplitFacts:
    """What is in a split.

    Attributes:
        name: In the plan.
        clips: Clips.
        groups: Groups (speakers, videos or shows), none of which is in another split.
        seconds: Length of all clips.
        statements: Statements about them.
    """

    name: str
    clips: int
    groups: int
    seconds: float
    statements: int


@dataclass(frozen=True)
class ModelFacts:
    """A model that annotated.

    Attributes:
        annotator: Name in the plan.
        model: As its server knows it.
        revision: Of the weights; may be empty.
        tasks: What it was asked.
        given: What it was shown.
        sampling: How it drew its answers.
    """

    annotator: str
    model: str
    revision: str
    tasks: Sequence[str]
    given: Sequence[str]
    sampling: Mapping[str, float]


@dataclass(frozen=True)
class PromptFacts:
    """A prompt that was used.

    Attributes:
        name: Name, language and version, such as "visual.en@1".
        sha256: Of its text.
        text: All of it.
    """

    name: str
    sha256: str
    text: str


@dataclass(frozen=True)
class CostFacts:
    """What the calls to an annotator took that the dataset rests on.

    All of them count, whichever run paid them, so that a build that was stopped and resumed has
    the same card as one that was not.

    Attributes:
        annotator: Name in the plan.
        calls: Calls.
        input_tokens: Of their prompts.
        output_tokens: Of their answers.
        money: By the plan's prices, in their currency; None without prices.
    """

    annotator: str
    calls: int
    input_tokens: int
    output_tokens: int
    money: float | None = None


@dataclass(frozen=True)
class Facts:
    """A dataset as its card shows it.

    Nothing here may depend on the run, such as times of day or what was in the store already:
    the same dataset has the same card.

    Attributes:
        written: What was written.
        about: The plan's sentence on it.
        version: Of emer.
        plan_hash: SHA-256 of the plan, without where servers are, what they cost and may be asked.
        command: The command that builds it, without options that only concern a run.
        sources: In the order of the plan.
        splits: Likewise.
        labels: Open labels with the clips that carry them, most frequent first.
        lengths: Of the clips, in seconds.
        agreement_mean: Mean agreement of the clips with two or more annotators, 0..1.
        agreement: Its distribution, and Krippendorff's alpha.
        steps: Clips left after each step before the filters.
        funnel: Of the filters, as `emer.dataset.filters.funnel.Funnel.as_dict` gives it.
        models: That annotated.
        prompts: All that were used.
        assets: Models with which emer measured.
        cost: Calls, tokens and money, by annotator.
        parked: Calls without a usable answer.
        notes: What else a reader should know, a sentence each.
    """

    written: Written
    about: str
    version: str
    plan_hash: str
    command: str
    sources: Sequence[SourceFacts]
    splits: Sequence[SplitFacts]
    labels: Sequence[LabelCount] = ()
    lengths: Histogram | None = None
    agreement_mean: float | None = None
    agreement: Agreement = field(default_factory=Agreement)
    steps: Sequence[Step] = ()
    funnel: Mapping[str, Any] = field(default_factory=dict)
    models: Sequence[ModelFacts] = ()
    prompts: Sequence[PromptFacts] = ()
    assets: Sequence[AssetUse] = ()
    cost: Sequence[CostFacts] = ()
    parked: Sequence[Parked] = ()
    notes: Sequence[str] = ()
