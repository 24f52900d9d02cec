"""Take guesses of gender, age, origin and identity out of a sentence.

"A young woman lowers her head" becomes "A person lowers the person's head". What cannot be made
neutral so is refused; the words are those that the language-model writer is checked for.
"""

from __future__ import annotations

import re

from emer.explainers.vocabulary import found
from emer.explanation import Language

_PRONOUNS = {
    "he": "the person", "she": "the person", "him": "the person", "his": "the person's",
    "hers": "the person's", "himself": "themself", "herself": "themself",
}  # fmt: skip
_ONE = (
    r"man|woman|male|female|boy|girl|guy|lady|gentleman|mother|father|mom|dad|son|daughter|brother"
    r"|sister|husband|wife|boyfriend|girlfriend|teenager|teen|adult|child|kid|baby|youth|actor"
    r"|actress|celebrity"
)
_MANY = (
    r"men|women|males|females|boys|girls|guys|ladies|gentlemen|mothers|fathers|sons|daughters"
    r"|brothers|sisters|teenagers|adults|children|kids|babies|actors|actresses"
)
_TRAITS = (
    r"young|younger|old|older|elderly|aged|middle-aged|teenage|asian|chinese|european|african"
    r"|american|caucasian|indian|japanese|korean|arab|latino|hispanic|black|white|male|female"
    r"|muslim|christian|jewish|adult"
)
_NOUN = re.compile(
    rf"\b(?:(?:{_TRAITS})[\s,-]+(?:and\s+)?)*(?:(?P<many>{_MANY})|(?P<one>{_ONE}))\b", re.IGNORECASE
)
_TRAIT = re.compile(
    rf"\b(?:(?:{_TRAITS})[\s,-]+)+(?=(?:person|people|individual|speaker|character|protagonist"
    r"|student|teacher|doctor|nurse|worker)s?\b)",
    re.IGNORECASE,
)
_PRONOUN = re.compile(rf"\b(?:{'|'.join(_PRONOUNS)})\b", re.IGNORECASE)
# "her" is possessive before a word that can be owned, else an object.
_HER = re.compile(
    r"\bher\b(?P<owned>(?=\s+(?!(?:to|and|or|with|in|on|at|as|is|was|for|from|by|but|while|when"
    r"|that|who|because|if|the|a|an)\b)[A-Za-z]))?",
    re.IGNORECASE,
)
_AN = re.compile(r"\b(a)n(?=\s+person\b)", re.IGNORECASE)
# A colour of things, not of people: "a white shirt", "black hair".
_COLOUR = re.compile(
    r"\b(?:black|white)(?=[\s-]+(?:and[\s-]+\w+[\s-]+)?(?:shirt|t-shirt|coat|jacket|suit|dress"
    r"|clothes|clothing|sweater|hat|cap|glasses|top|hoodie|blouse|hair|background|wall|car|screen"
    r"|uniform|vest|tie|scarf|robe|outfit|door|curtain)s?\b)",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\b(?:named|called|known as)\s+[A-Z]\w+(?:\s+[A-Z]\w+)*")
# Two words with capitals inside a sentence are mostly a name.
_NAME = re.compile(
    r"(?<=[a-z,] )(?!(?:Video|Audio|Text|Visual|Auditory|Subtitle|Clip|Facial|Vocal|Overall)\b)"
    r"[A-Z][a-z]+(?:\s+[A-Z][a-z]+)+\b"
)

_ZH_TRAITS = r"(?:年轻|年老|年长|老年|中年|青年|成年|年迈|亚洲|欧洲|非洲|中国|白人|黑人|美国)"
_ZH_NOUN = re.compile(
    rf"(?:{_ZH_TRAITS}的?)*(?:男主角|女主角|男性|女性|男子|女子|男人|女人|男士|女士|男生|女生|男孩"
    r"|女孩|小伙子|姑娘|老人|少年|孩子|小孩|儿童|先生|小姐|太太|丈夫|妻子|母亲|父亲|妈妈|爸爸|哥哥"
    r"|姐姐|弟弟|妹妹|儿子|女儿|演员|明星|青年|中年人|年轻人|成年人)"
)
_ZH_COUNTED = re.compile(r"(?<=[一两几])[名位](?=人)")
_ZH_THEIRS, _ZH_THEY = re.compile(r"[他她]的"), re.compile(r"[他她]们")
_ZH_ONE = re.compile(r"(?<!其)[他她]")


def neutral(sentence: str, language: Language) -> str | None:
    """Return a sentence without guesses of who somebody is, None if they cannot be taken out.

    Args:
        sentence: Of a model, in English or Chinese.
        language: Of the sentence.

    >>> neutral("A young woman lowers her head", "en")
    'A person lowers the person\\'s head'
    >>> neutral("一位年轻女子低下了她的头", "zh")
    '一个人低下了其头'
    """
    changed = _chinese(sentence) if language == "zh" else _english(sentence)
    other: Language = "en" if language == "zh" else "zh"
    left = found(_COLOUR.sub("", changed), "identity", language) | found(changed, "identity", other)
    return None if left else changed


def _english(text: str) -> str:
    text = _NOUN.sub(_noun, text)
    text = _NAME.sub("the person", _NAMED.sub("", _TRAIT.sub("", text)))
    text = _HER.sub(
        lambda hit: _like(hit.group(), "the person" + ("'s" if hit["owned"] is not None else "")),
        text,
    )
    text = _PRONOUN.sub(lambda hit: _like(hit.group(), _PRONOUNS[hit.group().lower()]), text)
    return " ".join(_AN.sub(r"\1", text).split())


def _noun(hit: re.Match[str]) -> str:
    word = "people" if hit["many"] else "person"
    return word if hit.start() else word.capitalize()


def _like(before: str, after: str) -> str:
    return after[0].upper() + after[1:] if before[0].isupper() else after


def _chinese(text: str) -> str:
    text = _ZH_COUNTED.sub("个", _ZH_NOUN.sub("人", text))
    return _ZH_ONE.sub("此人", _ZH_THEY.sub("这些人", _ZH_THEIRS.sub("其", text)))
