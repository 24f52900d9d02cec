"""Records as they are in the dataset: clip, texts, labels, and every statement with its origins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import get_args

from emer.dataset.entry import MEASURED, Entry, Label, Modality, Origin, Removal, Statement
from emer.dataset.report.clips import Shown
from emer.metrics.report import budget
from emer.metrics.report.tables import clip_panel
from emer.metrics.report.text import foreign, short
from emer.report.page.markup import Html, joined, tag
from emer.report.page.media import player
from emer.report.plain import between, clock
from emer.report.words import words

_LIMIT = 1_500_000
"""Bytes of all samples, clips left out."""

_STATEMENTS, _LABELS, _ORIGINS, _CALL = 60, 40, 8, 12
_TEXT = 2000
_ABOUT = (
    "Drawn at random. A time plays the clip from there. Each statement has the status that the "
    "measured cues give it, and everybody who said so, in their own words, with the key of the "
    "call in the store."
)


def samples(entries: Sequence[Entry], clips: Sequence[Shown], language: str) -> Html:
    """Return the samples, each of which unfolds.

    Args:
        entries: The records.
        clips: How the clip of each is shown.
        language: Of the build's statements and texts.
    """
    both = enumerate(zip(entries, clips, strict=True))
    # The clips are within a limit of their own, so only what is written is measured here.
    every = ((at, _body(at, entry, language)) for at, (entry, _) in both)
    kept = budget.within(every, _LIMIT)
    panels = (_panel(at, entries[at], clips[at], body) for at, body in kept.items())
    if not kept:
        return Html()
    about = tag("p", _ABOUT, class_="small")
    return joined(about, budget.cut(len(kept), len(entries)), *panels)


def _panel(number: int, entry: Entry, clip: Shown, body: Html) -> Html:
    out = entry.out
    facts = f"{len(entry.statements):,} statements · {', '.join(_words(entry.emotions[:3]))}"
    shown = tag("div", _clip(number, clip, entry), _about(entry), class_="beside")
    inside = tag("div", shown, body, class_="sample")
    return clip_panel(number, entry.id, facts, f"removed by {out.filter}" if out else "", inside)


def _clip(number: int, clip: Shown, entry: Entry) -> Html:
    if clip.media is None:
        return tag("p", short(clip.missing), class_="linked")
    drawn = player(clip.media, words("en"), number=number, preload="none")
    return tag("div", drawn, class_=f"stage {'still' if entry.media.still else ''}".strip())


def _about(entry: Entry) -> Html:
    rows = {
        "source": f"{entry.source} ({entry.licence})",
        "group": entry.group,
        "length": "still image" if entry.media.still else clock(entry.media.seconds),
        "subtitle": entry.subtitle,
        **entry.labels,
    }
    if entry.agreement is not None:
        rows["agreement"] = f"{entry.agreement:.2f}"
    cells = (
        joined(tag("dt", short(name, 40)), foreign("dd", value))
        for name, value in rows.items()
        if value
    )
    return tag("dl", *cells, class_="facts")


def _words(emotions: Sequence[Label]) -> list[str]:
    return [short(each.en or each.zh, 40) for each in emotions]


def _body(number: int, entry: Entry, language: str) -> Html:
    return tag(
        "div",
        _labels(entry.emotions),
        _texts(entry, language),
        *(
            _group(number, modality, entry, language)
            for modality in get_args(Modality)
            if any(each.modality == modality for each in entry.statements)
        ),
        _removed(entry.removed, language),
        class_="told",
    )


def _labels(emotions: Sequence[Label]) -> Html:
    if not emotions:
        return Html()
    parts = (
        tag(
            "li",
            foreign("b", each.en) if each.en else "",
            " " if each.en and each.zh else "",
            tag("span", short(each.zh), lang="zh") if each.zh else "",
            tag("small", f" {each.confidence:.2f}"),
            title=short(f"Given by {', '.join(each.annotators)}"),
            class_="word",
        )
        for each in emotions[:_LABELS]
    )
    return tag("ul", *parts, class_="labels", aria_label="Labels")


def _texts(entry: Entry, language: str) -> Html:
    if entry.texts is None:
        return Html()
    found = entry.texts
    captions = {"video caption": found.video_caption, "audio caption": found.audio_caption}
    rows = (
        joined(tag("dt", name), tag("dd", short(text), lang=language))
        for name, text in captions.items()
        if text
    )
    return joined(
        tag("p", short(found.description, _TEXT), lang=language, class_="description"),
        tag("dl", *rows, class_="facts") if any(captions.values()) else "",
    )


def _group(number: int, modality: str, entry: Entry, language: str) -> Html:
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


def _removed(removed: Sequence[Removal], language: str) -> Html:
    if not removed:
        return Html()
    rows = (
        tag(
            "li",
            tag("b", short(each.filter, 40)),
            tag("s", foreign_in(language, each.text)) if each.text else "",
            foreign("span", each.reason, class_="small"),
        )
        for each in removed[:_STATEMENTS]
    )
    return tag(
        "details",
        tag("summary", f"Removed: {len(removed):,}"),
        tag("ul", *rows, class_="removed"),
    )
