"""The cue table, and cue ids as links into it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from urllib.parse import quote

from emer.explanation import Claim, Cue, Explanation
from emer.report.page.drawing import bar
from emer.report.page.markup import Html, joined, tag
from emer.report.plain import amount, between, clean, elsewhere, number, paragraphs
from emer.report.tiers import MODALITIES
from emer.report.words import Words


def address(cue: Cue) -> str:
    """Return the deep link that selects a cue."""
    return f"#cue={quote(clean(cue.id), safe='')}"


def chip(cue: Cue) -> Html:
    """Return a cue's id as a link that selects the cue."""
    return tag(
        "a",
        cue.id,
        class_=f"chip {cue.modality}",
        href=address(cue),
        title=cue.statement,
        data_cue=cue.id,
    )


def claim_chip(claim: Claim) -> Html:
    """Return a claim's id as a link to it."""
    return tag(
        "a",
        claim.id,
        class_=f"chip {claim.status}",
        href=f"#claim={quote(clean(claim.id), safe='')}",
        title=claim.statement,
    )


def chips(ids: Iterable[str], explanation: Explanation) -> Html:
    """Return ids of cues and claims as links; one that is neither stays text."""
    known = {claim.id: claim_chip(claim) for claim in explanation.claims}
    known |= {cue.id: chip(cue) for cue in explanation.cues}
    parts = (known[i] if i in known else tag("span", i, class_="chip") for i in ids)
    return tag("span", Html(" ".join(parts)), class_="chips")


def linked(text: str, explanation: Explanation) -> Html:
    """Return an explanation as paragraphs in which cited cues are links."""
    return joined(
        *(
            tag("p", *(p if isinstance(p, str) else chips(p, explanation) for p in paragraph))
            for paragraph in paragraphs(text, explanation.cues, explanation.claims)
        )
    )


def table(explanation: Explanation, said: Words) -> Html:
    """Return the table of cues with its filter, or nothing without cues."""
    if not explanation.cues:
        return Html()
    head = (said.cue, said.when, said.who, said.observed, said.measured, said.confidence)
    # The roles are the elements' own, which a phone's layout would take from them.
    columns = (tag("th", name, scope="col", role="columnheader") for name in head)
    return tag(
        "section",
        tag("h2", said.cues),
        _filter(explanation, said),
        tag(
            "table",
            tag("thead", tag("tr", *columns, role="row"), role="rowgroup"),
            tag("tbody", *(_row(cue, said) for cue in explanation.cues), role="rowgroup"),
            class_="cues",
            role="table",
        ),
        id="cues",
        class_="card",
    )


def _filter(explanation: Explanation, said: Words) -> Html:
    counts = {m: sum(cue.modality == m for cue in explanation.cues) for m in MODALITIES}
    buttons = [
        tag(
            "button",
            said.of(modality),
            tag("span", str(count), class_="count"),
            type="button",
            class_=f"filter {modality}",
            data_modality=modality,
            aria_pressed="true",
        )
        for modality, count in counts.items()
        if count
    ]
    return tag("div", *buttons, class_="filters", role="group", aria_label=said.show)


def _row(cue: Cue, said: Words) -> Html:
    cells = {
        "id": joined(chip(cue), tag("span", cue.kind, class_="kind")),
        "when": between(cue.start, cue.end),
        "who": cue.person or "",
        "statement": cue.statement,
        "evidence": tag("ul", *_evidences(cue, said)),
        "confidence": joined(
            bar(cue.confidence, said.confidence, cue.modality), f"{cue.confidence:.2f}"
        ),
    }
    return tag(
        "tr",
        *(tag("td", body, class_=name, role="cell") for name, body in cells.items()),
        # The id is what the deep link names, so that the link works without the script too.
        id=f"cue={cue.id}",
        role="row",
        class_=cue.modality,
        data_cue=cue.id,
        data_modality=cue.modality,
        data_start=cue.start,
        data_end=cue.end,
    )


def _evidences(cue: Cue, said: Words) -> Iterator[Html]:
    for piece, after in zip_longest(cue.evidence, cue.evidence[1:]):
        parts = [tag("code", piece.measure), " ", tag("b", amount(piece))]
        if piece.reference is not None:
            against = said.compared.format(number(piece.reference))
            parts += [" ", tag("span", against, class_="against")]
        if span := elsewhere(piece, cue):
            parts += [" ", tag("span", span, class_="against")]
        # Said once where several measurements in a row have the same source.
        if after is None or after.source != piece.source:
            parts.append(tag("span", piece.source, class_="source"))
        yield tag("li", *parts)
