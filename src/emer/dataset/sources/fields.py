"""What the values of a row mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emer.dataset.plan import Source
from emer.dataset.sources.rows import Wanted
from emer.media.subtitles import SUBTITLE_SUFFIXES


@dataclass(frozen=True, slots=True)
class Names:
    """Columns of a manifest, as the plan names them.

    Attributes:
        id: Column of the id.
        media: Of the clip.
        subtitle: Of the words.
        group: Of what stays together.
        wanted: All of them and the labels; needed are those that the plan names.
    """

    id: str
    media: str
    subtitle: str
    group: str
    wanted: Wanted

    @classmethod
    def of(cls, source: Source, *always: str) -> Names:
        """Return the columns of a source.

        Args:
            source: What the plan says.
            always: Of "id", "media", "subtitle" and "group", those no row can do without.
        """
        called = {"id": "id", "media": "media", "subtitle": "subtitle", "group": "group"}
        called |= {str(key): name for key, name in source.columns.items()}
        keys = {*source.columns, *always, *(["group"] if source.group == "column" else [])}
        needed = [name for key, name in called.items() if key in keys]
        wanted = Wanted((*dict.fromkeys([*needed, *source.labels]),), (*called.values(),))
        return cls(**called, wanted=wanted)


def as_text(value: Any, name: str) -> str:
    """Return a value as text: a number as it is written, a list of such with commas, null as "".

    Raises:
        ValueError: It is a structure; the message names the column.
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return str(value)
    if isinstance(value, list) and not any(isinstance(each, list | dict) for each in value):
        return ", ".join(as_text(each, name) for each in value)
    raise ValueError(f"its {name!r} should be text, but is {value!r:.60}")


def labels_of(row: Mapping[str, Any], source: Source) -> dict[str, str]:
    """Return the labels that a row has; empty ones are left out.

    Raises:
        ValueError: One is a structure.
    """
    found = ((name, as_text(row.get(name), name).strip()) for name in source.labels)
    return {name: value for name, value in found if value}


def names_subtitle_file(words: str) -> bool:
    """Whether a cell of a manifest names a subtitle file instead of giving the words."""
    return "\n" not in words and words.lower().endswith(SUBTITLE_SUFFIXES) and len(words) < 4096


def below(root: Path, name: str) -> str:
    """Return where a name in a manifest leads: it may be absolute, or climb out with "..".

    A manifest is the user's own, and may name any file that the user can read.
    """
    return name if name.startswith("/") else f"{root}/{name}"
