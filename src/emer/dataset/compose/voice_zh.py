"""What is heard, as short Chinese clauses without numbers, by kind of cue.

`emer.training.captions` has the same in English. Kinds that are not here read well as observed.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CLAUSES: Mapping[str, str] = MappingProxyType(
    {
        "voice_loud": "说话声音响亮",
        "voice_quiet": "说话声音很轻",
        "pitch_high": "音调较高",
        "pitch_low": "音调较低",
        "pitch_varied": "语调生动多变",
        "pitch_flat": "语调平淡",
        "speech_fast": "语速很快",
        "speech_slow": "语速缓慢",
        "voice_sharp": "声音尖锐明亮",
        "voice_soft": "声音柔和低沉",
        "pitch_rising": "音调逐渐升高",
        "pitch_falling": "音调逐渐降低",
        "loudness_varied": "音量起伏很大",
        "pauses_long": "话语间有较长的停顿",
        "hesitant": "说话犹豫",
        "voice_trembling": "声音颤抖",
        "voice_breathy": "声音带有气声",
        "voice_rough": "声音粗糙",
        "voice_aroused": "声音激昂",
        "voice_subdued": "声音低沉、缺少活力",
        "voice_even": "声音平稳",
        "voice_change": "声音前后有变化",
        "voice_absent": "听不到说话声",
    }
)
