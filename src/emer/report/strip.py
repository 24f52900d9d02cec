"""Bars, gauges and the time-line strip for the terminal, as wide as there is room."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text

from emer.explanation import Explanation, Moment
from emer.report.plain import clock, labels, length
from emer.report.words import words

_EIGHTHS = "▁▂▃▄▅▆▇█"
_PLAIN_STEPS = "_.-=^"
_BAR, _GAUGE = 20, 21


class Bar:
    """A bar for a value of 0..1."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        full, rest = ("#", ".") if options.ascii_only else ("━", "─")
        filled = round(self.value * _BAR)
        yield Text.assemble((full * filled, "bold"), (rest * (_BAR - filled), "dim"))

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(_BAR, _BAR)


class Gauge:
    """A pointer on a line from -1 to 1."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        rule, middle, knob = ("-", "|", "O") if options.ascii_only else ("─", "┼", "●")
        cells = [rule] * _GAUGE
        cells[_GAUGE // 2] = middle
        place = round((self.value + 1) / 2 * (_GAUGE - 1))
        text = Text("".join(cells), style="dim")
        yield Text.assemble(text[:place], (knob, tone(self.value)), text[place + 1 :])

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(_GAUGE, _GAUGE)


def tone(valence: float) -> str:
    """Return the style of a valence: blue for unpleasant, yellow for pleasant."""
    if valence < -0.15:
        return "bold blue"
    return "bold yellow" if valence > 0.15 else "bold"


class Strip:
    """The time line: labels between bars, and valence and arousal as steps below."""

    def __init__(self, explanation: Explanation) -> None:
        self.explanation = explanation

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        said = words(self.explanation.language)
        heads = [said.valence, said.arousal]
        gutter = max(cell_len(head) for head in heads) + 1
        width = max(min(options.max_width, 110) - gutter, 20)
        moments = self._columns(width)
        bar = "|" if options.ascii_only else "│"
        yield Text(" " * gutter).append_text(self._labels(moments, bar))
        for head, name in zip(heads, ("valence", "arousal"), strict=True):
            row = Text.assemble((set_cell_size(head, gutter), "dim"))
            yield row.append_text(_steps(moments, name, options.ascii_only))
        end = clock(length(self.explanation))
        yield Text(f"{' ' * gutter}0:00.0{end:>{width - 6}}", style="dim")

    def _columns(self, width: int) -> list[Moment | None]:
        total = length(self.explanation)
        centres = ((column + 0.5) / width * total for column in range(width))
        return [
            next((m for m in self.explanation.timeline if m.start <= t < m.end), None)
            for t in centres
        ]

    def _labels(self, moments: list[Moment | None], bar: str) -> Text:
        comma = words(self.explanation.language).comma
        text = Text()
        for moment, columns in runs(moments):
            felt = labels(moment.emotions, comma) if moment else ""
            style = f"{tone(moment.valence)} reverse" if moment else ""
            text.append(bar + set_cell_size(f" {felt}", columns - 1), style=style)
        return text


def runs(moments: list[Moment | None]) -> Iterator[tuple[Moment | None, int]]:
    """Yield each stretch of columns that shows the same moment, with its width."""
    start = 0
    for place in range(1, len(moments) + 1):
        if place == len(moments) or moments[place] is not moments[start]:
            yield moments[start], place - start
            start = place


def _steps(moments: list[Moment | None], name: str, ascii_only: bool) -> Text:
    steps = _PLAIN_STEPS if ascii_only else _EIGHTHS
    text = Text()
    for moment, columns in runs(moments):
        if moment is None:
            text.append(" " * columns)
            continue
        value = moment.valence if name == "valence" else moment.arousal
        step = round((value + 1) / 2 * (len(steps) - 1))
        text.append(steps[step] * columns, style=tone(moment.valence))
    return text
