"""Which rows can be trained on, and what is wrong with the others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from emer.assets import store
from emer.errors import LimitError, MediaError, UsageError
from emer.media import Limits
from emer.training.data import probes
from emer.training.data.base import Records
from emer.training.data.errors import RecordError
from emer.training.data.findings import MODALITIES, Fault, Kind, Modality, Skipped, Survey
from emer.training.data.probes import Probe, Probes
from emer.training.data.rows import Row, read_row

_CHUNK = 1024


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
    _check(need, use, workers)
    judge = _Judge(frozenset(need), frozenset(need) | frozenset(use))
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
    return judge.verdict(records)


def _check(need: Collection[Modality], use: Collection[Modality], workers: int) -> None:
    wrong = [each for each in (*need, *use) if each not in MODALITIES]
    if wrong or not 1 <= workers <= 64:
        raise UsageError(
            f"{wrong[0]!r} is no modality." if wrong else f"workers is {workers!r}, not 1 to 64.",
            f"Valid modalities: {', '.join(MODALITIES)}.",
        )


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
        self._survey = Survey()

    def row(self, records: Records, index: int) -> Row | None:
        """Return a valid row, or take note of why it is none."""
        record = records[index]
        try:
            row = read_row(record, records.where(index))
        except RecordError as error:
            name = record.get("id")
            self._skip(index, name if isinstance(name, str) else None, "invalid", str(error))
            return None
        if row.id in self._ids:
            self._skip(index, row.id, "duplicate", f"The id {row.id!r} was given before.")
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
        self._survey.usable.append(index)
        self._survey.present.append(present)
        self._survey.noted += [Skipped(index, row.id, "note", note) for note in notes]

    def verdict(self, records: Records) -> Survey:
        """Return what was found; raises `RecordError` if nothing can be used."""
        found = self._survey
        found.rows = len(records) + len(records.skipped)
        unread = [f"{row.where}: {row.reason}" for row in records.skipped]
        skipped = [Skipped(None, None, "unreadable", reason) for reason in unread]
        found.skipped = skipped + sorted(found.skipped, key=lambda each: each.index or 0)
        if not found.usable:
            reasons = "; ".join(each.reason for each in found.skipped[:3])
            raise RecordError(
                f"No row can be used ({found.summary()}), for example: {reasons}",
                f"Rows need: {', '.join(sorted(self._need)) or 'text'}.",
            )
        return found

    def _present(self, row: Row, known: dict[str, Probe | Fault]) -> frozenset[Modality]:
        present: set[Modality] = {"subtitle"} if row.subtitle else set()
        if row.video and getattr(known.get(row.video), "has_video", False):
            present.add("video")
        if row.sound and getattr(known.get(row.sound), "has_audio", False):
            present.add("audio")
        return frozenset(present & self._use)

    def _skip(self, index: int, name: str | None, kind: Kind, reason: str) -> None:
        self._survey.skipped.append(Skipped(index, name, kind, reason))


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
