"""Statements that guess who somebody is, speak to a program, or carry markup."""

from __future__ import annotations

import re

from emer.cues.addressed import speaks_to_a_program
from emer.dataset.entry import Entry, Origin, Statement
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
# Of "The speaker, named ..., frowns".
_LEFT_OVER = re.compile(r",\s*(?=,)")


class Unsafe(StatementFilter[NoOptions]):
    """Drops statements that must not be published, and rewords those that can be.

    A statement is dropped if it carries markup or speaks to a program. One that guesses gender,
    age, ethnicity or identity, or names somebody, is reworded ("a young woman smiles" to "a person
    smiles") if that leaves none of it, and else dropped. What stands in quotation marks was said
    in the clip and is left as it is, but for markup. English and Chinese.

    Weakness: word lists. A Chinese name, an English one of a single word, and guesses put into
    words that are not listed stay.

    Source: ours; the words are those that emer checks its own writers for.
    """

    name = "unsafe"

    def judge(self, statement: Statement, entry: Entry) -> Statement | str:
        """Return the statement without guesses of who somebody is, or why it goes."""
        if _MARKUP.search(statement.text):
            return "It carries markup."
        masked = mask(statement.text)
        if speaks_to_a_program(masked.text):
            return "It speaks to a program."
        safe = _safe(statement.text, entry.language)
        if safe is None:
            return "It guesses gender, age, ethnicity or identity, or names somebody."
        if safe == _plain(statement.text):
            return statement
        origins = tuple(_origin(each, entry.language) for each in statement.origins)
        return statement.model_copy(
            update={"text": safe, "origins": origins, "reworded": self.name}
        )


def _plain(text: str) -> str:
    masked = mask(text)
    return masked.restored(" ".join(masked.text.split()))


def _safe(text: str, otherwise: Language) -> str | None:
    masked = mask(text)
    spoken = language_of(masked.text) if any(c.isalpha() for c in masked.text) else otherwise
    # Blanks are made single first, so that a statement with double ones does not count as reworded.
    plain = " ".join(masked.text.split())
    told = neutral(plain, spoken)
    if told is not None and told != plain:
        told = _LEFT_OVER.sub("", told)
    return None if told is None else masked.restored(told)


def _origin(origin: Origin, language: Language) -> Origin:
    """The annotator's own words guess as well; what cannot be reworded is left to its call."""
    return origin.model_copy(update={"text": _safe(origin.text, language) or ""})
