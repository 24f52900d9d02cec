"""The statements of a sample, each with its status and with everybody who said so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from emer.dataset.entry import MEASURED, Entry, Origin, Statement
from emer.metrics.report.text import foreign, short
from emer.report.page.markup import Html, joined, tag
from emer.report.plain import between, clock

_STATEMENTS, _ORIGINS, _CALL = 60, 8, 12


def group(number: int, modality: str, entry: Entry, language: str) -> Html:
    """Return the statements of one modality.

    Args:
        number: Of the sample; its player is the one that a time plays.
        modality: Which statements.
        entry: The record.
        language: Of the build.
    """
    own = [each for each in entry.statements if each.modality == modality]
    rows = (_statement(number, each, entry, language) for each in own[:_STATEMENTS])
    rest = len(own) - _STATEMENTS
    return joined(
        tag("h4", tag("span", modality, class_=f"dot {modality}"), tag("small", f" {len(own):,}")),
        tag("ul", *rows, class_="claims", aria_label=f"{modality} statements"),
        tag("p", f"and {rest:,} more", class_="small") if rest > 0 else "",
    )


def _statement(number: int, one: Statement, entry: Entry, language: str) -> Html:
    said = joined(
        foreign_in(language, one.text), " ", _when(number, one) if not entry.media.still else ""
    )
    asked = f"{one.agreement:.0%} of those asked"
    return tag(
        "li",
        tag("span", short(one.id, 20), class_=f"chip {one.modality}"),
        tag("span", one.status, class_=f"badge {one.status}"),
        tag(
            "div",
            tag("p", said),
            tag("ul", *_origins(one.origins, language), aria_label=f"Who said so: {asked}"),
        ),
        class_=one.status,
    )


def _when(number: int, one: Statement) -> Html:
    if one.start is None:
        return Html()
    text = clock(one.start) if one.end is None else between(one.start, one.end)
    return tag(
        "button",
        f"▶ {text}",
        type="button",
        class_="seek",
        data_player=f"player-{number}",
        data_start=one.start,
        aria_label=f"Play from {clock(one.start)}",
    )


def _origins(origins: Sequence[Origin], language: str) -> Iterator[Html]:
    for one in origins[:_ORIGINS]:
        if one.annotator == MEASURED:
            yield tag("li", tag("b", MEASURED), f" {one.cue or ''}")
            continue
        key = one.call or ""
        yield tag(
            "li",
            foreign("b", one.annotator),
            " ",
            tag("q", foreign_in(language, one.text)),
            " ",
            tag("code", key[:_CALL], title=f"call {key}", class_="hash") if key else "",
        )
    if len(origins) > _ORIGINS:
        yield tag("li", f"and {len(origins) - _ORIGINS:,} more")


def foreign_in(language: str, text: str) -> Html:
    """Return a text from outside in the language of the build."""
    return tag("span", short(text), lang=language)
