"""What the command line shows: a rich renderable that reads well without colour too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from emer.explanation import Cue, Evidence, Explanation, Modality, ModalityReading
from emer.report.plain import (
    amount,
    between,
    clock,
    elsewhere,
    line,
    number,
    paragraphs,
    signed,
    still,
)
from emer.report.strip import Bar, Gauge, Strip
from emer.report.summary import agreement, beside, how_heard
from emer.report.words import Words, words

STYLES: dict[Modality, str] = {"visual": "cyan", "auditory": "magenta", "textual": "blue"}
STATUS_STYLES = {"supported": "green", "contradicted": "red", "unchecked": "yellow"}


def terminal(explanation: Explanation) -> RenderableType:
    """Return an explanation for `rich.console.Console.print`.

    Emotions with bars, valence and arousal, a strip of the time line, the explanation with its
    cue ids, what a model claimed, a table of cues, how far the modalities agree, and notes.
    Control characters and console markup in any text are shown as text, never carried out.
    """
    said = words(explanation.language)
    return Group(*_parts(explanation, said))


def _parts(explanation: Explanation, said: Words) -> Iterator[RenderableType]:
    clip = explanation.clip
    about = [clock(clip.seconds), said.comma.join(said.of(m) for m in clip.modalities)]
    yield Text.assemble((line(clip.name), "bold"), (f"  {' · '.join(filter(None, about))}", "dim"))
    yield from _section(said.appears, _emotions(explanation, said))
    yield Padding(_affect(explanation, said), (1, 0, 0, 2))
    if explanation.timeline and not still(explanation):
        yield from _section(said.timeline, Strip(explanation))
    if explanation.explanation.strip():
        yield from _section(said.explanation, _explained(explanation))
    if explanation.claims:
        yield from _section(said.claims, _claims(explanation, said))
    if explanation.subtitle.text.strip():
        yield from _section(said.subtitle, _said(explanation, said))
    if explanation.cues:
        yield from _section(said.cues, _cues(explanation, said))
    if explanation.conflict.readings:
        yield from _section(said.agreement, _readings(explanation, said))
    if explanation.provenance.notes:
        notes = [Text(f"– {line(note)}") for note in explanation.provenance.notes]
        yield from _section(said.notes, Group(*notes))
    yield Padding(Text(said.disclaimer, style="dim italic"), (1, 0, 0, 0))


def _section(title: str, body: RenderableType) -> Iterator[RenderableType]:
    yield Padding(Text(title, style="bold underline"), (1, 0, 0, 0))
    yield Padding(body, (0, 0, 0, 2))


def _grid(rows: Iterable[tuple[RenderableType, ...]]) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    for row in rows:
        grid.add_row(*row)
    for column in grid.columns:
        # A narrow terminal gets more lines, never less text.
        column.overflow = "fold"
    return grid


def _ids(ids: tuple[str, ...], explanation: Explanation) -> Text:
    styles = {cue.id: STYLES[cue.modality] for cue in explanation.cues}
    styles |= {claim.id: STATUS_STYLES[claim.status] for claim in explanation.claims}
    return Text(" ").join(Text(line(i), style=styles.get(i, "")) for i in ids)


def _emotions(explanation: Explanation, said: Words) -> RenderableType:
    if not explanation.emotions:
        return Text(said.nothing)
    return _grid(
        (
            Text(line(emotion.label), style="bold"),
            Bar(emotion.confidence),
            Text(f"{emotion.confidence:.2f}"),
            _ids(emotion.cues, explanation),
        )
        for emotion in explanation.emotions
    )


def _affect(explanation: Explanation, said: Words) -> RenderableType:
    return _grid(
        (name, Text(low, style="dim"), Gauge(value), Text(high, style="dim"), signed(value))
        for name, low, high, value in (
            (said.valence, said.unpleasant, said.pleasant, explanation.valence),
            (said.arousal, said.calm, said.activated, explanation.arousal),
        )
    )


def _explained(explanation: Explanation) -> RenderableType:
    return Text("\n").join(
        Text.assemble(
            *(
                part if isinstance(part, str) else Text.assemble("[", _ids(part, explanation), "]")
                for part in paragraph
            )
        )
        for paragraph in paragraphs(explanation.explanation, explanation.cues, explanation.claims)
    )


def _claims(explanation: Explanation, said: Words) -> RenderableType:
    return _grid(
        (
            Text(line(claim.id), style=STATUS_STYLES[claim.status]),
            Text(said.of(claim.status), style=STATUS_STYLES[claim.status]),
            Text(line(claim.statement)),
            _ids(beside(claim), explanation),
        )
        for claim in explanation.claims
    )


def _said(explanation: Explanation, said: Words) -> RenderableType:
    subtitle = explanation.subtitle
    return Text.assemble(line(subtitle.text), (f"  ({how_heard(subtitle, said)})", "dim"))


def _cues(explanation: Explanation, said: Words) -> RenderableType:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    for name in (said.cue, said.when, said.who):
        table.add_column(name, no_wrap=True)
    table.add_column(said.observed, ratio=1, overflow="fold")
    table.add_column(said.confidence, justify="right", no_wrap=True)
    for cue in explanation.cues:
        table.add_row(*_cue(cue, said))
    return table


def _cue(cue: Cue, said: Words) -> tuple[Text, ...]:
    measured = Text(" · ", style="dim").join(_evidence(piece, cue, said) for piece in cue.evidence)
    return (
        Text(line(cue.id), style=STYLES[cue.modality]),
        Text(between(cue.start, cue.end)),
        Text(line(cue.person or "–")),
        Text.assemble(line(cue.statement), "\n", measured),
        Text(f"{cue.confidence:.2f}"),
    )


def _evidence(piece: Evidence, cue: Cue, said: Words) -> Text:
    text = Text.assemble((f"{line(piece.measure)} ", "dim"), amount(piece))
    if piece.reference is not None:
        text.append(f" ({said.compared.format(number(piece.reference))})", style="dim")
    if span := elsewhere(piece, cue):
        text.append(f" {span}", style="dim")
    return text


def _readings(explanation: Explanation, said: Words) -> RenderableType:
    conflict = explanation.conflict
    score = f"{agreement(conflict, said)} {said.disagreement}{said.colon}{conflict.score:.2f}"
    return Group(Text(score), _grid(_reading(one, said) for one in conflict.readings))


def _reading(reading: ModalityReading, said: Words) -> tuple[Text, ...]:
    felt = said.comma.join(f"{line(e.label)} {e.confidence:.2f}" for e in reading.emotions)
    return (
        Text(said.of(reading.modality), style=STYLES[reading.modality]),
        Text(felt or "–"),
        Text(f"{said.valence} {signed(reading.valence)}", style="dim"),
        Text(f"{said.arousal} {signed(reading.arousal)}", style="dim"),
        Text(f"{said.reliability} {reading.reliability:.2f}", style="dim"),
    )
