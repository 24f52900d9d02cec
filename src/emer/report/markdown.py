"""A page for GitHub and other Markdown readers."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator

from emer.explanation import Cue, Emotion, Evidence, Explanation
from emer.report.plain import (
    amount,
    between,
    clock,
    elsewhere,
    line,
    number,
    paragraphs,
    share,
    signed,
)
from emer.report.summary import agreement, beside, how_heard
from emer.report.words import Words, words

_SPECIAL = re.compile(r"([\\`*_\[\]|~$])")
_LEADING = re.compile(r"^([-+=#]|\d{1,9}(?=[.)](?:\s|$)))")
_ANCHOR = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*\Z")


def render(explanation: Explanation) -> str:
    """Return the explanation in GitHub-flavoured Markdown, in its own language."""
    said = words(explanation.language)
    return "\n\n".join(_parts(explanation, said)) + "\n"


def escape(text: str) -> str:
    """Return text that Markdown shows as it is, on one line: no markup, HTML or table breaks."""
    flat = line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    marked = _LEADING.sub(_literal, _SPECIAL.sub(r"\\\1", flat))
    # An address in plain text would become a link by itself.
    return marked.replace("://", ":&#47;&#47;").replace("www.", "www&#46;")


def _literal(match: re.Match[str]) -> str:
    # "1." would start a list and "#" a heading; a digit itself cannot be escaped.
    found = match[1]
    return f"&#{ord(found[0])};{found[1:]}"


def bar(value: float, width: int = 10) -> str:
    """Return a bar of blocks for a value of 0..1."""
    filled = round(min(max(value, 0.0), 1.0) * width)
    return "█" * filled + "░" * (width - filled)


def _parts(explanation: Explanation, said: Words) -> Iterator[str]:
    yield f"# {escape(said.title)}"
    clip = explanation.clip
    modalities = said.comma.join(said.of(m) for m in clip.modalities)
    yield " · ".join(x for x in (f"**{escape(clip.name)}**", clock(clip.seconds), modalities) if x)
    yield f"> {said.disclaimer}"
    yield f"## {said.appears}"
    yield _emotions(explanation, said)
    yield _affect(said, explanation.valence, explanation.arousal)
    if explanation.explanation.strip():
        yield f"## {said.explanation}"
        yield _explanation(explanation)
    yield from _claims(explanation, said)
    yield from _timeline(explanation, said)
    yield from _cues(explanation, said)
    yield from _agreement(explanation, said)
    yield from _subtitle(explanation, said)
    yield from _people(explanation, said)
    yield from _provenance(explanation, said)
    yield f"---\n\n{said.use}"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _emotions(explanation: Explanation, said: Words) -> str:
    if not explanation.emotions:
        return said.nothing
    rows = (
        (f"**{escape(e.label)}**", f"{bar(e.confidence)} {e.confidence:.2f}", _links(e.cues))
        for e in explanation.emotions
    )
    return _table((said.emotions, said.confidence, said.cues), rows)


def _affect(said: Words, valence: float, arousal: float) -> str:
    return f"{said.valence} **{signed(valence)}** · {said.arousal} **{signed(arousal)}**"


def _links(ids: Iterable[str], claims: Container[str] = ()) -> str:
    return " ".join(
        f"[{escape(i)}](#{'claim' if i in claims else 'cue'}-{i})"
        if _ANCHOR.match(i)
        else escape(i)
        for i in ids
    )


def _explanation(explanation: Explanation) -> str:
    claims = {claim.id for claim in explanation.claims}
    return "\n\n".join(
        "".join(
            _kept(part) if isinstance(part, str) else f"({_links(part, claims)})"
            for part in paragraph
        )
        for paragraph in paragraphs(explanation.explanation, explanation.cues, explanation.claims)
    )


def _kept(text: str) -> str:
    # Escaping strips the spaces that join a stretch of text to the ids beside it.
    return " " * text.startswith(" ") + escape(text) + " " * (text.endswith(" ") and text != " ")


def _claims(explanation: Explanation, said: Words) -> Iterator[str]:
    if not explanation.claims:
        return
    yield f"## {said.claims}"
    yield said.claims_about
    statements = {cue.id: cue.statement for cue in explanation.cues}
    yield _table(
        (said.claim, said.modality, said.stated, said.status, said.beside),
        (
            (
                f'<a id="claim-{claim.id}"></a>**{claim.id}**'
                if _ANCHOR.match(claim.id)
                else f"**{escape(claim.id)}**",
                said.of(claim.modality),
                escape(claim.statement),
                f"**{said.of(claim.status)}**",
                "<br>".join(
                    f"{_links((i,))} {escape(statements.get(i, ''))}".strip() for i in beside(claim)
                )
                or "–",
            )
            for claim in explanation.claims
        ),
    )


def _timeline(explanation: Explanation, said: Words) -> Iterator[str]:
    if not explanation.timeline:
        return
    yield f"## {said.timeline}"
    yield _table(
        (said.when, said.emotions, said.valence, said.arousal),
        (
            (
                between(moment.start, moment.end),
                _scored(moment.emotions, said),
                signed(moment.valence),
                signed(moment.arousal),
            )
            for moment in explanation.timeline
        ),
    )


def _scored(emotions: tuple[Emotion, ...], said: Words) -> str:
    return said.comma.join(f"{escape(e.label)} {e.confidence:.2f}" for e in emotions) or "–"


def _cues(explanation: Explanation, said: Words) -> Iterator[str]:
    if not explanation.cues:
        return
    yield f"## {said.cues}"
    head = (said.cue, said.when, said.modality, said.who, said.observed, said.measured)
    yield _table((*head, said.confidence), (_cue(cue, said) for cue in explanation.cues))


def _cue(cue: Cue, said: Words) -> tuple[str, ...]:
    anchor = f'<a id="cue-{cue.id}"></a>' if _ANCHOR.match(cue.id) else ""
    return (
        f"{anchor}**{escape(cue.id)}**",
        between(cue.start, cue.end),
        said.of(cue.modality),
        escape(cue.person or "–"),
        escape(cue.statement),
        "<br>".join(_evidence(piece, cue, said) for piece in cue.evidence),
        f"{cue.confidence:.2f}",
    )


def _evidence(piece: Evidence, cue: Cue, said: Words) -> str:
    text = f"{escape(piece.measure)} {escape(amount(piece))}"
    if piece.reference is not None:
        text += f" ({said.compared.format(number(piece.reference))})"
    if span := elsewhere(piece, cue):
        text += f" {span}"
    return f"{text} – {escape(piece.source)}"


def _agreement(explanation: Explanation, said: Words) -> Iterator[str]:
    readings = explanation.conflict.readings
    if not readings:
        return
    yield f"## {said.agreement}"
    verdict = agreement(explanation.conflict, said)
    yield f"{verdict} {said.disagreement}{said.colon}{explanation.conflict.score:.2f}"
    yield _table(
        (said.modality, said.emotions, said.valence, said.arousal, said.reliability),
        (
            (
                said.of(reading.modality),
                _scored(reading.emotions, said),
                signed(reading.valence),
                signed(reading.arousal),
                f"{reading.reliability:.2f}",
            )
            for reading in readings
        ),
    )


def _subtitle(explanation: Explanation, said: Words) -> Iterator[str]:
    subtitle = explanation.subtitle
    if not subtitle.text.strip():
        return
    yield f"## {said.subtitle}"
    yield f"> {escape(subtitle.text)}\n>\n> — {escape(how_heard(subtitle, said))}"


def _people(explanation: Explanation, said: Words) -> Iterator[str]:
    if not explanation.people:
        return
    yield f"## {said.people}"
    yield "\n".join(
        f"- **{escape(person.id)}** {between(person.start, person.end)}, "
        + said.visible.format(share(person.visible_share))
        + ("" if person.speaks is None else f", {said.speaks.format(f'{person.speaks:.2f}')}")
        for person in explanation.people
    )


def _provenance(explanation: Explanation, said: Words) -> Iterator[str]:
    origin = explanation.provenance
    if origin.notes:
        yield f"## {said.notes}"
        yield "\n".join(f"- {escape(note)}" for note in origin.notes)
    yield f"## {said.provenance}"
    spent = said.comma.join(f"{escape(k)} {v:.1f}" for k, v in origin.seconds.items())
    rows = [
        f"- {said.version}{said.colon}emer {escape(origin.version)}",
        f"- {said.explainer}{said.colon}{escape(origin.explainer)}",
        f"- {said.clip}{said.colon}SHA-256 {escape(explanation.clip.sha256)}",
        *([f"- {said.seconds}{said.colon}{spent}"] if spent else []),
        *(
            f"- {said.asset}{said.colon}{escape(a.name)}, {escape(a.licence)}, "
            f"SHA-256 {escape(a.sha256)}"
            for a in origin.assets
        ),
    ]
    yield "\n".join(rows)
