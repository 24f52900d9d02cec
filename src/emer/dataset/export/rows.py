"""An entry as rows of each table."""

from __future__ import annotations

from typing import Any

from emer.dataset.entry import Entry
from emer.dataset.export.columns import Config
from emer.explanation import Cue

Row = dict[str, Any]


def rows(config: Config, entry: Entry, media: str) -> list[Row]:
    """Return the rows that an entry has in a table.

    Args:
        config: The table.
        entry: With its texts; without them it has rows in "cues" alone.
        media: What the rows say of where the clip is.
    """
    if config == "cues":
        return [_cues(entry, media)]
    if entry.texts is not None and config == "instruct":
        return [
            _row(f"{entry.id}#{number}", entry, media, pair.answer, pair.instruction, pair.form)
            for number, pair in enumerate(entry.texts.pairs, 1)
        ]
    caption = _caption(config, entry)
    return [] if caption is None else [_row(entry.id, entry, media, caption)]


def has_rows(config: Config, entry: Entry) -> bool:
    """Return whether an entry has rows in a table."""
    if config == "instruct":
        return entry.texts is not None and bool(entry.texts.pairs)
    return config == "cues" or _caption(config, entry) is not None


def _caption(config: Config, entry: Entry) -> str | None:
    if entry.texts is None:
        return None
    return entry.texts.video_caption if config == "captions-video" else entry.texts.audio_caption


def _row(
    name: str,
    entry: Entry,
    media: str,
    text: str,
    instruction: str | None = None,
    form: str | None = None,
) -> Row:
    """Return a row to train on, all keys there: that audio is null says that there is no sound."""
    labels = entry.labels | {"source": entry.source, "group": entry.group} | {"form": form or ""}
    return {
        "id": name,
        "video": media if entry.media.has_video else None,
        "audio": media if entry.media.has_audio else None,
        "subtitle": _words(entry)[0],
        "text": text,
        "instruction": instruction,
        "labels": {key: labels[key] for key in sorted(labels) if labels[key]},
    }


def _cues(entry: Entry, media: str) -> Row:
    words, words_from = _words(entry)
    observed = entry.observed
    return {
        "id": entry.id,
        "source": entry.source,
        "licence": entry.licence,
        "group": entry.group,
        "media": media,
        "sha256": entry.media.sha256,
        "size": entry.media.size,
        "seconds": entry.media.seconds,
        "has_video": entry.media.has_video,
        "has_audio": entry.media.has_audio,
        "subtitle": words,
        "subtitle_from": words_from,
        "source_labels": [{"name": k, "value": v} for k, v in sorted(entry.labels.items())],
        "description": entry.texts.description if entry.texts else None,
        "labels_en": [each.en for each in entry.emotions if each.en],
        "labels_zh": [each.zh for each in entry.emotions if each.zh],
        "emotions": [each.model_dump(mode="json") for each in entry.emotions],
        "agreement": entry.agreement,
        "statements": [each.model_dump(mode="json") for each in entry.statements],
        "measured": [_measured(cue) for cue in observed.cues] if observed else [],
        "removed": [
            {"filter": r.filter, "modality": r.modality, "text": r.text, "reason": r.reason}
            for r in entry.removed
            if r.what == "statement"
        ],
        "measured_by": observed.provenance.version if observed else None,
    }


def _measured(cue: Cue) -> Row:
    return cue.model_dump(mode="json")


def _words(entry: Entry) -> tuple[str | None, str | None]:
    """Return the words said and where they are from."""
    if entry.subtitle.strip():
        return entry.subtitle, "given"
    heard = entry.observed.subtitle if entry.observed else None
    if heard is None or not heard.text.strip():
        return None, None
    return heard.text, "recognised" if heard.source == "recognised" else "given"
