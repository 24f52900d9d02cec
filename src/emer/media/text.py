"""Bytes to text, and which language a text is in, by what can be told honestly."""

from __future__ import annotations

import codecs
import math
import unicodedata

# The most frequent characters of running text; enough to tell right from wrong decoding.
_SIMPLIFIED = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所"
    "然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日者意无力它与长把"
    "机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应向头文体美相见被利什二等或新己身果加"
    "话合回信老给世位次门先儿声真走吗吧呢啊哦谢请对起哪谁怎让爱怕哭笑气别再早晚太快慢吃喝死妈爸哥姐弟妹"
)
_TRADITIONAL = frozenset(
    "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所"
    "然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實日者意無力它與長把"
    "機十民第公此已工使情明性知全三又關點正業外將兩高間由問很最重並物手應向頭文體美相見被利什二等或新己身果加"
    "話合回信老給世位次門先兒聲真走嗎吧呢啊哦謝請對起哪誰怎讓愛怕哭笑氣別再早晚太快慢吃喝死媽爸哥姐弟妹"
)
_KANA = frozenset(chr(code) for code in range(0x3041, 0x30FF))
_HANGUL = frozenset(
    "이다는을를가에의도고하지은한로기어나사아그리자서대니인해시요면게들만안네있없저내너우"
)
_WESTERN = frozenset("àâäáãåæçéèêëíìîïñóòôöõøœùúûüýÿßÀÂÄÁÉÈÊÍÓÖÔÚÜÇÑŒ¿¡«»‘’“”–—…°€")
_PUNCTUATION = frozenset("，。！？、：；…—“”‘’（）《》「」『』～・　〜")
_CANDIDATES = (
    ("gb18030", _SIMPLIFIED),
    ("big5", _TRADITIONAL),
    ("cp932", _KANA),
    ("cp949", _HANGUL),
    ("cp1252", _WESTERN),
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PLAUSIBLE = 0.3
_MAX_CONTROL = 0.01
_SAMPLE = 100_000
# Words that are frequent in English and rare in other languages of the Latin script.
# fmt: off
_ENGLISH = frozenset([
    "the", "and", "of", "to", "is", "are", "you", "your", "we", "they", "he", "she", "it's", "i",
    "i'm", "i'll", "i've", "don't", "can't", "won't", "isn't", "that", "that's", "this", "what",
    "what's", "why", "how", "who", "where", "when", "with", "have", "has", "had", "were", "been",
    "not", "do", "does", "did", "would", "could", "should", "will", "just", "know", "think",
    "want", "need", "like", "get", "got", "out", "about", "from", "there", "there's", "here",
    "my", "it", "for", "but", "okay", "yes", "yeah", "hello", "hey", "thanks", "thank", "please",
    "sorry", "stop",
])
# fmt: on


def decoded(data: bytes) -> str | None:
    """Return the text of a file, or None if it is not text or its encoding cannot be told.

    A byte order mark decides; else UTF-8 where it fits; else the encoding under which the
    characters are frequent ones of its language, if no other comes close.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strict(data, encoding)
    if b"\0" in data:
        return _without_bom(data)
    text = _strict(data, "utf-8")
    return _most_plausible(data) if text is None else text


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return text if _is_text(text) else None


def _is_text(text: str) -> bool:
    text = text[:_SAMPLE]
    control = sum(unicodedata.category(c) in ("Cc", "Cn", "Co") for c in text)
    control -= sum(text.count(c) for c in "\t\r\n\f")
    return control <= _MAX_CONTROL * len(text)


def _without_bom(data: bytes) -> str | None:
    """Decode UTF-16 whose ASCII characters show the order of its bytes."""
    high, low = data[0::2].count(0), data[1::2].count(0)
    if not max(high, low) > 4 * min(high, low):
        return None
    return _strict(data, "utf-16-le" if low > high else "utf-16-be")


def _most_plausible(data: bytes) -> str | None:
    readings = []
    for encoding, frequent in _CANDIDATES:
        text = _strict(data, encoding)
        if text is not None:
            readings.append((*_plausibility(text[:_SAMPLE], frequent), text))
    readings.sort(key=lambda reading: reading[0], reverse=True)
    if not readings or readings[0][0] < _PLAUSIBLE:
        return None
    # The fewer characters there are, the more of them must speak for the best reading.
    margin = 1 / math.sqrt(readings[0][1])
    if len(readings) > 1 and readings[0][0] - readings[1][0] < margin:
        return None
    return readings[0][2]


def _plausibility(text: str, frequent: frozenset[str]) -> tuple[float, int]:
    """Return the share of frequent characters among those that are not ASCII, and their number."""
    foreign = [c for c in text if not c.isascii() and c not in _PUNCTUATION - frequent]
    if not foreign:
        return 0.0, 1
    letters = sum(c.isascii() and c.isalpha() for c in text)
    if frequent is _WESTERN and len(foreign) > letters / 2:
        return 0.0, len(foreign)
    return sum(c in frequent for c in foreign) / len(foreign), len(foreign)


def cleaned(text: str) -> str:
    """Return text on one line, without control, formatting and unassigned characters."""
    kept = (
        c
        if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Cn", "Co") or c in "\u200c\u200d"
        else " "
        if c in "\t\r\n\f\v"
        else ""
        for c in text
    )
    return " ".join("".join(kept).split())


def language_of(text: str) -> str | None:
    """Return "zh", "ja", "ko" or "en", or None where the script does not tell.

    Chinese, Japanese and Korean are told by script; English by the Latin script together with
    one of its own frequent words.
    """
    han = sum("\u4e00" <= c <= "\u9fff" or "\u3400" <= c <= "\u4dbf" for c in text)
    kana = sum(c in _KANA for c in text)
    hangul = sum("\uac00" <= c <= "\ud7a3" for c in text)
    letters = sum(c.isalpha() for c in text)
    if not letters:
        return None
    if hangul > letters / 2:
        return "ko"
    if han + kana > letters / 2:
        return "ja" if kana > 0.1 * (han + kana) else "zh"
    latin = sum(c.isascii() and c.isalpha() for c in text)
    words = {word.strip('.,!?;:"()[]-') for word in text.lower().replace("’", "'").split()}
    return "en" if latin >= 0.95 * letters and words & _ENGLISH else None
