"""Writing the dataset: every entry is read once, and goes to all tables and formats."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from emer.dataset.entry import Entry
from emer.dataset.export.front import front_matter
from emer.dataset.export.swap import replaced
from emer.dataset.export.tables import Tables
from emer.dataset.export.written import BUILD, Written
from emer.dataset.plan import Plan
from emer.errors import OutputError, UsageError
from emer.media.text import cleaned

README = "README.md"
Pages = Callable[[Written], Mapping[str, str]]
"""Makes text files, such as the card, of what was written: from path to text."""


def write(
    entries: Callable[[], Iterator[Entry]],
    splits: Callable[[Entry], str],
    plan: Plan,
    folder: Path,
    *,
    pages: Pages | None = None,
) -> Written:
    """Write the dataset: `FORMAT/TABLE/SPLIT/NNNNN.SUFFIX`, `media/`, README.md and build.json.

    The folder is replaced as a whole or not at all (`emer.dataset.export.swap`). The same entries
    give the same bytes; memory does not grow with their number. docs/emocue.md describes all of
    it.

    Args:
        entries: Gives the entries to write, sorted by id; those that are out are passed over.
        splits: Gives the split of an entry, one of the plan's.
        plan: What to write.
        folder: Where.
        pages: Makes further text files; without README.md among them, a short one is written.

    Raises:
        UsageError: Entries are not sorted, or have a label or a split that the plan does not name.
        MediaError: A clip that is copied cannot be read, or has changed.
        OutputError: The folder cannot be written, or holds something else than a dataset.
        MissingExtra: pyarrow or PyYAML is not installed.
    """
    with replaced(folder, BUILD) as new:
        with Tables(plan, new) as tables:
            for entry in _sorted(entries()):
                tables.add(entry, splits(entry))
        written = tables.written()
        made = {README: _readme(written), **(pages(written) if pages else {})}
        _save(new, {**made, BUILD: written.to_json()})
    return written


def _sorted(entries: Iterator[Entry]) -> Iterator[Entry]:
    before = None
    for entry in entries:
        if before is not None and entry.id <= before:
            raise UsageError(
                f"The entry {entry.id!r} comes after {before!r}.",
                "Entries to write have ids of their own and are sorted by them.",
            )
        before = entry.id
        if entry.out is None:
            yield entry


def _readme(written: Written) -> str:
    title = cleaned(written.name)
    return f"{front_matter(written)}\n# {title}\n\nMade by `emer build`; see {BUILD}.\n"


def _save(folder: Path, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts:
            raise UsageError(f"The page {name!r} would lie outside the dataset.")
        target = folder / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise OutputError(f"{target} cannot be written: {error.strerror}.") from error
