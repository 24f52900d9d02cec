"""The data card of a build: README.md, with the front matter by which `datasets` finds tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from emer.dataset import card_texts as texts
from emer.dataset.card_facts import Facts, PromptFacts
from emer.dataset.export.columns import CONFIGS
from emer.dataset.export.front import front_matter, split_name
from emer.dataset.export.write import README
from emer.report.markdown import bar, escape

MOST_LABELS = 40
"""Labels in the table; the others are counted together."""

_UNSAFE = re.compile(r"[^\w.@-]+", re.ASCII)


def pages(facts: Facts) -> Mapping[str, str]:
    """Return the card and the text of every prompt by path, for `emer.dataset.export.write`."""
    prompts = {_prompt_file(each): each.text for each in facts.prompts}
    return {README: card(facts), **prompts}


def card(facts: Facts) -> str:
    """Return the data card as Markdown with front matter.

    Names, labels, citations and whatever else comes from plans, media and models is escaped: it
    shows as it is, and cannot become markup, a link or a row of a table.

    Raises:
        MissingExtra: PyYAML is not installed.
    """
    head = front_matter(
        facts.written,
        license=_licence([each.licence for each in facts.sources]),
        task_categories=["video-text-to-text"],
    )
    return head + "\n" + "\n\n".join(_parts(facts)) + "\n"


def _parts(facts: Facts) -> Iterator[str]:
    yield f"# {escape(facts.written.name)}"
    if facts.about.strip():
        yield escape(facts.about)
    yield texts.WHAT
    yield texts.ZH.format(clips=f"{sum(facts.written.clips.values()):,}")
    yield "## Intended use\n\n" + _list(texts.USES)
    yield "## Forbidden use\n\n" + _list(texts.FORBIDDEN)
    yield from _content(facts)
    yield from _sources(facts)
    yield from _labels(facts)
    yield from _agreement(facts)
    yield from _funnel(facts)
    yield from _models(facts)
    yield from _cost(facts)
    yield from _making(facts)
    yield "## Known limits\n\n" + _list([*texts.LIMITS, *map(escape, facts.notes)])


def _content(facts: Facts) -> Iterator[str]:
    written = facts.written
    loaded = any(each.format != "webdataset" for each in written.files)
    yield "## Content\n\n" + (texts.LOAD if loaded else texts.STREAM)
    yield _table(
        ("Table", *(f"Rows in {escape(split_name(each))}" for each in written.clips)),
        [
            (f"`{config}`", *(f"{written.rows(config, split):,}" for split in written.clips))
            for config in CONFIGS
        ],
    )
    yield _table(
        ("Split", "Clips", "Groups", "Hours", "Statements"),
        [
            (
                escape(split_name(each.name)),
                f"{each.clips:,}",
                f"{each.groups:,}",
                f"{each.seconds / 3600:.2f}",
                f"{each.statements:,}",
            )
            for each in facts.splits
        ],
    )
    yield "A group (speaker, video or show) is in one split only."
    if facts.lengths is not None:
        ends, counts = facts.lengths.edges, facts.lengths.counts
        names = [f"{a:g} to {b:g} s" for a, b in pairwise(ends)]
        yield "Length of the clips:"
        yield _chart("Length", list(zip(names, counts, strict=True)))


def _sources(facts: Facts) -> Iterator[str]:
    yield "## Sources"
    yield _table(
        ("Source", "Licence", "Clips found", "Clips kept", "Citation"),
        [
            (
                escape(each.name),
                escape(each.licence),
                f"{each.found:,}",
                f"{each.kept:,}",
                escape(each.citation) or "none given",
            )
            for each in facts.sources
        ],
    )
    yield (
        "Clips stay under the licence of their source, which each row of `cues` names; check it "
        "before you pass them on."
    )


def _labels(facts: Facts) -> Iterator[str]:
    yield "## Labels"
    if not facts.labels:
        yield "No clip has an open label."
        return
    yield f"{len(facts.labels):,} open labels; a clip may carry several."
    first, rest = facts.labels[:MOST_LABELS], facts.labels[MOST_LABELS:]
    yield _chart(
        "Label",
        [(" · ".join(filter(None, (each.en, each.zh))), each.count) for each in first],
    )
    if rest:
        total = sum(each.count for each in rest)
        yield f"{len(rest):,} further labels are carried {total:,} times together."


def _agreement(facts: Facts) -> Iterator[str]:
    yield "## Agreement"
    if facts.agreement_mean is None:
        yield "No clip has two or more annotators, so there is no agreement to tell."
    else:
        yield f"Mean agreement of the annotators on the emotion: {facts.agreement_mean:.3f} of 1."
    if facts.agreement.alpha is not None:
        about = escape(facts.agreement.alpha_about)
        yield f"Krippendorff's alpha: {facts.agreement.alpha:.3f}. {about}".rstrip()
    if facts.agreement.statuses:
        yield "Statements by what the measurements say to them:"
        yield _chart("Status", list(facts.agreement.statuses.items()))


def _funnel(facts: Facts) -> Iterator[str]:
    yield "## What was left out"
    if facts.steps:
        yield _table(
            ("Step", "Clips after it", "Left out"),
            [
                (
                    escape(step.name),
                    f"{step.records:,}",
                    escape("; ".join(f"{why}: {n:,}" for why, n in sorted(step.gone.items())))
                    or "none",
                )
                for step in facts.steps
            ],
        )
    filters = facts.funnel.get("filters", ())
    if filters:
        yield _table(
            ("Filter", "Clips before", "Clips removed", "Statements removed", "Most often because"),
            [
                (
                    escape(each["name"]),
                    f"{each['records']['in']:,}",
                    f"{each['records']['removed']:,}",
                    f"{each['statements']['removed']:,}",
                    escape(each["reasons"][0]["reason"]) if each["reasons"] else "none removed",
                )
                for each in filters
            ],
        )
    if not facts.steps and not filters:
        yield "No filter was asked for."


def _models(facts: Facts) -> Iterator[str]:
    yield "## Models and prompts"
    yield "Measured by emer's instruments; see `measured` in the table `cues`."
    if facts.assets:
        yield _table(
            ("Asset", "SHA-256", "Licence"),
            [(escape(each.name), each.sha256[:16], escape(each.licence)) for each in facts.assets],
        )
    if not facts.models:
        yield "No language model annotated."
        return
    yield _table(
        ("Annotator", "Model", "Revision", "Tasks", "Given", "Sampling"),
        [
            (
                escape(each.annotator),
                escape(each.model),
                escape(each.revision) or "not given",
                escape(", ".join(each.tasks)),
                escape(", ".join(each.given)),
                escape(", ".join(f"{k} {v:g}" for k, v in sorted(each.sampling.items()))),
            )
            for each in facts.models
        ],
    )
    yield _table(
        ("Prompt", "SHA-256", "Text"),
        [
            (
                escape(each.name),
                escape(each.sha256),
                f"[{_prompt_file(each)}]({_prompt_file(each)})",
            )
            for each in facts.prompts
        ],
    )


def _cost(facts: Facts) -> Iterator[str]:
    if not facts.cost:
        return
    yield "## Cost"
    yield _table(
        ("Annotator", "Calls", "Tokens in", "Tokens out", "Money"),
        [
            (
                escape(each.annotator),
                f"{each.calls:,}",
                f"{each.input_tokens:,}",
                f"{each.output_tokens:,}",
                "no price given" if each.money is None else f"{each.money:,.2f}",
            )
            for each in facts.cost
        ],
    )
    yield "Of all calls that the dataset rests on; money is in the currency of the plan's prices."
    if facts.parked:
        total = sum(each.count for each in facts.parked)
        yield f"{total:,} calls have no usable answer and can be replayed."


def _making(facts: Facts) -> Iterator[str]:
    yield "## How it was built"
    yield _list(
        [
            f"emer {escape(facts.version)}",
            f"plan {escape(facts.plan_hash)}",
            f"command: {escape(facts.command)}",
            "files with rows, bytes and SHA-256: [build.json](build.json)",
        ]
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of cells that are Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _chart(what: str, counts: Sequence[tuple[str, int]]) -> str:
    """Return counts as a table with bars; names are escaped here."""
    most = max((count for _, count in counts), default=0) or 1
    return _table(
        (what, "Count", ""),
        [(escape(name), f"{count:,}", bar(count / most, 20)) for name, count in counts],
    )


def _list(lines: Sequence[str]) -> str:
    return "\n".join(f"- {each}" for each in lines)


def _prompt_file(prompt: PromptFacts) -> str:
    """Return a name of the prompt's own that is safe as a path and in a link."""
    name = _UNSAFE.sub("_", prompt.name).strip("._") or "prompt"
    return f"prompts/{name}.{_UNSAFE.sub('_', prompt.sha256)[:12]}.txt"


def _licence(given: Sequence[str]) -> str:
    """Return the licence as the front matter has it: one that all share and that is known."""
    known = re.compile(r"cc0-1\.0|cc-by(-nc)?(-sa|-nd)?-4\.0|mit|apache-2\.0")
    shared = {each.strip().lower() for each in given}
    (only,) = shared if len(shared) == 1 else ("",)
    return only if known.fullmatch(only) else "other"
