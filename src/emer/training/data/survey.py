"""Which rows can be trained on, and what is wrong with the others."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Literal

from emer.assets import store
from emer.errors import LimitError, MediaError, UsageError
from emer.media import Limits
from emer.report.output import replace
from emer.training.data import probes
from emer.training.data.base import Records
from emer.training.data.errors import RecordError
from emer.training.data.probes import Probe, Probes
from emer.training.data.rows import Row, read_row

Modality = Literal["video", "audio", "subtitle"]
Kind = Literal[
    "unreadable row",
    "invalid row",
    "id twice",
    "media missing",
    "broken",
    "over a limit",
    "lacking a modality",
    "note",
]

MODALITIES: tuple[Modality, ...] = ("video", "audio", "subtitle")
_CHUNK = 1024


@dataclass(frozen=True)
class Skipped:
    """A row with which something is wrong.

    Attributes:
        index: Its index in the records; None for one that could not be read at all.
        id: Its id, if it has one that can be read.
        kind: What kind of fault it is.
        reason: What is wrong, in words.
    """

    index: int | None
    id: str | None
    kind: Kind
    reason: str


@dataclass
class Survey:
    """What a survey found.

    Attributes:
        rows: How many rows there are, readable or not.
        usable: Indices of the rows that can be trained on, ascending.
        present: What each usable row has, in the same order.
        skipped: The others.
        noted: Damage in media that are used nevertheless, such as a file that breaks off.
    """

    rows: int = 0
    usable: list[int] = field(default_factory=list)
    present: list[frozenset[Modality]] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    noted: list[Skipped] = field(default_factory=list)

    def summary(self, listed: str | Path | None = None) -> str:
        """Return one sentence: "1,080 rows, 3 skipped: 2 media missing, 1 broken".

        Args:
            listed: Where `write` has listed them, to be named.
        """
        text = f"{self.rows:,} rows, {len(self.skipped):,} skipped"
        if self.skipped:
            kinds = Counter(each.kind for each in self.skipped)
            text += ": " + ", ".join(f"{number:,} {kind}" for kind, number in kinds.most_common())
        if self.noted:
            text += f"; damage in {len(self.noted):,} used"
        return f"{text}; see {listed}" if listed and (self.skipped or self.noted) else text

    def write(self, path: Path) -> None:
        """List what was skipped or noted as JSON lines.

        Raises:
            OutputError: The file cannot be written.
        """
        lines = [
            json.dumps(vars(each) | {"used": used}, ensure_ascii=False)
            for used, group in ((False, self.skipped), (True, self.noted))
            for each in group
        ]
        replace(path, "".join(f"{line}\n" for line in lines))


@dataclass(frozen=True)
class Fault:
    """Why a media file cannot be used.

    Attributes:
        kind: What kind of fault it is.
        reason: What is wrong, in words.
    """

    kind: Kind
    reason: str


def survey(
    records: Records,
    root: Path | None = None,
    *,
    need: Collection[Modality],
    use: Collection[Modality] = (),
    limits: Limits = Limits(),  # noqa: B008 (frozen)
    workers: int = 1,
    cache: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> Survey:
    """Check every row, and look once at all media that will be read.

    Args:
        records: The rows.
        root: Folder that their paths are relative to; `records.root` if absent.
        need: What a row must have.
        use: What else is read where a row has it; media that are neither needed nor used are not
            looked at.
        limits: What a media file may cost.
        workers: Decoding processes, 1 to 64.
        cache: SQLite file of what is known of media files; in the asset folder if absent.
        progress: Called with the number of rows done.

    Raises:
        UsageError: An argument is not valid.
        RecordError: No row can be used; the message says why for the first ones.
        OutputError: The cache cannot be used.
    """
    wrong = [each for each in (*need, *use) if each not in MODALITIES]
    if wrong or not 1 <= workers <= 64:
        raise UsageError(
            f"{wrong[0]!r} is no modality." if wrong else f"workers is {workers!r}, not 1 to 64.",
            f"Valid modalities: {', '.join(MODALITIES)}.",
        )
    judge = _Judge(frozenset(need), frozenset(need) | frozenset(use))
    found = judge.survey
    found.rows = len(records) + len(records.skipped)
    found.skipped += [
        Skipped(None, None, "unreadable row", f"{row.where}: {row.reason}")
        for row in records.skipped
    ]
    with (
        Probes(cache or store.root() / "probes.sqlite") as kept,
        ThreadPoolExecutor(workers) as pool,
    ):
        prober = _Prober(root or records.root, limits, kept, pool)
        for chunk in _chunks(_rows(records, judge)):
            known = prober.look({path for _, row in chunk for path in judge.media(row)})
            for index, row in chunk:
                judge.decide(index, row, known)
            if progress is not None:
                progress(chunk[-1][0] + 1)
    if not found.usable:
        reasons = "; ".join(each.reason for each in found.skipped[:3])
        raise RecordError(
            f"No row can be used ({found.summary()}), for example: {reasons}",
            f"Rows need: {', '.join(sorted(need)) or 'text'}.",
        )
    return found


def _rows(records: Records, judge: _Judge) -> Iterator[tuple[int, Row]]:
    for index in range(len(records)):
        row = judge.row(records, index)
        if row is not None:
            yield index, row


def _chunks(rows: Iterator[tuple[int, Row]]) -> Iterator[list[tuple[int, Row]]]:
    while chunk := list(islice(rows, _CHUNK)):
        yield chunk


class _Judge:
    """Decides on rows."""

    def __init__(self, need: frozenset[Modality], use: frozenset[Modality]) -> None:
        self._need, self._use = need, use
        self._ids: set[str] = set()
        self.survey = Survey()

    def row(self, records: Records, index: int) -> Row | None:
        """Return a valid row, or take note of why it is none."""
        record = records[index]
        try:
            row = read_row(record, records.where(index))
        except RecordError as error:
            name = record.get("id")
            self._skip(index, name if isinstance(name, str) else None, "invalid row", str(error))
            return None
        if row.id in self._ids:
            self._skip(index, row.id, "id twice", f"The id {row.id!r} was given before.")
            return None
        self._ids.add(row.id)
        return row

    def media(self, row: Row) -> list[str]:
        """Return which media of a row are read."""
        sources = {"video": row.video, "audio": row.sound}
        return [path for kind, path in sources.items() if kind in self._use and path]

    def decide(self, index: int, row: Row, known: dict[str, Probe | Fault]) -> None:
        """Use a row or skip it, by what is known of its media."""
        notes: list[str] = []
        for path in dict.fromkeys(self.media(row)):
            found = known[path]
            if isinstance(found, Fault):
                self._skip(index, row.id, found.kind, found.reason)
                return
            notes += [f"{path}: {note}" for note in found.notes]
        present = self._present(row, known)
        lacking = sorted(self._need - present)
        if lacking:
            self._skip(
                index, row.id, "lacking a modality", f"It has no {' and no '.join(lacking)}."
            )
            return
        self.survey.usable.append(index)
        self.survey.present.append(present)
        self.survey.noted += [Skipped(index, row.id, "note", note) for note in notes]

    def _present(self, row: Row, known: dict[str, Probe | Fault]) -> frozenset[Modality]:
        present: set[Modality] = {"subtitle"} if row.subtitle else set()
        if row.video and getattr(known.get(row.video), "has_video", False):
            present.add("video")
        if row.sound and getattr(known.get(row.sound), "has_audio", False):
            present.add("audio")
        return frozenset(present & self._use)

    def _skip(self, index: int, name: str | None, kind: Kind, reason: str) -> None:
        self.survey.skipped.append(Skipped(index, name, kind, reason))


class _Prober:
    """Looks at media files, each once."""

    def __init__(self, root: Path, limits: Limits, kept: Probes, pool: ThreadPoolExecutor) -> None:
        self._root, self._limits, self._kept, self._pool = root, limits, kept, pool

    def look(self, paths: set[str]) -> dict[str, Probe | Fault]:
        """Return what each file holds, or what is wrong with it."""
        known: dict[str, Probe | Fault] = {}
        new: dict[str, str] = {}
        for path in sorted(paths):
            try:
                key = probes.key(path, self._root, self._limits)
            except MediaError as error:
                known[path] = Fault("media missing", str(error))
                continue
            kept = self._kept.find(key)
            if kept is None:
                new[path] = key
            else:
                known[path] = kept
        fresh = dict(zip(new, self._pool.map(self._look, new), strict=True))
        self._kept.add((new[path], p) for path, p in fresh.items() if isinstance(p, Probe))
        return known | fresh

    def _look(self, path: str) -> Probe | Fault:
        try:
            return probes.look(path, self._root, self._limits)
        except LimitError as error:
            return Fault("over a limit", str(error))
        except MediaError as error:
            return Fault("broken", str(error))
