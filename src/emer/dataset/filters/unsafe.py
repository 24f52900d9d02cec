"""Statements that guess who somebody is, speak to a program, or carry markup."""

from __future__ import annotations

import re

from emer.cues.addressed import speaks_to_a_program
from emer.dataset.entry import Entry, Label, Origin, Removal, Statement
from emer.dataset.filters.base import NoOptions, StatementFilter
from emer.explainers.neutral import neutral
from emer.explanation import Language
from emer.extraction.quotes import mask
from emer.extraction.sentences import language_of

# Tags, chat templates, code fences, links and escape sequences; brackets alone are none.
_MARKUP = re.compile(
    r"</?[A-Za-z!|][^<>\n]{0,200}>|\[/?(?:INST|SYS)\]|```|\x1b|!?\[[^\]\n]{0,200}\]\([^)\n]{0,200}\)"
    r"|https?://|javascript:",
    re.IGNORECASE,
)
# Beyond the words of `neutral`: ages in numbers, what is private, and names after "called".
_TENS = "twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties"
_SURNAMES = "李王张刘陈杨赵黄周吴徐孙胡朱林何郭罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GUESS = re.compile(
    rf"\b\d{{1,3}}[\s-]?(?:years?|yrs?)[\s-]old\b|\baged? \d|\b(?:early|mid|late)[\s-](?:{_TENS})\b"
    rf"|\bin (?:his|her|their|the) (?:{_TENS})\b|\bteens\b"
    r"|\b(?:gay|lesbian|bisexual|homosexual|heterosexual|transgender|queer|pregnant|disabled|autistic)\b"
    r"|[\d一二三四五六七八九十两几]+多?岁|岁[数左上]|同性恋|双性恋|跨性别|孕妇|怀孕|残疾|自闭症"
    rf"|名叫|名为|名字[叫是]|叫做?[{_SURNAMES}][\u4e00-\u9fff]",
    re.IGNORECASE,
)
# A model that speaks of itself instead of the clip.
_ITSELF = re.compile(
    r"\bas an? (?:AI|artificial intelligence|(?:large )?language model)\b"
    r"|\bI(?:'m| am) (?:sorry|unable|not able|an AI)\b|\bI (?:cannot|can't|can not)\b"
    r"|作为(?:一[个名])?(?:AI|人工智能|语言模型|大模型)|我(?:无法|不能)(?:识别|判断|确定|提供|看到|听到)|很?抱歉，我",
    re.IGNORECASE,
)
# Of "The speaker, named ..., frowns" and "a doctor named ...".
_LEFT_OVER = re.compile(r",\s*(?=,)|\s+(?=[.,;])")


class Unsafe(StatementFilter[NoOptions]):
    """Drops statements that must not be published, and rewords those that can be.

    A statement is dropped if it carries markup, speaks to a program, or a model speaks of itself in
    it ("as an AI, I cannot ..."). One that guesses gender, age, ethnicity or identity, or names
    somebody, is reworded ("a young woman smiles" to "a person smiles") if that leaves none of it,
    and else dropped. What stands in quotation marks was said in the clip and is left as it is, but
    for markup. A label is dropped where a statement with its words would be. English and Chinese.

    Weakness: word lists. Most Chinese names, English ones of a single word or at the beginning of
    a statement, and guesses put into words that are not listed stay.

    Source: ours; the words are those that emer checks its own writers for.
    """

    name = "unsafe"

    def __call__(self, entry: Entry) -> Entry:
        """Return the entry with the statements and labels that pass."""
        if entry.out:
            return entry
        judged = super().__call__(entry)
        gone = [label for label in judged.emotions if _guesses(label)]
        removed = [
            Removal(
                filter=self.name,
                what="statement",
                reason="The label guesses who somebody is, or is none.",
                text=label.en or label.zh,
                modality="emotional",
            )
            for label in gone
        ]
        kept = tuple(label for label in judged.emotions if label not in gone)
        return judged.changed(emotions=kept, removed=(*judged.removed, *removed))

    def judge(self, statement: Statement, entry: Entry) -> Statement | str:
        """Return the statement without guesses of who somebody is, or why it goes."""
        if _MARKUP.search(statement.text):
            return "It carries markup."
        masked = mask(statement.text)
        if speaks_to_a_program(masked.text):
            return "It speaks to a program."
        if _ITSELF.search(masked.text):
            return "A model speaks of itself in it."
        safe = _safe(statement.text, entry.language)
        if safe is None:
            return "It guesses gender, age, ethnicity or identity, or names somebody."
        if safe == _plain(statement.text):
            return statement
        origins = tuple(_origin(each, entry.language) for each in statement.origins)
        return statement.model_copy(
            update={"text": safe, "origins": origins, "reworded": self.name}
        )


def _guesses(label: Label) -> bool:
    return any(
        _MARKUP.search(text) or speaks_to_a_program(text) or _safe(text, language) != _plain(text)
        for text, language in _names(label)
    )


def _names(label: Label) -> list[tuple[str, Language]]:
    both: tuple[tuple[str, Language], ...] = ((label.en, "en"), (label.zh, "zh"))
    return [(text, language) for text, language in both if text]


def _plain(text: str) -> str:
    masked = mask(text)
    return masked.restored(" ".join(masked.text.split()))


def _safe(text: str, otherwise: Language) -> str | None:
    masked = mask(text)
    spoken = language_of(masked.text) if any(c.isalpha() for c in masked.text) else otherwise
    # Blanks are made single first, so that a statement with double ones does not count as reworded.
    plain = " ".join(masked.text.split())
    told = None if _GUESS.search(plain) else neutral(plain, spoken)
    if told is not None and told != plain:
        told = _LEFT_OVER.sub("", told)
    return None if told is None else masked.restored(told)


def _origin(origin: Origin, language: Language) -> Origin:
    """The annotator's own words guess as well; what cannot be reworded is left to its call."""
    return origin.model_copy(update={"text": _safe(origin.text, language) or ""})
