"""The plan of a build: which clips, who annotates, what is filtered, what comes out.

Everything here is plain settings; `emer.dataset.plan_file` reads them from YAML and names line
and key of what is wrong.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from emer.dataset.entry import MEASURED, Task
from emer.explanation import Language

Count = Annotated[int, Field(ge=1)]
NotNegative = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Text = Annotated[str, Field(min_length=1)]


class Settings(BaseModel):
    """Base of the plan's parts: immutable, unknown keys refused, numbers finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Source(Settings):
    """Where clips come from."""

    name: Name = Field(description="Its own; begins the ids of its clips.")
    path: Text = Field(
        description="A folder of clips, a manifest (.csv, .tsv, .json, .jsonl, .parquet) or "
        "WebDataset shards (.tar, shards-{000..009}.tar); relative to the plan."
    )
    licence: Text = Field(description="Under which the clips may be used; goes into the card.")
    citation: str = Field(default="", description="Whom to cite; goes into the card.")
    columns: dict[Literal["id", "media", "subtitle", "group"], Text] = Field(
        default_factory=dict,
        description="Column of a manifest for each of id, media, subtitle, group, where it is "
        "not called so.",
    )
    labels: tuple[Text, ...] = Field(
        default=(), description="Columns of a manifest to keep as labels, such as emotion."
    )
    group: Literal["clip", "folder", "column"] = Field(
        default="clip",
        description="What stays in one split: the clip alone, its folder, or the column 'group'.",
    )
    exclude: str | None = Field(
        default=None, description="A file of ids or SHA-256 hashes, one a line, to leave out."
    )


class Evaluation(Settings):
    """Clips that models will be scored on and that must therefore not be in the dataset."""

    name: Name = Field(description="What a leak is reported as.")
    ids: str | None = Field(
        default=None, description="A file of ids, file names or SHA-256 hashes, one a line."
    )
    clips: str | None = Field(
        default=None, description="A folder of the clips; near copies are found, too."
    )

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.ids and not self.clips:
            raise ValueError("give ids, clips or both")
        return self


class Copies(Settings):
    """When two clips count as the same one."""

    near: bool = Field(default=True, description="Also remove near copies, by look and sound.")
    frames: Share = Field(default=0.1, description="Share of bits by which pictures may differ.")
    sound: Share = Field(default=0.3, description="Share of bits by which the sound may differ.")


class Observe(Settings):
    """How clips are measured."""

    speech: bool = Field(default=True, description="Recognise speech where no words are given.")
    listen: bool = Field(
        default=False,
        description="Recognise speech also where the source gives the words, so that the filter "
        "mismatch can compare the two.",
    )
    spoken: str | None = Field(default=None, description="Language spoken, ISO 639-1.")
    measured: str | None = Field(
        default=None, description="Results of emer explain (.jsonl) to use for the clips in it."
    )

    @model_validator(mode="after")
    def _able_to_listen(self) -> Self:
        if self.listen and not self.speech:
            raise ValueError("listen needs speech: true")
        return self


class Sampling(Settings):
    """How a model draws its answer."""

    temperature: NotNegative = Field(
        default=0.0, description="0 draws the likeliest answer, as EMER does."
    )
    top_p: Annotated[float, Field(gt=0, le=1)] = Field(
        default=1.0, description="Only the likeliest tokens with this probability in all are drawn."
    )
    max_tokens: Count = Field(default=768, description="An answer ends there at the latest.")
    seed: int = Field(default=0, description="Of the draw, for servers that take one.")


class Rate(Settings):
    """What a server may be asked."""

    at_once: Annotated[int, Field(ge=1, le=1024)] = Field(default=4, description="Calls at a time.")
    requests_per_minute: Count | None = Field(
        default=None, description="Calls begun a minute; no limit if left out."
    )
    tokens_per_minute: Count | None = Field(
        default=None, description="Of prompts and answers together; no limit if left out."
    )


class Price(Settings):
    """What a call costs, per million tokens, in whatever currency the budget is in."""

    input: NotNegative = Field(default=0.0, description="Of a million tokens of prompts.")
    output: NotNegative = Field(default=0.0, description="Of a million tokens of answers.")


class Annotator(Settings):
    """A model behind an OpenAI-compatible server."""

    name: Name = Field(description="Stands by everything it says.")
    url: Annotated[str, Field(pattern=r"^https?://")] = Field(description="Mostly ends in /v1.")
    model: Text = Field(description="As the server knows it.")
    revision: str = Field(
        default="", description="Of the weights; part of a call's key, so a new one is asked anew."
    )
    key: str = Field(default="EMER_API_KEY", description="Environment variable with the API key.")
    tasks: tuple[Task, ...] = Field(
        default=("visual", "auditory", "disambiguate"),
        min_length=1,
        description="What it is asked.",
    )
    given: tuple[Literal["frames", "audio", "cues"], ...] = Field(
        default=("cues",), min_length=1, description="What it is shown."
    )
    frames: Annotated[int, Field(ge=1, le=32)] = Field(default=4, description="Pictures a clip.")
    side: Annotated[int, Field(ge=64, le=2048)] = Field(
        default=448, description="Longer side of a picture in pixels."
    )
    prompts: dict[Task, Text] = Field(
        default_factory=dict, description="A file of your own, instead of emer's prompt, by task."
    )
    sampling: Sampling = Field(default=Sampling(), description="How it draws its answer.")
    rate: Rate = Field(default=Rate(), description="What its server may be asked.")
    price: Price = Field(default=Price(), description="What a call costs.")
    timeout: Annotated[float, Field(gt=0)] = Field(default=120.0, description="Seconds a call.")
    tries: Count = Field(default=6, description="Attempts where a server is busy or away.")

    @model_validator(mode="after")
    def _not_reserved(self) -> Self:
        if self.name == MEASURED:
            raise ValueError(f"the name {MEASURED!r} is that of emer's own measurements")
        return self


class Merge(Settings):
    """How what several annotators said becomes one list."""

    votes: Count = Field(
        default=1, description="Annotators who must say so; what was measured always stays."
    )
    same: Share = Field(
        default=0.75, description="Cosine similarity from which two statements are one."
    )
    missing: Literal["hold", "go-on"] = Field(
        default="hold",
        description="A record whose annotator gave no usable answer is held back until the call "
        "is replayed, or goes on without it.",
    )


class Budget(Settings):
    """Where spending stops."""

    tokens: Count | None = Field(default=None, description="Of prompts and answers together.")
    money: NotNegative | None = Field(default=None, description="In the currency of the prices.")


class FilterCall(Settings):
    """A filter by name, with its options."""

    name: Name = Field(description="One of emer's filters, or of a package that brings others.")
    options: dict[str, Any] = Field(default_factory=dict, description="Of that filter.")


def _filter(value: Any) -> Any:
    """Read "grounding" or {"length": {"longest": 300}} as a filter."""
    if isinstance(value, str):
        return {"name": value}
    if isinstance(value, dict) and len(value) == 1 and "name" not in value:
        name, options = next(iter(value.items()))
        return {"name": name, "options": options or {}}
    return value


class Split(Settings):
    """How records are split; a group is never in two of them."""

    shares: dict[Name, Annotated[float, Field(gt=0, le=1)]] = Field(
        default={"train": 0.9, "validation": 0.1},
        description="Names of the splits with their shares, 1 in all.",
    )
    seed: int = Field(default=0, description="Another one draws other groups.")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if abs(sum(self.shares.values()) - 1) > 1e-6:
            raise ValueError(f"shares must be 1 in all, but are {sum(self.shares.values()):g}")
        return self


class Export(Settings):
    """What is written."""

    formats: tuple[Literal["jsonl", "parquet", "webdataset"], ...] = Field(
        default=("jsonl", "parquet"), min_length=1, description="Each is written in full."
    )
    media: Literal["reference", "copy"] = Field(
        default="reference",
        description="Rows name the clips where they are, or clips are copied beside them.",
    )
    shard: Count = Field(default=10_000, description="Records a file.")


class Plan(Settings):
    """A build."""

    name: Name = Field(description="Of the dataset.")
    about: str = Field(default="", description="A sentence for the card.")
    language: Language = Field(default="en", description="Of statements and texts.")
    out: Text = Field(description="Folder for everything that is made; relative to the plan.")
    store: str | None = Field(
        default=None,
        description="Database of model calls and observations, to be shared by several builds: "
        "sqlite:///FILE or postgresql+pg8000://...; default: one in the folder `out`.",
    )
    sources: tuple[Source, ...] = Field(min_length=1, description="Where clips come from.")
    evaluation: tuple[Evaluation, ...] = Field(
        default=(), description="Clips that must not be in the dataset; one that is ends the build."
    )
    copies: Copies = Field(default=Copies(), description="When two clips count as the same one.")
    observe: Observe = Field(default=Observe(), description="How clips are measured.")
    annotators: tuple[Annotator, ...] = Field(
        default=(), description="Models that are asked; without any, statements are measured ones."
    )
    merge: Merge = Field(
        default=Merge(), description="How what several annotators said becomes one list."
    )
    budget: Budget = Field(default=Budget(), description="Where spending stops.")
    filters: tuple[Annotated[FilterCall, BeforeValidator(_filter)], ...] = Field(
        default=(FilterCall(name="unsafe"), FilterCall(name="grounding")),
        description="What is taken out, in this order: names, or a name with its options.",
    )
    split: Split = Field(default=Split(), description="How records are split.")
    export: Export = Field(default=Export(), description="What is written.")

    @model_validator(mode="after")
    def _names_once(self) -> Self:
        groups = {
            "sources": [each.name for each in self.sources],
            "annotators": [each.name for each in self.annotators],
            "evaluation": [each.name for each in self.evaluation],
        }
        for group, names in groups.items():
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"{group}: the name {twice[0]!r} is there twice")
        return self
