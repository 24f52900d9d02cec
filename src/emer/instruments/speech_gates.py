"""What a speech recogniser writes though nobody said it, and how that is kept out.

Whisper was trained on subtitles from the web and falls back to their set phrases when it
hears music, noise or next to nothing (Koenecke et al. 2024, "Careless Whisper", FAccT).
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from emer.instruments.whisper import Piece

# Whisper's own gates (Radford et al. 2023, section 4.5), the first one stricter: of what the
# base model writes with a mean token probability below 0.45, nearly all is wrong.
_LOG_PROBABILITY = -0.8
_COMPRESSION = 2.4
_NO_SPEECH = 0.6
_SURE = -0.5  # words this probable stand although the network doubts that anyone speaks
# More letters (or Chinese characters) per second of speech than anybody says.
_LETTERS_PER_SECOND = 30.0
_CHARACTERS_PER_SECOND = 14.0

# Credits and calls to subscribe are never part of a scene.
_NEVER_SAID = re.compile(
    r"字幕\s*(by|由|製作|制作|提供|志愿者|組|组)|请不吝点赞|請不吝點讚|点赞.*订阅|訂閱.*轉發|"
    r"明镜与点点|明鏡與點點|中文字幕志愿者|amara\.org|subtitles? by|subtitled by|"
    r"transcri(bed|ption) by|please subscribe|like and subscribe|以下是普通话的句子",
    re.IGNORECASE,
)
# People do say these; they are doubted only where there is hardly any speech.
_OFTEN_INVENTED = re.compile(
    r"^\W*(thank(s| you)( so much| very much)?( for watching)?|you|bye(-| )?bye|"
    r"谢谢(大家|观看|收看|你的观看)?|謝謝(大家|觀看|收看)?|感谢观看|下次再见|"
    r"ご視聴ありがとうございました|시청해주셔서 감사합니다)\W*$",
    re.IGNORECASE,
)
_THIN_SPEECH = 0.5


def doubt(piece: Piece, speech: float) -> str | None:
    """Say why a piece of text should not be believed.

    Args:
        piece: What the recogniser wrote.
        speech: Seconds of detected speech within the piece.

    Returns:
        The reason in plain words, or None if it may stand.
    """
    text = piece.text.strip()
    if not re.search(r"\w", text):
        return "no words"
    if speech <= 0:
        return "no speech was detected there"
    if _NEVER_SAID.search(text):
        return "a set phrase of web subtitles"
    if speech < _THIN_SPEECH and _OFTEN_INVENTED.match(text):
        return "a phrase often invented where there is hardly any speech"
    if piece.compression > _COMPRESSION or repeats(text):
        return "it repeats itself"
    if piece.log_probability < _LOG_PROBABILITY:
        return "the recogniser was not sure of its words"
    if piece.no_speech > _NO_SPEECH and piece.log_probability < _SURE:
        return "the recogniser doubted that anyone speaks"
    if _seconds_needed(text) > speech + 0.3:
        return "more words than fit the speech"
    return None


def _seconds_needed(text: str) -> float:
    characters = len(re.findall(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]", text))
    letters = len(re.findall(r"\w", text)) - characters
    return characters / _CHARACTERS_PER_SECOND + letters / _LETTERS_PER_SECOND


def repeats(text: str) -> bool:
    """Whether one word, character or pair fills a text of eight or more units."""
    units = re.findall(r"[\u3040-\u30ff\u3400-\u9fff]|\w+", text.lower())
    if len(units) < 8:
        return False
    pairs = Counter(pairwise(units))
    return max(Counter(units).values()) > 0.6 * len(units) or max(pairs.values()) > 0.4 * len(units)
