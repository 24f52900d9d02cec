"""Short English captions and answers about a voice, composed from given facts alone.

The facts are an acted or annotated emotion, its intensity, and measured cues. Captions serve
audio-text contrast (stage 2 of XEmoGPT), answers serve instruction tuning (stage 3).
"""

from __future__ import annotations

from collections.abc import Sequence

from emer.emotions import LABELS
from emer.errors import UsageError
from emer.explanation import Cue
from emer.training.own_voice import MUCH, OWN

EMOTIONS = {
    "neutral": "neutral",
    "calm": "calm",
    "happy": "happy",
    "sad": "sad",
    "angry": "angry",
    "fearful": "fearful",
    "disgust": "disgusted",
    "surprised": "surprised",
} | {label: label for label in LABELS}
"""Emotions that can be worded, with their adjectives: RAVDESS's and the open vocabulary."""
INTENSITIES = ("normal", "strong")

# Per kind of the observers: subject and predicate of a clause, then the same as a noun.
# {} is where "very" goes for what stands out by far.
_WORDS = {
    "voice_loud": ("the speech is {}loud", "{}loud speech"),
    "voice_quiet": ("the speech is {}quiet", "{}quiet speech"),
    "pitch_high": ("the pitch is {}high", "a {}high pitch"),
    "pitch_low": ("the pitch is {}low", "a {}low pitch"),
    "pitch_varied": ("the intonation is {}lively", "{}lively intonation"),
    "pitch_flat": ("the intonation is {}flat", "{}flat intonation"),
    "speech_fast": ("the pace is {}fast", "a {}fast pace"),
    "speech_slow": ("the pace is {}slow", "a {}slow pace"),
    "voice_sharp": ("the tone is {}sharp", "a {}sharp tone"),
    "voice_soft": ("the tone is {}soft", "a {}soft tone"),
    "pitch_rising": ("the pitch rises towards the end", "a rising pitch"),
    "pitch_falling": ("the pitch falls towards the end", "a falling pitch"),
    "loudness_varied": ("the loudness varies widely", "widely varying loudness"),
    "pauses_long": ("there is a long pause", "a long pause"),
    "hesitant": ("the speech is hesitant", "hesitant speech"),
    "voice_trembling": ("the voice trembles", "a trembling voice"),
    "voice_breathy": ("the voice is breathy", "a breathy voice"),
    "voice_rough": ("the voice is rough", "a rough voice"),
    "voice_aroused": ("the voice is agitated", "an agitated voice"),
    "voice_subdued": ("the voice is subdued", "a subdued voice"),
    "voice_even": ("the voice is even", "an even voice"),
    "voice_change": ("the voice changes", "a changing voice"),
    "voice_absent": ("no speech is heard", "no speech"),
    "speech_not_understood": ("some words are unclear", "some unclear words"),
    "laughter": ("laughter is heard", "laughter"),
    "crying": ("crying is heard", "crying"),
    "screaming": ("a scream is heard", "a scream"),
    "shouting": ("shouting is heard", "shouting"),
    "sighing": ("a sigh is heard", "a sigh"),
    "gasp": ("a gasp is heard", "a gasp"),
    "whispering": ("whispering is heard", "whispering"),
    "groaning": ("a groan is heard", "a groan"),
    "applause": ("applause is heard", "applause"),
    "cheering": ("cheering is heard", "cheering"),
    "music": ("music is heard", "music"),
}
KINDS = frozenset(_WORDS)
"""Kinds of cues that can be worded, besides those of `emer.training.own_voice`."""

# Two ways to say a degree, both of an emotion and of a cue.
_VERY = ("very ", "strikingly ")
_STRONG = ("very ", "intensely ")
_CAPTIONS = (
    "The speaker appears {emotion}: {clauses}.",
    "A voice that appears {emotion}, with {nouns}.",
    "{Clauses}; the speaker appears {emotion}.",
    "With {nouns}, the speaker appears {emotion}.",
    "The voice appears {emotion}; {clauses}.",
)
_CONCLUSIONS = (
    "Based on these cues, the speaker appears {emotion}.",
    "Taken together, the speaker appears {emotion}.",
    "Overall, the speaker appears {emotion}.",
    "This suggests a speaker who appears {emotion}.",
)
_PLAIN = ("nothing in the voice stands out", "nothing that stands out")
_FIRST = 3  # cues in the first sentence of an answer


def voice_caption(
    emotion: str, intensity: str, cues: Sequence[Cue], *, variant: int = 0, most: int = 3
) -> str:
    """Compose a caption of one sentence.

    Args:
        emotion: One of `EMOTIONS`.
        intensity: "normal" or "strong".
        cues: Auditory cues, most important first; those against the speaker's own voice
            (`own_cues`) are named first and said to be so. Without any, nothing stands out.
        variant: Any whole number from 0; the same one always gives the same wording.
        most: How many cues are named.

    Raises:
        UsageError: An unknown emotion, intensity or kind of cue, one that is not auditory, a
            negative variant or a `most` below 1.
    """
    template, variant = _pick(_CAPTIONS, variant)
    feeling, variant = _feeling(emotion, intensity, variant)
    if most < 1:
        raise UsageError(f"A caption cannot name {most} cues.", "Give 1 or more as most.")
    clauses, nouns = _listed(cues[:most], variant)
    return template.format(
        emotion=feeling, clauses=clauses, Clauses=_capitalised(clauses), nouns=nouns
    )


def voice_answer(emotion: str, intensity: str, cues: Sequence[Cue], *, variant: int = 0) -> str:
    """Compose an answer of two or three sentences: what is heard, then what it suggests.

    It has the form that XEmoGPT's prompt asks for ("In the audio, ...", then an inference).

    Args:
        emotion: One of `EMOTIONS`.
        intensity: "normal" or "strong".
        cues: As for `voice_caption`; all are named.
        variant: Any whole number from 0; the same one always gives the same wording.

    Raises:
        UsageError: As for `voice_caption`.
    """
    template, variant = _pick(_CONCLUSIONS, variant)
    feeling, variant = _feeling(emotion, intensity, variant)
    return f"{heard(cues, variant=variant)} {template.format(emotion=feeling)}"


def heard(cues: Sequence[Cue], *, variant: int = 0) -> str:
    """Compose the part of an answer that says what is heard: "In the audio, ...".

    Args:
        cues: As for `voice_caption`; all are named.
        variant: As there.

    Raises:
        UsageError: As for `voice_caption`, of cues and variant.
    """
    text = f"In the audio, {_listed(cues[:_FIRST], variant)[0]}."
    if cues[_FIRST:]:
        text += f" {_capitalised(_listed(cues[_FIRST:], variant)[0])}."
    return text


def _pick(choices: Sequence[str], variant: int) -> tuple[str, int]:
    """Choose by the variant and return what is left of it for the next choice."""
    if variant < 0:
        raise UsageError(f"There is no variant {variant}.", "Give a whole number from 0.")
    return choices[variant % len(choices)], variant // len(choices)


def _feeling(emotion: str, intensity: str, variant: int) -> tuple[str, int]:
    if emotion not in EMOTIONS:
        raise UsageError(f"There are no words for {emotion!r}.", f"Valid: {', '.join(EMOTIONS)}.")
    if intensity not in INTENSITIES:
        valid = " and ".join(INTENSITIES)
        raise UsageError(f"There is no intensity {intensity!r}.", f"Valid: {valid}.")
    very, variant = _pick(_STRONG, variant)
    return (very if intensity == "strong" else "") + EMOTIONS[emotion], variant


def _listed(cues: Sequence[Cue], variant: int) -> tuple[str, str]:
    """Return the cues as clauses and as nouns; what holds for this voice comes first."""
    very, _ = _pick(_VERY, variant)
    own = [_words(cue, very) for cue in cues if cue.kind.startswith(OWN)]
    others = [_words(cue, very) for cue in cues if not cue.kind.startswith(OWN)]
    if not own and not others:
        return _PLAIN
    clauses, nouns = (
        _said([words[form] for words in own], [words[form] for words in others]) for form in (0, 1)
    )
    return clauses, nouns


def _said(own: Sequence[str], others: Sequence[str]) -> str:
    lists = [f"{joined(own)} for this voice"] if own else []
    return ", and ".join([*lists, joined(others)] if others else lists)


def _words(cue: Cue, very: str) -> tuple[str, str]:
    kind = cue.kind.removeprefix(OWN)
    kind, much = kind.removesuffix(MUCH), kind.endswith(MUCH)
    if cue.modality != "auditory" or kind not in KINDS:
        raise UsageError(
            f"There are no words for the {cue.modality} cue {cue.kind!r} in a caption of a voice.",
            f"Valid: {', '.join(sorted(KINDS))}.",
        )
    degree = very if much else ""
    clause, noun = (form.format(degree) for form in _WORDS[kind])
    return clause, noun


def joined(parts: Sequence[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    return " and ".join([*([", ".join(parts[:-1])] if parts[1:] else []), parts[-1]])


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
