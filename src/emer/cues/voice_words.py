"""What the cues of the voice and of sound events say, in English and Chinese."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from emer.explanation import Evidence, Language

# {0}, {1}, ... are the values of the evidence in its order. Where a kind has several ways to
# be noticed, the deciding measure picks the sentence.
WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "pitch_high:voice.pitch.level": {
        "en": (
            "The voice rises to {1} Hz, {2} semitones above its own floor.",
            "The pitch keeps {0} semitones above its own floor and reaches {1} Hz.",
        ),
        "zh": (
            "声音升高到 {1} 赫兹，比自身最低音高出 {2} 个半音。",
            "音高保持在自身最低音之上 {0} 个半音，最高达 {1} 赫兹。",
        ),
    },
    "pitch_high": {
        "en": ("The voice is very high, at {0} Hz.", "The pitch lies very high, around {0} Hz."),
        "zh": ("声音很高，约 {0} 赫兹。", "音高很高，在 {0} 赫兹左右。"),
    },
    "pitch_low:voice.pitch.level": {
        "en": (
            "The voice stays low, only {0} semitones above its own floor, at {1} Hz.",
            "The pitch hardly leaves its own floor: {1} Hz, {0} semitones above it.",
        ),
        "zh": (
            "声音压得较低，只比自身最低音高 {0} 个半音，约 {1} 赫兹。",
            "音高几乎贴着自身最低音：{1} 赫兹，仅高出 {0} 个半音。",
        ),
    },
    "pitch_low": {
        "en": ("The voice is very low, at {0} Hz.", "The pitch lies very low, around {0} Hz."),
        "zh": ("声音很低，约 {0} 赫兹。", "音高很低，在 {0} 赫兹左右。"),
    },
    "pitch_varied": {
        "en": (
            "The pitch moves widely, over {0} semitones.",
            "The intonation is lively: the pitch spans {0} semitones.",
        ),
        "zh": ("音高起伏很大，跨越 {0} 个半音。", "语调生动，音高变化达 {0} 个半音。"),
    },
    "pitch_flat": {
        "en": (
            "The intonation is flat: the pitch moves within {0} semitones.",
            "The pitch hardly moves, within {0} semitones.",
        ),
        "zh": ("语调平淡，音高只在 {0} 个半音内变化。", "音高几乎不变，只在 {0} 个半音之内。"),
    },
    "pitch_rising": {
        "en": (
            "The pitch rises by {0} semitones from beginning to end.",
            "Towards the end the voice goes up by {0} semitones.",
        ),
        "zh": ("音高从头到尾上升了 {0} 个半音。", "声音到句末升高了 {0} 个半音。"),
    },
    "pitch_falling": {
        "en": (
            "The pitch falls by {0} semitones from beginning to end.",
            "Towards the end the voice drops by {0} semitones.",
        ),
        "zh": ("音高从头到尾下降了 {0} 个半音。", "声音到句末降低了 {0} 个半音。"),
    },
    "voice_loud": {
        "en": ("The voice is loud and forceful ({0} dBFS).", "It is said loudly, at {0} dBFS."),
        "zh": ("声音响亮有力（{0} dBFS）。", "说话声音很大，达 {0} dBFS。"),
    },
    "voice_loud:voice.loudness.against": {
        "en": (
            "Here the voice is {0} dB louder than in the rest of the clip.",
            "The voice grows louder, {0} dB above the rest.",
        ),
        "zh": ("这里的声音比片段其余部分响 {0} 分贝。", "声音变大，比其余部分高 {0} 分贝。"),
    },
    "voice_quiet": {
        "en": ("The voice is quiet ({0} dBFS).", "It is said quietly, at {0} dBFS."),
        "zh": ("声音很轻（{0} dBFS）。", "说话声音很小，只有 {0} dBFS。"),
    },
    "voice_quiet:voice.loudness.against": {
        "en": (
            "Here the voice is {0} dB quieter than in the rest of the clip.",
            "The voice becomes quieter, {0} dB below the rest.",
        ),
        "zh": ("这里的声音比片段其余部分轻 {0} 分贝。", "声音变小，比其余部分低 {0} 分贝。"),
    },
    "loudness_varied": {
        "en": (
            "The loudness swings over {0} dB.",
            "Words are stressed strongly: the loudness moves over {0} dB.",
        ),
        "zh": ("音量起伏达 {0} 分贝。", "重音很强，音量变化达 {0} 分贝。"),
    },
    "speech_fast": {
        "en": (
            "The speech is fast, {0} syllables a second.",
            "It is said quickly: {0} syllables a second.",
        ),
        "zh": ("语速很快，每秒 {0} 个音节。", "说得很快，每秒 {0} 个音节。"),
    },
    "speech_slow": {
        "en": (
            "The speech is slow, {0} syllables a second.",
            "It is said slowly: {0} syllables a second.",
        ),
        "zh": ("语速缓慢，每秒 {0} 个音节。", "说得很慢，每秒 {0} 个音节。"),
    },
    "pauses_long": {
        "en": (
            "The voice falls silent for {0} s between words.",
            "There is a pause of {0} s in the speech.",
        ),
        "zh": ("话语之间停顿了 {0} 秒。", "说话中有 {0} 秒的停顿。"),
    },
    "hesitant": {
        "en": (
            "The speech is hesitant, with {0} pauses and {1} syllables a second.",
            "It comes haltingly: {0} pauses, {1} syllables a second.",
        ),
        "zh": (
            "说话犹豫，停顿 {0} 次，每秒 {1} 个音节。",
            "话语断断续续：停顿 {0} 次，每秒 {1} 个音节。",
        ),
    },
    "voice_aroused": {
        "en": (
            "Taken together, the voice sounds aroused ({0} on a scale of 0 to 1).",
            "The voice as a whole is agitated, {0} on a scale of 0 to 1.",
        ),
        "zh": (
            "总体而言，声音听起来激动（0 到 1 的唤醒度为 {0}）。",
            "声音整体上显得激昂，0 到 1 的唤醒度为 {0}。",
        ),
    },
    "voice_subdued": {
        "en": (
            "Taken together, the voice sounds subdued ({0} on a scale of 0 to 1).",
            "The voice as a whole has little energy, {0} on a scale of 0 to 1.",
        ),
        "zh": (
            "总体而言，声音听起来低沉平缓（0 到 1 的唤醒度为 {0}）。",
            "声音整体上缺少活力，0 到 1 的唤醒度为 {0}。",
        ),
    },
    "voice_sharp": {
        "en": (
            "The voice sounds sharp and bright (alpha ratio {0} dB).",
            "The sound of the voice is hard and bright, with an alpha ratio of {0} dB.",
        ),
        "zh": (
            "声音尖锐明亮（高低频能量比 {0} 分贝）。",
            "音色硬而亮，高低频能量比为 {0} 分贝。",
        ),
    },
    "voice_soft": {
        "en": (
            "The voice sounds soft and dark (alpha ratio {0} dB).",
            "The sound of the voice is soft and muffled, with an alpha ratio of {0} dB.",
        ),
        "zh": (
            "声音柔和低沉（高低频能量比 {0} 分贝）。",
            "音色柔而暗，高低频能量比为 {0} 分贝。",
        ),
    },
    "voice_breathy": {
        "en": (
            "The voice is breathy: its tone is only {0} dB above its noise.",
            "There is much breath in the voice ({0} dB of tone over noise).",
        ),
        "zh": ("声音带有气声，谐噪比只有 {0} 分贝。", "嗓音中气息很重（谐噪比 {0} 分贝）。"),
    },
    "voice_rough": {
        "en": (
            "The voice is rough: its tone is only {0} dB above its noise.",
            "The voice sounds harsh ({0} dB of tone over noise).",
        ),
        "zh": ("声音粗糙，谐噪比只有 {0} 分贝。", "嗓音沙哑刺耳（谐噪比 {0} 分贝）。"),
    },
    "voice_trembling": {
        "en": (
            "The voice trembles: its pitch wavers by {0} semitones.",
            "The pitch wavers to and fro by {0} semitones.",
        ),
        "zh": ("声音颤抖：音高来回摆动 {0} 个半音。", "音高在 {0} 个半音之间颤动。"),
    },
    "voice_change:voice.pitch.median": {
        "en": (
            "The voice changes: first {0} Hz, then {1} Hz.",
            "The pitch moves from {0} Hz to {1} Hz.",
        ),
        "zh": ("声音发生变化：先是 {0} 赫兹，后是 {1} 赫兹。", "音高从 {0} 赫兹变为 {1} 赫兹。"),
    },
    "voice_change:voice.loudness.level": {
        "en": (
            "The voice changes: first {0} dBFS, then {1} dBFS.",
            "The loudness moves from {0} dBFS to {1} dBFS.",
        ),
        "zh": ("声音发生变化：先是 {0} dBFS，后是 {1} dBFS。", "音量从 {0} dBFS 变为 {1} dBFS。"),
    },
    "voice_change:voice.brightness.level": {
        "en": (
            "The colour of the voice changes: an alpha ratio of {0} dB, then {1} dB.",
            "The alpha ratio of the voice moves from {0} dB to {1} dB.",
        ),
        "zh": (
            "音色发生变化：高低频能量比先是 {0} 分贝，后是 {1} 分贝。",
            "声音的高低频能量比从 {0} 分贝变为 {1} 分贝。",
        ),
    },
    "voice_even": {
        "en": (
            "The voice is even; nothing in it stands out.",
            "The tone of voice is ordinary and even.",
        ),
        "zh": ("声音平稳，没有突出之处。", "语气平常而平稳。"),
    },
    "voice_absent": {
        "en": ("No speech is heard.", "Nobody is heard speaking."),
        "zh": ("听不到说话声。", "没有人说话。"),
    },
    "speech_not_understood": {
        "en": (
            "Speech is heard for {0} s that was not understood.",
            "For {0} s there is speech without clear words.",
        ),
        "zh": ("有 {0} 秒说话声未能听懂。", "有 {0} 秒话语不清，未能识别。"),
    },
}


def say(kind: str, pieces: Sequence[Evidence], language: Language) -> str:
    """Say a cue.

    Args:
        kind: Kind of the cue.
        pieces: Its evidence; the first piece picks the sentence, all fill it in.
        language: "en" or "zh".

    Returns:
        One sentence; the same evidence always gives the same one.

    Raises:
        KeyError: No words for the kind.
    """
    table = WORDS.get(f"{kind}:{pieces[0].measure}") or WORDS[kind]
    variants = table[language]
    picked = zlib.crc32(f"{kind} {pieces[0].start} {pieces[0].value}".encode()) % len(variants)
    return variants[picked].format(*(Shown(abs_of(kind, piece), piece.unit) for piece in pieces))


def abs_of(kind: str, piece: Evidence) -> float:
    """The value without its sign where the sentence already says 'falls' or 'quieter'."""
    bare = kind == "pitch_falling" or piece.measure == "voice.loudness.against"
    return abs(piece.value) if bare else piece.value


class Shown(float):
    """A number that prints as a listener would say it."""

    def __new__(cls, value: float, unit: str) -> Shown:
        """Keep the unit, which decides how many digits are shown."""
        shown = super().__new__(cls, value)
        shown.unit = unit
        return shown

    unit: str

    def __format__(self, spec: str) -> str:
        digits = 0 if self.unit in ("Hz", "dBFS", "dB", "pauses") else 1
        return f"{float(self):.{digits}f}".replace("-", "\N{MINUS SIGN}")
