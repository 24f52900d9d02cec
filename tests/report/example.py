"""Builders of explanations to report on: a rich one in each language, and hostile ones."""

from __future__ import annotations

import math

from emer.explanation import (
    AssetUse,
    ClipInfo,
    Conflict,
    Cue,
    Curve,
    Emotion,
    Evidence,
    Explanation,
    Language,
    Modality,
    ModalityReading,
    Moment,
    Person,
    Provenance,
    Subtitle,
    SubtitleSegment,
)

SECONDS = 7.2

HOSTILE = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "${title} $lang {{7*7}} {% x %} %s",
    "--> 00:00:00.000 \n\nNOTE evil",
    "]]> <!-- -->",
    '=HYPERLINK("http://evil")',
    "[red]markup[/red] [v1] [link=http://evil]x[/link]",
    "\x1b[31mred\x1b[0m \x00\x07",
    "a|b `c` *d* _e_ ~f~ # g <b>h</b> http://evil.example",
    '"quoted" ""twice""',
    "\u202egnp.exe \u2066x\u2069",
    "笑😀‍👩 é\u0301",
)

_TEXT = {
    "en": {
        "smile": "p1 raises the lip corners and the cheeks.",
        "brow_raise": "p1 raises both brows quickly.",
        "gaze_down": "p2 looks down and away.",
        "lip_press": "p2 presses the lips together.",
        "pitch_high": "The voice of p1 is higher than its own usual pitch.",
        "rate_fast": "The speech is faster than before.",
        "laughter": "Laughter is heard.",
        "gratitude": "The words thank somebody.",
        "surprise": "The words express surprise.",
        "said": ("I can't believe you came!", "Thank you, really.", "It's fine."),
        "labels": ("joyful", "surprised", "grateful", "uneasy"),
        "why": "p1 appears joyful: the lip corners and cheeks rise together [v1] while the voice "
        "goes up [a1, a2] and laughter follows [a3].\nThe words say surprise and thanks [t1, t2], "
        "but p2 looks away with pressed lips [v3][v4], so part of the clip appears uneasy.",
        "note": "p2 is turned away in 31 % of the frames; those were left out.",
    },
    "zh": {
        "smile": "p1 的嘴角和脸颊同时上扬。",
        "brow_raise": "p1 的双眉快速上扬。",
        "gaze_down": "p2 向下看并移开视线。",
        "lip_press": "p2 双唇紧压。",
        "pitch_high": "p1 的音高高于自己的平常水平。",
        "rate_fast": "语速比之前更快。",
        "laughter": "可以听到笑声。",
        "gratitude": "话语表示感谢。",
        "surprise": "话语表示惊讶。",
        "said": ("我真不敢相信你来了！", "真的谢谢你。", "没事。"),
        "labels": ("喜悦", "惊讶", "感激", "不安"),
        "why": "p1 看起来很喜悦：嘴角和脸颊同时上扬[v1]，音高上升[a1，a2]，随后有笑声[a3]。\n"
        "话语表达惊讶和感谢[t1、t2]，但 p2 移开视线并紧压双唇[v3][v4]，"
        "因此片段的一部分看起来不安。",
        "note": "31% 的画面中 p2 转向一侧，未参与测量。",
    },
}

_CUES: tuple[tuple[str, Modality, str, str | None, float, float, float], ...] = (
    ("v1", "visual", "smile", "p1", 1.1, 3.9, 0.91),
    ("v2", "visual", "brow_raise", "p1", 0.4, 1.2, 0.74),
    ("v3", "visual", "gaze_down", "p2", 4.2, 6.6, 0.66),
    ("v4", "visual", "lip_press", "p2", 5.0, 6.1, 0.58),
    ("a1", "auditory", "pitch_high", "p1", 0.3, 2.2, 0.83),
    ("a2", "auditory", "rate_fast", "p1", 0.9, 2.6, 0.61),
    ("a3", "auditory", "laughter", None, 2.7, 2.75, 0.88),
    ("t1", "textual", "surprise", None, 0.3, 2.2, 0.79),
    ("t2", "textual", "gratitude", None, 3.0, 4.4, 0.85),
)

_MEASURED = {
    "smile": (("face.AU12.peak", 0.82, "ratio", 0.18), ("face.AU6.peak", 0.64, "ratio", 0.12)),
    "brow_raise": (("face.AU1.peak", 0.71, "ratio", 0.2),),
    "gaze_down": (("face.gaze.down.mean", 0.55, "ratio", 0.3),),
    "lip_press": (("face.AU24.peak", 0.49, "ratio", 0.15),),
    "pitch_high": (("voice.pitch.median", 312.0, "Hz", 224.5),),
    "rate_fast": (("voice.rate", 6.4, "syllables/s", 4.8),),
    "laughter": (("events.Laughter.peak", 0.88, "ratio", None),),
    "gratitude": (("words.gratitude", 0.85, "ratio", 0.5),),
    "surprise": (("words.surprise", 0.79, "ratio", 0.5),),
}

_SOURCE = {
    "visual": "face_landmarker 1 (mediapipe 0.10.33)",
    "auditory": "emer voice 0.1",
    "textual": "multilingual-e5-small + emer head 1",
}


def build(language: Language) -> Explanation:
    """Return a rich explanation: two people, three modalities, curves, a conflict."""
    text = _TEXT[language]
    joyful, surprised, grateful, uneasy = text["labels"]
    emotions = (
        Emotion(label=joyful, confidence=0.82, cues=("v1", "a1", "a3")),
        Emotion(label=surprised, confidence=0.57, cues=("v2", "t1")),
        Emotion(label=grateful, confidence=0.44, cues=("t2",)),
        Emotion(label=uneasy, confidence=0.31, cues=("v3", "v4")),
    )
    return Explanation(
        language=language,
        clip=ClipInfo(
            name="kitchen table.mp4",
            sha256="0f" * 32,
            seconds=SECONDS,
            modalities=("visual", "auditory", "textual"),
        ),
        subtitle=_subtitle(language),
        people=(
            Person(id="p1", start=0, end=7.2, visible_share=0.96, speaks=0.81),
            Person(id="p2", start=0.6, end=7.2, visible_share=0.69),
        ),
        cues=tuple(_cue(*row, language=language) for row in _CUES),
        emotions=emotions,
        valence=0.42,
        arousal=0.35,
        conflict=_conflict(emotions),
        timeline=_timeline(emotions),
        explanation=str(text["why"]),
        curves=_curves(),
        provenance=Provenance(
            version="0.1.0",
            explainer="rules",
            assets=(AssetUse(name="face_landmarker", sha256="ab" * 32, licence="Apache-2.0"),),
            seconds={"face": 3.21, "voice": 0.4, "words": 1.05},
            notes=(str(text["note"]),),
        ),
    )


def _cue(
    id: str,
    modality: Modality,
    kind: str,
    person: str | None,
    start: float,
    end: float,
    confidence: float,
    *,
    language: Language,
) -> Cue:
    evidence = tuple(
        Evidence(
            measure=name,
            value=value,
            unit=unit,
            reference=reference,
            source=_SOURCE[modality],
            start=start,
            end=end,
        )
        for name, value, unit, reference in _MEASURED[kind]
    )
    return Cue(
        id=id,
        modality=modality,
        kind=kind,
        statement=str(_TEXT[language][kind]),
        start=start,
        end=end,
        person=person,
        confidence=confidence,
        evidence=evidence,
    )


def _subtitle(language: Language) -> Subtitle:
    said = _TEXT[language]["said"]
    spans = ((0.3, 2.2), (3.0, 4.4), (5.2, 6.0))
    segments = tuple(
        SubtitleSegment(start=start, end=end, text=text, confidence=0.9)
        for (start, end), text in zip(spans, said, strict=True)
    )
    joined = ("" if language == "zh" else " ").join(said)
    return Subtitle(text=joined, source="recognised", language=language, segments=segments)


def _conflict(emotions: tuple[Emotion, ...]) -> Conflict:
    joyful, surprised, grateful, uneasy = emotions
    return Conflict(
        score=0.38,
        readings=(
            ModalityReading(
                modality="visual",
                reliability=0.84,
                emotions=(joyful, uneasy),
                valence=0.21,
                arousal=0.3,
            ),
            ModalityReading(
                modality="auditory",
                reliability=0.71,
                emotions=(joyful,),
                valence=0.5,
                arousal=0.62,
            ),
            ModalityReading(
                modality="textual",
                reliability=0.9,
                emotions=(surprised, grateful),
                valence=0.66,
                arousal=0.2,
            ),
        ),
    )


def _timeline(emotions: tuple[Emotion, ...]) -> tuple[Moment, ...]:
    joyful, surprised, grateful, uneasy = emotions
    return (
        Moment(start=0, end=1.2, emotions=(surprised,), valence=0.25, arousal=0.7),
        Moment(start=1.2, end=4.2, emotions=(joyful, grateful), valence=0.85, arousal=0.4),
        Moment(start=4.2, end=7.2, emotions=(uneasy,), valence=-0.45, arousal=-0.2),
    )


def _curves() -> tuple[Curve, ...]:
    times = tuple(round(0.08 * n, 3) for n in range(90))

    def bump(t: float, middle: float, width: float) -> float:
        return math.exp(-(((t - middle) / width) ** 2))

    shapes = {"AU12": (2.5, 1.1, 0.82), "AU6": (2.6, 1.0, 0.64), "AU1": (0.8, 0.4, 0.71)}
    shapes |= {"AU2": (0.8, 0.5, 0.6), "AU25": (1.4, 0.8, 0.4), "AU26": (1.5, 0.5, 0.2)}
    faces = [
        Curve(
            name=name,
            unit="ratio",
            person="p1",
            times=times,
            values=tuple(round(0.05 + high * bump(t, middle, width), 4) for t in times),
        )
        for name, (middle, width, high) in shapes.items()
    ]
    turned = tuple(
        None if 2.0 < t < 3.4 else round(0.1 + 0.45 * bump(t, 5.5, 0.5), 4) for t in times
    )
    faces.append(Curve(name="AU24", unit="ratio", person="p2", times=times, values=turned))
    spoken = (0.3, 2.2), (3.0, 4.4), (5.2, 6.0)
    pitch = tuple(
        round(230 + 80 * bump(t, 1.2, 0.7) + 12 * math.sin(5 * t), 1)
        if any(start <= t <= end for start, end in spoken)
        else None
        for t in times
    )
    loud = tuple(
        round(-32 + 14 * bump(t, 1.3, 0.9) + 6 * bump(t, 3.7, 0.6) + 2 * math.sin(9 * t), 2)
        for t in times
    )
    return (
        Curve(name="pitch", unit="Hz", times=times, values=pitch),
        Curve(name="loudness", unit="dBFS", times=times, values=loud),
        *faces,
    )


def poison(explanation: Explanation, text: str) -> Explanation:
    """Return the explanation with every free text replaced by `text`."""
    first = explanation.cues[0]
    cue = first.model_copy(
        update={
            "id": f"v1{text}",
            "kind": text,
            "statement": text,
            "person": text,
            "evidence": tuple(
                piece.model_copy(update={"measure": text, "unit": text, "source": text})
                for piece in first.evidence
            ),
        }
    )
    emotion = Emotion(label=text, confidence=0.5, cues=(cue.id, text))
    moment = explanation.timeline[0].model_copy(update={"emotions": (emotion,)})
    reading = explanation.conflict.readings[0].model_copy(update={"emotions": (emotion,)})
    return explanation.model_copy(
        update={
            "clip": explanation.clip.model_copy(update={"name": text, "sha256": text}),
            "subtitle": Subtitle(
                text=text,
                source="file",
                language=text,
                segments=(SubtitleSegment(start=0.5, end=1.5, text=text),),
            ),
            "people": (explanation.people[0].model_copy(update={"id": text}),),
            "cues": (cue,),
            "emotions": (emotion,),
            "timeline": (moment, *explanation.timeline[1:]),
            "conflict": Conflict(score=0.9, readings=(reading,)),
            "explanation": f"{text} [{cue.id}] {text}",
            "curves": tuple(
                one.model_copy(update={"name": text, "unit": text, "person": text})
                for one in explanation.curves[:1]
            ),
            "provenance": Provenance(
                version=text,
                explainer=text,
                assets=(AssetUse(name=text, sha256=text, licence=text),),
                seconds={text: 1.0},
                notes=(text,),
            ),
        }
    )
