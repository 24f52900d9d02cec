"""Records as they are in the dataset: clip, texts, labels, and every statement with its origins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args

from emer.dataset.entry import Entry, Label, Modality, Removal
from emer.dataset.report.clips import Shown
from emer.dataset.report.statements import foreign_in, group
from emer.metrics.report import budget
from emer.metrics.report.tables import clip_panel
from emer.metrics.report.text import foreign, short
from emer.report.page.markup import Html, joined, tag
from emer.report.page.media import player
from emer.report.plain import clock
from emer.report.words import words

_LIMIT = 1_500_000
"""Bytes of all samples, clips left out."""

_REMOVED, _LABELS = 60, 40
_TEXT = 2000
_ABOUT = (
    "Drawn at random. A time plays the clip from there. Each statement has the status that the "
    "measured cues give it, and everybody who said so, in their own words, with the key of the "
    "call in the store."
)


def bodies(entries: Sequence[Entry], language: str) -> dict[int, Html]:
    """Return what is written of each sample, by its number; those that are too long are left out.

    Args:
        entries: The records.
        language: Of the build's statements and texts.
    """
    every = ((at, _body(at, entry, language)) for at, entry in enumerate(entries))
    return budget.within(every, _LIMIT)


def samples(entries: Sequence[Entry], clips: Sequence[Shown], told: Mapping[int, Html]) -> Html:
    """Return the samples, each of which unfolds.

    Args:
        entries: The records.
        clips: How the clip of each is shown.
        told: What `bodies` returned.
    """
    if not entries:
        return Html()
    panels = (_panel(at, entries[at], clips[at], body) for at, body in told.items())
    about = tag("p", _ABOUT, class_="small")
    return joined(about, budget.cut(len(told), len(entries)), *panels)


def _panel(number: int, entry: Entry, clip: Shown, body: Html) -> Html:
    out = entry.out
    facts = f"{len(entry.statements):,} statements · {', '.join(_words(entry.emotions[:3]))}"
    shown = tag("div", _clip(number, clip, entry), _about(entry), class_="beside")
    inside = tag("div", shown, body, class_="sample")
    return clip_panel(number, entry.id, facts, f"removed by {out.filter}" if out else "", inside)


def _clip(number: int, clip: Shown, entry: Entry) -> Html:
    if clip.media is None:
        return tag("p", short(clip.missing), class_="linked")
    drawn = player(clip.media, words("en"), number=number, preload="metadata")
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
            group(number, modality, entry, language)
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
        for each in removed[:_REMOVED]
    )
    return tag(
        "details",
        tag("summary", f"Removed: {len(removed):,}"),
        tag("ul", *rows, class_="removed"),
    )
