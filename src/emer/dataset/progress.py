"""Progress of a build on the console: time left, throughput and spend."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text


class _Speed(ProgressColumn):
    """Records a second, or a minute where there are few."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        if not speed:
            return Text("")
        return Text(f"{speed:.1f}/s" if speed >= 1 else f"{speed * 60:.1f}/min", style="dim")


class Bars:
    """One bar a phase on standard error; use it in a `with` statement.

    Args:
        console: Where to draw; standard error if absent.
    """

    def __init__(self, console: Console | None = None) -> None:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            _Speed(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}", style="dim"),
        )
        self._bars = Progress(*columns, console=console or Console(stderr=True))

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def phase(self, name: str, total: int | None = None, done: int = 0) -> Bar:
        """Begin a phase.

        Args:
            name: What is done.
            total: Records in all; None if unknown.
            done: Those that were done before.
        """
        return Bar(self._bars, name, total, done)


class Bar:
    """The bar of one phase."""

    def __init__(self, bars: Progress, name: str, total: int | None, done: int) -> None:
        self._bars = bars
        self._task = bars.add_task(name, total=total, completed=done, note="")

    def advance(self, records: int = 1, note: str | None = None) -> None:
        """Count records as done.

        Args:
            records: How many.
            note: What else there is to say, such as the spend; the last one stays.
        """
        if note is not None:
            self._bars.update(self._task, note=note)
        self._bars.update(self._task, advance=records)
