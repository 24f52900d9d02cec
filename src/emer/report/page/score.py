"""The time line: lanes under one another on a shared axis, with one playhead."""

from __future__ import annotations

from emer.explanation import Cue, Explanation, Moment, SubtitleSegment
from emer.report.page import curves
from emer.report.page.cues import address
from emer.report.page.drawing import TONES, Axis, block, canvas, curve, rule, ticks, tone
from emer.report.page.lanes import lane, readout
from emer.report.page.markup import Html, joined, tag
from emer.report.plain import between, clock, labels, length, signed, still
from emer.report.tiers import MODALITIES, milliseconds, pack
from emer.report.words import Words

_ROW = 24.0
_SIGNED = (-1.05, 1.05)
# A shorter cue is drawn this wide, as a share of the page, so that it can be hit.
_LEAST = 0.016


def score(explanation: Explanation, said: Words) -> Html:
    """Return the time line, or nothing for a still image."""
    if still(explanation):
        return Html()
    axis = Axis(length(explanation))
    rows = [
        _emotions(explanation, said, axis),
        _affect(explanation, said, axis),
        _speech(explanation, said, axis),
        *_cues(explanation, said, axis),
        *curves.lanes(explanation, said, axis),
        tag("div", tag("div", class_="label"), ticks(axis), class_="lane scale"),
        _playhead(axis, said),
    ]
    return tag(
        "section",
        tag("h2", said.timeline, _legend(said) if explanation.timeline else ""),
        tag(
            "div",
            tag("div", *rows, id="lanes", class_=f"lanes zoom-{axis.zoom}", data_total=axis.total),
            class_="scroller",
        ),
        class_="card score",
    )


def _playhead(axis: Axis, said: Words) -> Html:
    knob = tag(
        "div",
        id="playhead",
        class_="playhead",
        role="slider",
        tabindex=0,
        aria_label=said.position,
        aria_valuemin=0,
        aria_valuemax=axis.total,
        aria_valuenow=0,
        aria_valuetext=clock(0),
    )
    return tag("div", knob, class_="overlay")


def _emotions(explanation: Explanation, said: Words, axis: Axis) -> Html:
    if not explanation.timeline:
        return Html()
    blocks = [
        block(axis, moment.start, moment.end, 0, 40, _moment(moment, said))
        for moment in explanation.timeline
    ]
    return lane(said.emotions, tag("svg", *blocks, class_="plot", height=40))


def _legend(said: Words) -> Html:
    return tag(
        "span",
        said.unpleasant,
        tag("span", *(tag("i", class_=f"tone-{n}") for n in range(TONES)), class_="tones"),
        said.pleasant,
        class_="legend",
    )


def _moment(moment: Moment, said: Words) -> Html:
    felt = said.comma.join(f"{e.label} {e.confidence:.2f}" for e in moment.emotions) or "–"
    affect = f"{said.valence} {signed(moment.valence)}, {said.arousal} {signed(moment.arousal)}"
    return tag(
        "a",
        labels(moment.emotions, said.comma) or "–",
        class_=f"block moment {tone(moment.valence)}",
        href=f"#t={moment.start:g}",
        title=f"{between(moment.start, moment.end)} {felt} ({affect})",
        data_start=moment.start,
        data_end=moment.end,
        data_felt=felt,
        data_affect=affect,
    )


def _affect(explanation: Explanation, said: Words, axis: Axis) -> Html:
    parts, names = [], []
    for name in ("valence", "arousal"):
        found = [one for one in explanation.curves if one.name == name]
        times, values = (
            (found[0].times, found[0].values) if found else _stepped(explanation.timeline, name)
        )
        if any(value is not None for value in values):
            parts.append(curve(axis, times, values, _SIGNED, f"curve {name}"))
            names.append(readout(said.of(name), times, values, name))
    if not parts:
        return Html()
    levels = (rule(level, _SIGNED) for level in (-1.0, 0.0, 1.0))
    return lane(joined(*names), canvas(*levels, *parts, class_="affect"))


def _stepped(
    timeline: tuple[Moment, ...], name: str
) -> tuple[tuple[float, ...], tuple[float | None, ...]]:
    times: list[float] = []
    values: list[float | None] = []
    for moment in timeline:
        value = moment.valence if name == "valence" else moment.arousal
        if times and moment.start > times[-1]:
            times.append(times[-1])
            values.append(None)
        times += [moment.start, moment.end]
        values += [value, value]
    return tuple(times), tuple(values)


def _speech(explanation: Explanation, said: Words, axis: Axis) -> Html:
    segments = [one for one in explanation.subtitle.segments if one.text.strip()]
    if not segments:
        return Html()
    rows = pack(segments, lambda one: (milliseconds(one.start), milliseconds(one.end)))
    blocks = [
        block(axis, one.start, one.end, _ROW * place, _ROW, _said(one))
        for place, row in enumerate(rows)
        for one in row
    ]
    return lane(said.words, tag("svg", *blocks, class_="plot", height=_ROW * len(rows)))


def _said(segment: SubtitleSegment) -> Html:
    return tag(
        "a",
        segment.text,
        class_="block speech",
        href=f"#t={segment.start:g}",
        title=f"{between(segment.start, segment.end)} {segment.text}",
        data_start=segment.start,
        data_end=segment.end,
        data_said=segment.text,
    )


def _cues(explanation: Explanation, said: Words, axis: Axis) -> list[Html]:
    groups: dict[tuple[int, str], list[Cue]] = {}
    for cue in explanation.cues:
        groups.setdefault((MODALITIES.index(cue.modality), cue.person or ""), []).append(cue)
    return [
        _group(cues, MODALITIES[place], person, said, axis)
        for (place, person), cues in sorted(groups.items(), key=lambda group: group[0])
    ]


def _group(cues: list[Cue], modality: str, person: str, said: Words, axis: Axis) -> Html:
    least = axis.total * _LEAST / axis.zoom

    def shown(cue: Cue) -> tuple[int, int]:
        start = min(cue.start, axis.total - least)
        return milliseconds(start), milliseconds(max(cue.end, start + least))

    rows = pack(cues, shown)
    blocks = [
        block(axis, shown(cue)[0] / 1000, shown(cue)[1] / 1000, _ROW * place, _ROW, _cue(cue))
        for place, row in enumerate(rows)
        for cue in row
    ]
    name = joined(
        tag("span", said.of(modality), class_=f"dot {modality}"),
        tag("span", person, class_="person") if person else "",
    )
    drawn = tag("svg", *blocks, class_="plot", height=_ROW * len(rows))
    return lane(name, drawn, data_modality=modality)


def _cue(cue: Cue) -> Html:
    return tag(
        "a",
        tag("b", cue.id),
        f" {cue.kind}",
        class_=f"block cue {cue.modality}",
        href=address(cue),
        title=f"{between(cue.start, cue.end)} {cue.statement}",
        # The table has the same link; a second stop for the Tab key would only be in the way.
        tabindex=-1,
        data_cue=cue.id,
    )
