"""One clip on its way into the dataset: what every stage reads, and what it adds.

Stages are functions from entry to entry. An entry is immutable and plain data, so that it can
cross processes and machines as JSON, and nothing a stage adds is without its origin.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from emer.explanation import Explanation, Language, Record, Seconds, Unit

Modality = Literal["visual", "auditory", "textual", "emotional"]
Task = Literal["visual", "auditory", "textual", "disambiguate"]

MEASURED = "measured"
"""The annotator that always is there: emer's own measurements."""


class Media(Record):
    """Where a clip is and what it holds.

    Attributes:
        reference: A path, absolute, or a member of a shard ("/data/a.tar@512+1024.mp4").
        sha256: Hash of its bytes.
        size: In bytes.
        seconds: Length; 0 for a still image.
        video_seconds: Length of the picture stream alone, None without one or if unknown.
        audio_seconds: Length of the sound stream alone, None without one or if unknown.
    """

    reference: str
    sha256: str
    size: int = Field(ge=0)
    seconds: Seconds
    still: bool
    has_video: bool
    has_audio: bool
    video_seconds: Seconds | None = None
    audio_seconds: Seconds | None = None


class Prints(Record):
    """What a clip looks and sounds like, so that a copy of it is known again.

    Attributes:
        frames: Perceptual hash of each of a few frames, evenly spaced, 16 hex digits each.
        sound: Audio fingerprint, 8 hex digits a step, one string; empty without sound.
    """

    frames: tuple[str, ...] = ()
    sound: str = ""


class Observation(Record):
    """One thing an annotator says it saw, heard or read."""

    text: str
    start: Seconds | None = None
    end: Seconds | None = None
    confidence: Unit | None = None


class NamedEmotion(Record):
    """An open-vocabulary emotion label in both languages; one may be empty."""

    en: str = ""
    zh: str = ""
    confidence: Unit | None = None


class Reading(Record):
    """Which words support which emotion, given what was seen and heard (EMER, section 3).

    Attributes:
        words: Words of the subtitle, as they stand there.
        emotion: What they support.
        because: Why, in a sentence.
        given: Ids of the measured cues that the reading leans on.
    """

    words: str
    emotion: NamedEmotion
    because: str = ""
    given: tuple[str, ...] = ()


class Answer(Record):
    """What one annotator answered to one task.

    Attributes:
        annotator: Its name in the plan.
        task: What it was asked.
        call: Key of the model call in the store.
        prompt: Name, language and version of the prompt, such as "visual.en@1".
        missing: Why there is no usable answer; None if there is one.
        left_out: How many things of the answer were left out, by reason.
    """

    annotator: str
    task: Task
    call: str
    prompt: str
    observations: tuple[Observation, ...] = ()
    emotions: tuple[NamedEmotion, ...] = ()
    readings: tuple[Reading, ...] = ()
    missing: str | None = None
    left_out: dict[str, int] = Field(default_factory=dict)


class Origin(Record):
    """Who said a statement, and where that can be looked up.

    Attributes:
        annotator: Name in the plan, or "measured".
        text: Their own words.
        call: Key of the model call; None for what was measured.
        prompt: Of the call.
        cue: Id of the measured cue; None for what a model said.
    """

    annotator: str
    text: str
    call: str | None = None
    prompt: str | None = None
    cue: str | None = None


class Statement(Record):
    """One atomic cue of the dataset.

    Attributes:
        id: s1, s2, ... within the entry.
        modality: "emotional" is what was inferred.
        text: In the language of the plan.
        start: Seconds, where known.
        end: Seconds, where known.
        origins: Everybody who said so; at least one.
        status: "measured" where a measurement itself is the statement, else what the measured
            cues say to it.
        cues: Ids of the measured cues that agree with it, or disagree if it is contradicted.
        agreement: Share of the annotators asked about this modality who said so.
        reworded: Name of the filter that changed its words; empty if none did.
    """

    id: str
    modality: Modality
    text: str
    start: Seconds | None = None
    end: Seconds | None = None
    origins: tuple[Origin, ...] = Field(min_length=1)
    status: Literal["measured", "supported", "contradicted", "unchecked"]
    cues: tuple[str, ...] = ()
    agreement: Unit = 1.0
    reworded: str = ""


class Label(Record):
    """An emotion label the entry carries.

    Attributes:
        en: In English.
        zh: In Chinese.
        annotators: Who gave it.
        confidence: Share of the annotators who gave it, or a synonym of it.
    """

    en: str
    zh: str
    annotators: tuple[str, ...] = Field(min_length=1)
    confidence: Unit


class Removal(Record):
    """What a filter took out, and why.

    Attributes:
        filter: Its name.
        what: A statement, or the whole record.
        reason: A plain sentence.
        text: The statement taken out; empty for a record.
        modality: Of the statement; None for a record.
    """

    filter: str
    what: Literal["statement", "record"]
    reason: str
    text: str = ""
    modality: Modality | None = None


class Pair(Record):
    """One instruction with its answer (EmoCue-Instruct).

    Attributes:
        form: "explain", "labels", "visual", "auditory", "judge" or "evidence".
        instruction: What is asked.
        answer: What is to be answered.
        statements: Ids of the statements the answer rests on.
    """

    form: str
    instruction: str
    answer: str
    statements: tuple[str, ...] = ()


class Texts(Record):
    """What is written from the statements that are left.

    Attributes:
        description: "In the video, ... In the audio, ... In the text, ..." and the inference.
        video_caption: Short caption of what is seen, None where nothing is (EmoCue-ShortCaption).
        audio_caption: Short caption of what is heard, likewise.
        pairs: Instruction pairs.
    """

    description: str
    video_caption: str | None = None
    audio_caption: str | None = None
    pairs: tuple[Pair, ...] = ()


class Entry(Record):
    """A clip and everything said about it so far.

    Attributes:
        id: Its own within the build.
        source: Name of the source in the plan.
        licence: Of the source.
        media: The clip.
        subtitle: The words said as the source gives them; empty if it does not.
        labels: What the source says of the clip, such as {"emotion": "sad", "speaker": "07"}.
        group: What has to stay in one split: speaker, video or show.
        prints: From `collect`.
        observed: From `observe`, without curves.
        heard: From `observe`, where the plan has it listen although the source gives the words:
            what was recognised; empty if nothing was understood.
        answers: From `annotate` and `disambiguate`.
        statements: From `merge`; filters take some out.
        emotions: From `merge`: open labels, most agreed first.
        agreement: From `merge`: how far the annotators agree on the emotion, 0..1; None for fewer
            than two.
        removed: By filters, in order. A record is out as soon as one of them says so.
        texts: From `compose`.
    """

    id: str = Field(min_length=1)
    source: str
    licence: str
    media: Media
    subtitle: str = ""
    labels: dict[str, str] = Field(default_factory=dict)
    group: str
    prints: Prints | None = None
    observed: Explanation | None = None
    heard: str | None = None
    answers: tuple[Answer, ...] = ()
    statements: tuple[Statement, ...] = ()
    emotions: tuple[Label, ...] = ()
    agreement: Unit | None = None
    removed: tuple[Removal, ...] = ()
    texts: Texts | None = None

    @property
    def out(self) -> Removal | None:
        """The removal of the whole record, if a filter took it out."""
        return next((each for each in self.removed if each.what == "record"), None)

    @property
    def missing(self) -> tuple[Answer, ...]:
        """Answers that annotators owe."""
        return tuple(each for each in self.answers if each.missing is not None)

    @property
    def language(self) -> Language:
        """Language of its statements: that of the observation."""
        return self.observed.language if self.observed else "en"

    def changed(self, **fields: object) -> Entry:
        """Return the entry with some fields replaced."""
        return self.model_copy(update=fields)
