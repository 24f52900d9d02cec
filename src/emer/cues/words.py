"""Observer of the words: what is said, in which form, and which emotion the wording suggests.

Subtitle text is data. It is quoted, never obeyed, and never put together into anything but a
quotation.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from emer.cues.addressed import speaks_to_a_program
from emer.cues.measures import evaluate, evidence
from emer.cues.quotes import quote, quotes
from emer.cues.words_measures import USUAL, Utterance, utterances, word_count
from emer.cues.words_rules import Finding, find
from emer.cues.words_statements import STATEMENTS, label_name, percent
from emer.explanation import Cue, Evidence, Language
from emer.measurements import Measurements

RULES = "rules"

# Recognised words below this confidence are not interpreted, only quoted as uncertain.
UNDERSTOOD = 0.4
# A text label speaks where its odds are exp(2), about seven, times those of the label in general,
# and it is at least as likely as LEAST: rare labels clear the first bar by chance.
LIFT, LEAST, MOST_LABELS = 2.0, 0.2, 3
NEUTRAL_DOMINATES = 0.5

# One word on its own ("Yo") says too little for the text model.
FEWEST_WORDS = 2


def observe(measurements: Measurements, language: Language) -> list[Cue]:
    """Return the cues in the words.

    Args:
        measurements: Their `subtitle` is read, and their `text` if the text model ran.
        language: Language of the statements; quotations stay as they were said.

    Returns:
        Cues of modality "textual" with empty ids, in order of time.
    """
    cues: list[Cue] = []
    for said in utterances(measurements):
        if said.confidence is not None and said.confidence < UNDERSTOOD:
            cues.append(_not_understood(measurements, said, language))
            continue
        cues.append(_says(measurements, said, language))
        if speaks_to_a_program(said.text):
            cues.append(_to_program(measurements, said, language))
            continue
        cues.extend(_from_rules(measurements, said, language))
        cues.extend(_from_model(measurements, said, language))
    return cues


def _cue(
    kind: str, statement: str, said: Utterance, confidence: float, pieces: list[Evidence]
) -> Cue:
    heard = 1.0 if said.confidence is None else said.confidence
    return Cue(
        id="",
        modality="textual",
        kind=kind,
        statement=statement,
        start=said.start,
        end=said.end,
        confidence=round(confidence * heard, 3),
        evidence=tuple(pieces),
    )


def _not_understood(measurements: Measurements, said: Utterance, language: Language) -> Cue:
    piece = _piece("words.recognised", measurements, said, _recogniser(measurements), UNDERSTOOD)
    statement = STATEMENTS["speech_not_understood"][language].format(said=quote(said.text))
    cue = _cue("speech_not_understood", statement, said, 1.0, [piece])
    return cue.model_copy(update={"confidence": round(1.0 - (said.confidence or 0.0), 3)})


def _says(measurements: Measurements, said: Utterance, language: Language) -> Cue:
    source = _recogniser(measurements)
    pieces = [_piece("words.count", measurements, said, source)]
    if said.confidence is not None:
        pieces.append(_piece("words.recognised", measurements, said, source, UNDERSTOOD))
    heard = "recognised" if measurements.subtitle.source == "recognised" else "given"
    statement = STATEMENTS[f"says_{heard}"][language].format(said=quote(said.text))
    return _cue("says", statement, said, 1.0, pieces)


def _to_program(measurements: Measurements, said: Utterance, language: Language) -> Cue:
    piece = _piece("words.to_program", measurements, said, RULES, 0.0)
    statement = STATEMENTS["words_to_program"][language].format(said=quote(said.text))
    return _cue("words_to_program", statement, said, 1.0, [piece])


def _from_rules(measurements: Measurements, said: Utterance, language: Language) -> Iterator[Cue]:
    by_kind: dict[str, list[Finding]] = {}
    for finding in find(said.text, measurements.subtitle.language):
        by_kind.setdefault(finding.kind, []).append(finding)
    for kind, findings in by_kind.items():
        statement = _statement(kind, [said.text[f.start : f.end] for f in findings], language)
        piece = _piece(f"words.{kind}", measurements, said, RULES, 0.0)
        yield _cue(kind, statement, said, max(f.confidence for f in findings), [piece])


def _statement(kind: str, texts: list[str], language: Language) -> str:
    said = quotes(texts, "、" if language == "zh" else ", ")
    if kind.startswith("emotion_word_"):
        label = label_name(kind.removeprefix("emotion_word_"), language)
        return STATEMENTS["emotion_word"][language].format(said=said, label=label)
    return STATEMENTS[kind][language].format(said=said)


def _from_model(measurements: Measurements, said: Utterance, language: Language) -> Iterator[Cue]:
    reading = measurements.text
    if reading is None or word_count(said.text) < FEWEST_WORDS:
        return
    for label, share in _clear_labels(measurements, said):
        name = f"words.probability.{label}"
        piece = _piece(name, measurements, said, reading.source, USUAL[label])
        template = STATEMENTS["text_neutral" if label == "neutral" else "text"][language]
        statement = template.format(
            said=quote(said.text),
            label="" if label == "neutral" else label_name(label, language),
            share=percent(share, language),
            usual=percent(USUAL[label], language),
        )
        yield _cue(f"text_{label}", statement, said, share, [piece])


def _clear_labels(measurements: Measurements, said: Utterance) -> list[tuple[str, float]]:
    """Return the labels whose probability clearly exceeds the usual one, likeliest first."""
    shares = {
        label: evaluate(f"words.probability.{label}", measurements, said.start, said.end)
        for label in USUAL
    }
    ranked = sorted(
        ((label, share) for label, share in shares.items() if math.isfinite(share)),
        key=lambda pair: -pair[1],
    )
    if ranked and ranked[0][0] == "neutral":
        return ranked[:1] if ranked[0][1] > NEUTRAL_DOMINATES else []
    clear = [pair for pair in ranked if pair[0] != "neutral" and exceeds(*pair)]
    return clear[:MOST_LABELS]


def exceeds(label: str, share: float) -> bool:
    """Return whether a probability clearly exceeds the usual one of its label."""
    usual = USUAL[label]
    if share >= 1.0:
        return True
    lift = math.log(max(share, 1e-9) / (1 - share)) - math.log(usual / (1 - usual))
    return share >= LEAST and lift >= LIFT


def _piece(
    name: str,
    measurements: Measurements,
    said: Utterance,
    source: str,
    reference: float | None = None,
) -> Evidence:
    return evidence(name, measurements, said.start, said.end, source=source, reference=reference)


def _recogniser(measurements: Measurements) -> str:
    return f"subtitle ({measurements.subtitle.source})"
