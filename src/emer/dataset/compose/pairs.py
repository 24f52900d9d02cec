"""Instructions with their answers, in several forms (EmoCue-Instruct)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from emer.dataset.compose.captions import INFERRED, LONG, MODALITIES, MOST
from emer.dataset.compose.choice import Choice, cues_of
from emer.dataset.compose.labels import appears
from emer.dataset.compose.phrases import (
    AT,
    AUDITORY,
    BECAUSE,
    EVIDENCE,
    EXPLAIN,
    JUDGE,
    LABELS,
    NO,
    THROUGHOUT,
    VISUAL,
    YES,
)
from emer.dataset.compose.wording import Said, bare, clause_of, sentence, together
from emer.dataset.entry import Pair, Removal
from emer.explanation import Cue

FORMS = ("explain", "labels", "visual", "auditory", "judge", "evidence")
"""All forms of pairs; a clip has those that its statements carry."""
GROUNDING = "grounding"
"""The filter whose removals are statements known to be false of the clip."""

# Of clips without a statement known to be false, one in this many is asked about a true one: else
# nearly every answer would be yes.
_ONE_IN = 4
_MOST_EVIDENCE = 4


def pairs(choice: Choice, description: str) -> Iterator[Pair]:
    """Yield the pairs of an entry.

    Args:
        choice: Its statements.
        description: The answer of "explain".
    """
    yield from _explain(choice, description)
    yield from _labels(choice)
    yield from _modality(choice, "visual")
    yield from _modality(choice, "auditory")
    yield from _judge(choice)
    yield from _evidence(choice)


def _pair(
    choice: Choice, form: str, instruction: str, answer: str, said: Sequence[Said] = ()
) -> Pair:
    ids = tuple(each.statement.id for each in said)
    return Pair(form=form, instruction=instruction, answer=answer, statements=ids)


def _explain(choice: Choice, description: str) -> Iterator[Pair]:
    if not choice.labels():
        return
    limit = LONG[choice.language]
    said = [one for each in MODALITIES for one in choice.best(each, MOST[each], limit)]
    if said:
        said += choice.best("emotional", INFERRED, limit)
        question = choice.pick(EXPLAIN[choice.language], "explain")
        yield _pair(choice, "explain", question, description, said)


def _labels(choice: Choice) -> Iterator[Pair]:
    labels = choice.labels(most=8)
    if labels:
        comma = ", " if choice.language == "en" else "，"
        question = choice.pick(LABELS[choice.language], "labels")
        yield _pair(choice, "labels", question, comma.join(labels))


def _modality(choice: Choice, modality: Literal["visual", "auditory"]) -> Iterator[Pair]:
    said = choice.best(modality, MOST[modality], LONG[choice.language])
    if said:
        forms = VISUAL if modality == "visual" else AUDITORY
        question = choice.pick(forms[choice.language], modality)
        answer = sentence(together(said, choice.language), choice.language)
        yield _pair(choice, modality, question, answer, said)


def _judge(choice: Choice) -> Iterator[Pair]:
    """Ask about a statement that measurements bear out, and about one that they refute."""
    false = [each for each in choice.entry.removed if _refuting(choice, each)]
    refuted = choice.pick(false, "refuted") if false else None
    if refuted is not None or choice.pick(range(_ONE_IN), "whether to judge") == 0:
        sure = [each for each in choice.said if each.statement.status in ("supported", "measured")]
        seen = [each for each in sure if each.statement.modality in ("visual", "auditory")]
        if seen:
            each = choice.pick(seen, "true")
            yield _pair(
                choice, "judge", _asked(choice, each.text, "true"), _yes(choice, each), [each]
            )
    if refuted is not None:
        text = bare(refuted.text)
        reason = clause_of(_refuting(choice, refuted)[0], choice.language)
        answer = NO[choice.language].format(reason)
        yield _pair(choice, "judge", _asked(choice, text, "false"), answer)


def _asked(choice: Choice, text: str, form: str) -> str:
    shown = text[:1].upper() + text[1:]
    return choice.pick(JUDGE[choice.language], f"judge {form}").format(said=shown)


def _refuting(choice: Choice, removal: Removal) -> list[Cue]:
    """Return the measured cues for which a statement was removed as false."""
    observed = choice.entry.observed
    if removal.filter != GROUNDING or removal.what != "statement" or observed is None:
        return []
    if removal.modality == "emotional" or not bare(removal.text):
        return []
    return [cue for cue in observed.cues if cue.statement in removal.reason]


def _yes(choice: Choice, said: Said) -> str:
    """Say what bears a statement out: other cues by their words, a measurement by its time."""
    language, statement = choice.language, said.statement
    observed = choice.entry.observed
    if statement.status == "supported" and observed is not None:
        cues = [cue for cue in observed.cues if cue.id in statement.cues]
        if cues:
            return YES[language].format(clause_of(cues[0], language))
    if statement.start is None or statement.end is None or statement.end <= statement.start:
        return YES[language].format(THROUGHOUT[language])
    return YES[language].format(AT[language].format(statement.start, statement.end))


def _evidence(choice: Choice) -> Iterator[Pair]:
    """Ask why, where statements are known to speak for the first label."""
    labels = choice.labels(most=1)
    first = choice.entry.emotions[0] if choice.entry.emotions else None
    if not labels or first is None or labels[0] not in (bare(first.en), bare(first.zh)):
        return
    behind = choice.behind(first)
    said = [
        each
        for modality in MODALITIES
        for each in choice.best(modality, MOST[modality], LONG[choice.language])
        if cues_of(each.statement) & behind
    ][:_MOST_EVIDENCE]
    if not said:
        return
    language, text = choice.language, together(said, choice.language)
    feels = appears(labels, language)
    question = choice.pick(EVIDENCE[language], "evidence")
    question = question.format(appears=feels, appear=feels.replace("appears", "appear", 1))
    answer = choice.pick(BECAUSE[language], "because").format(
        appears=feels, said=text, Said=text[:1].upper() + text[1:]
    )
    yield _pair(choice, "evidence", question, answer, said)
