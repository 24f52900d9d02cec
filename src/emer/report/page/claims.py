"""What a model said, with its status as a badge and the measured cues beside it."""

from __future__ import annotations

from collections.abc import Iterator

from emer.explanation import Claim, Cue, Explanation
from emer.report.page.cues import chip, claim_chip
from emer.report.page.markup import Html, tag
from emer.report.page.panels import card as panel
from emer.report.summary import beside
from emer.report.words import Words


def card(explanation: Explanation, said: Words) -> Html:
    """Return the claims, or nothing without any."""
    if not explanation.claims:
        return Html()
    cues = {cue.id: cue for cue in explanation.cues}
    rows = (_claim(claim, cues, said) for claim in explanation.claims)
    about = tag("p", said.claims_about, class_="small")
    return panel(said.claims, about, tag("ol", *rows, class_="claims"))


def _claim(claim: Claim, cues: dict[str, Cue], said: Words) -> Html:
    known = [cues[i] for i in beside(claim) if i in cues]
    return tag(
        "li",
        claim_chip(claim),
        tag("span", said.of(claim.status), class_=f"badge {claim.status}"),
        tag(
            "div",
            tag("p", claim.statement),
            tag("ul", *_measured(known), aria_label=said.beside) if known else Html(),
        ),
        # The id is what the link in the text names.
        id=f"claim={claim.id}",
        class_=claim.status,
    )


def _measured(cues: list[Cue]) -> Iterator[Html]:
    for cue in cues:
        yield tag("li", chip(cue), " ", cue.statement)
