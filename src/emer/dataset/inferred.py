"""Emotional statements: what the labels say, and which words carry which emotion."""

from __future__ import annotations

from collections.abc import Sequence

from emer.dataset.cleaning import normal
from emer.dataset.disambiguate import passage
from emer.dataset.entry import MEASURED, Answer, Entry, Origin, Reading, Statement
from emer.dataset.verdicts import verdict
from emer.dataset.voting import Ballot, Vote, sense, told
from emer.dataset.wordings import saying, seems
from emer.explanation import Language


def from_labels(entry: Entry, ballots: Sequence[Ballot], language: Language) -> list[Statement]:
    """Return a statement for each label, in their order, with everybody who gave it.

    Labels without a name in the language of the dataset make none.
    """
    return [_felt(entry, each, language) for each in ballots if told(each.label, language)]


def from_readings(
    entry: Entry, answers: Sequence[Answer], least: int, language: Language
) -> list[Statement]:
    """Return a statement for each passage of the subtitle and emotion that has a name.

    Args:
        entry: The clip.
        answers: Usable ones, in the order of the plan.
        least: Annotators that must read it so.
        language: Of the dataset.
    """
    asked = {answer.annotator for answer in answers if answer.task == "disambiguate"}
    same: dict[tuple[str, str], list[tuple[Answer, Reading]]] = {}
    for answer in answers:
        for reading in answer.readings:
            emotion = told(reading.emotion, language)
            if emotion is None:
                continue
            key = normal(reading.words), sense(emotion, language)
            named = reading.model_copy(update={"emotion": emotion})
            same.setdefault(key, []).append((answer, named))
    # In the order of the words: by where they stand, not by who read them first.
    found = []
    for key in sorted(same):
        names = {answer.annotator for answer, _ in same[key]}
        if len(names) >= least:
            share = round(len(names) / len(asked), 4)
            found.append(_read(entry, same[key], share, language))
    return sorted(found, key=lambda one: (one.start is None, one.start or 0.0))


def _felt(entry: Entry, ballot: Ballot, language: Language) -> Statement:
    text = seems(ballot.label, language)
    found = verdict(text, "emotional", entry)
    return Statement(
        id="s",
        modality="emotional",
        text=text,
        origins=tuple(_voter(vote) for vote in ballot.votes),
        status=found.status,
        cues=found.cues,
        agreement=ballot.label.confidence,
    )


def _voter(vote: Vote) -> Origin:
    words = " / ".join(word for word in (vote.label.en, vote.label.zh) if word)
    if vote.answer is None:
        return Origin(annotator=MEASURED, text=words, cue=vote.cue)
    answer = vote.answer
    return Origin(annotator=answer.annotator, text=words, call=answer.call, prompt=answer.prompt)


def _read(
    entry: Entry, same: Sequence[tuple[Answer, Reading]], share: float, language: Language
) -> Statement:
    first = same[0][1]
    # Emotion words that are merely quoted are no claim, so only the inference is checked.
    found = verdict(seems(first.emotion, language), "emotional", entry)
    start, end = _spoken(entry, first.words)
    return Statement(
        id="s",
        modality="emotional",
        text=saying(first.words, first.emotion, language),
        start=start,
        end=end,
        origins=tuple(
            Origin(
                annotator=answer.annotator,
                text=reading.because or saying(reading.words, reading.emotion, language),
                call=answer.call,
                prompt=answer.prompt,
            )
            for answer, reading in same
        ),
        status=found.status,
        cues=found.cues,
        agreement=share,
    )


def _spoken(entry: Entry, words: str) -> tuple[float | None, float | None]:
    """Return when words are said, if they stand in one segment of the subtitle."""
    segments = entry.observed.subtitle.segments if entry.observed else ()
    for segment in segments:
        if passage(words, segment.text):
            return segment.start, segment.end
    return None, None
