"""Clips that models will be scored on: none of them may get into the dataset."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from emer.dataset.collect import look
from emer.dataset.copies import find_groups
from emer.dataset.entry import Entry, Prints
from emer.dataset.errors import LeakError
from emer.dataset.plan import Copies, Evaluation, Source
from emer.dataset.sources import Found, open_source, read_names
from emer.media import Limits
from emer.report.output import replace
from emer.training.data.members import Member, find_media

# No id of a clip begins with a space, since no name of a source does.
_MARK = " "
_SHOWN = 10

Look = Callable[[Found, Source], Entry]


@dataclass(frozen=True, slots=True)
class Leak:
    """A clip of the dataset that is an evaluation clip.

    Attributes:
        id: The clip.
        list: Name of the evaluation list.
        by: What gave it away, e.g. "its file name 'test_0001.mp4'".
    """

    id: str
    list: str
    by: str


def find_leaks(
    entries: Iterable[Entry],
    evaluation: Sequence[Evaluation],
    root: Path,
    *,
    copies: Copies = Copies(),  # noqa: B008 (frozen)
    look_at: Look | None = None,
) -> list[Leak]:
    """Return the clips that are in evaluation lists, each once, in the order of their ids.

    A line of `ids` is a SHA-256, which is compared with that of a clip's file, or a name, which is
    compared, as it stands, with each of: the id ("set/a/b.mp4"), the id without its source
    ("a/b.mp4"), the path of the file as referred to, its name ("b.mp4") and its name without the
    suffix ("b"). For a member of a shard only the first two, and the last part of the id, count.
    Clips of `clips` are compared by SHA-256 and, as near copies, by look and sound.

    Args:
        entries: The clips of the dataset; read once, one at a time.
        evaluation: Lists; if a clip is in several, the first is named.
        root: Folder of the plan, which the files in it are relative to.
        copies: When two clips count as the same one; near copies are looked for in any case.
        look_at: Looks at a clip of a folder `clips`, e.g. in a cache first; `collect.look` with the
            usual limits if absent.

    Raises:
        SourceError: A list or a folder cannot be read, or a folder holds no clip.
        MediaError: A clip of an evaluation folder cannot be read, so that nobody could tell
            whether it is in the dataset.
    """
    if not evaluation:
        return []
    look_at = look_at or _look
    lists = [_Names.read(each, root) for each in evaluation]
    clips = [
        clip
        for number, each in enumerate(evaluation)
        for clip in _clips(number, each, root, look_at)
    ]
    found: dict[str, tuple[int, str]] = {}
    seen = _noting(entries, lists, found)
    if clips:
        _by_copy(seen, clips, copies, found)
    else:
        for _ in seen:
            pass
    return [Leak(id, evaluation[found[id][0]].name, found[id][1]) for id in sorted(found)]


def leak_error(leaks: Sequence[Leak]) -> LeakError:
    """Return the error that says which clips are in evaluation lists, and how to mend it."""
    count = len(leaks)
    lines = [f"  {each.id}: in {each.list!r} by {each.by}" for each in leaks[:_SHOWN]]
    more = [f"  and {count - _SHOWN:,} more"] if count > _SHOWN else []
    lists = ", ".join(sorted({repr(each.list) for each in leaks}))
    what = "1 clip of the sources is" if count == 1 else f"{count:,} clips of the sources are"
    return LeakError(
        "\n".join([f"{what} in evaluation lists ({lists}):", *lines, *more, ""]),
        "Models that learn from them would be scored on what they have seen. List their ids in a "
        "file, one a line, and name it as `exclude` of their source.",
    )


def write_leaks(leaks: Iterable[Leak], path: Path) -> None:
    """Write the ids of leaked clips, one a line, as `exclude` of a source reads them.

    Raises:
        OutputError: The file cannot be written.
    """
    replace(path, "".join(f"{each.id}\n" for each in leaks))


@dataclass(frozen=True, slots=True)
class _Names:
    """What a list names."""

    names: frozenset[str]
    hashes: frozenset[str]

    @classmethod
    def read(cls, evaluation: Evaluation, root: Path) -> _Names:
        """Read the file of an evaluation list, if it has one."""
        if evaluation.ids is None:
            return cls(frozenset(), frozenset())
        return cls(*read_names(root / evaluation.ids))

    def by(self, entry: Entry) -> str | None:
        """Return what gives an entry away, None if nothing does."""
        if entry.media.sha256 in self.hashes:
            return "the SHA-256 of its file"
        for kind, name in _called(entry):
            if name in self.names:
                return f"its {kind} {name!r}"
        return None


def _called(entry: Entry) -> Iterator[tuple[str, str]]:
    yield "id", entry.id
    within = entry.id.removeprefix(f"{entry.source}/")
    yield "id", within
    path: Path | PurePosixPath | Member = find_media(entry.media.reference, Path("/"))
    if isinstance(path, Member):
        path = PurePosixPath(within)
    else:
        yield "path", str(path)
    yield "file name", path.name
    yield "file name", path.stem


def _noting(
    entries: Iterable[Entry], lists: Sequence[_Names], found: dict[str, tuple[int, str]]
) -> Iterator[tuple[str, str, Prints]]:
    """Pass prints on, noting on the way what is in a list by name or hash."""
    for entry in entries:
        for number, names in enumerate(lists):
            if by := names.by(entry):
                found[entry.id] = (number, by)
                break
        yield entry.id, entry.media.sha256, entry.prints or Prints()


def _clips(
    number: int, evaluation: Evaluation, root: Path, look_at: Look
) -> Iterator[tuple[str, str, Prints]]:
    if evaluation.clips is None:
        return
    source = Source(name=evaluation.name, path=evaluation.clips, licence="evaluation only")
    for found in open_source(source, root):
        entry = look_at(found, source)
        yield f"{_MARK}{number} {found.id}", entry.media.sha256, entry.prints or Prints()


def _by_copy(
    prints: Iterator[tuple[str, str, Prints]],
    clips: list[tuple[str, str, Prints]],
    copies: Copies,
    found: dict[str, tuple[int, str]],
) -> None:
    def both() -> Iterator[tuple[str, str, Prints]]:
        yield from clips
        yield from prints

    settings = copies.model_copy(update={"near": True})
    for group in find_groups(both(), settings):
        first = group[0].of
        if not first.startswith(_MARK):  # marked ids come first: none is in this group
            continue
        number, _, name = first[len(_MARK) :].partition(" ")
        for each in group:
            if not each.id.startswith(_MARK) and each.id not in found:
                how = "being the same file as" if each.kind == "exact" else "being a copy of"
                found[each.id] = (int(number), f"{how} {name!r}")


def _look(found: Found, source: Source) -> Entry:
    return look(found, source, Limits())
