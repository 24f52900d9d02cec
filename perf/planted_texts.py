"""Descriptions that say the same as another one in other words, for the filter `duplicates`.

The good ones are human descriptions of different clips, where the folder beside the clips has
them, and made-up ones of `cue_corpus.py`.
"""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from cue_corpus import corpus
from planted import Outcome

from emer.dataset.entry import Entry, Media, Origin, Statement
from emer.dataset.filters.duplicates import Duplicates, Options

Statements = list[str]
Change = Callable[[Statements, random.Random], Statements]

_MADE_UP = 200
_CLAUSE = re.compile(r"(?<=[.,;])\s+")
_SYNONYMS = MappingProxyType(
    {
        "happy": "joyful", "angry": "furious", "sad": "sorrowful", "worried": "anxious",
        "slightly": "a bit", "very": "really", "loud": "strong", "quiet": "soft",
        "furrowed": "knitted", "eyebrows": "brows", "smile": "grin", "smiles": "grins",
        "appeared": "seemed", "appears": "seems", "expressed": "showed", "speaks": "talks",
        "inferred": "concluded", "Therefore": "Hence", "mouth": "lips", "tone": "voice",
        "looks": "glances", "frowns": "knits the brows", "calm": "composed", "low": "faint",
        "nods": "gives a nod", "slowly": "without haste", "briefly": "for a short while",
    }
)  # fmt: skip


def outcomes(folder: Path, count: int) -> Iterator[Outcome]:
    """Plant `count` repetitions of each kind."""
    human, made_up = _human(folder), _made_up()
    if human:
        yield _lost("human descriptions", human)
    yield _lost("made-up descriptions", made_up)
    good = [*human, *made_up]
    for name, change in CHANGES.items():
        yield _planted(name, good, change, count)


def _lost(name: str, good: list[Statements]) -> Outcome:
    gone = _gone([_entry(f"good {n:04}", each) for n, each in enumerate(good)])
    return Outcome(f"{name} of different clips", 0, 0, len(good), len(gone))


def _planted(name: str, good: list[Statements], change: Change, count: int) -> Outcome:
    draw = random.Random(0)
    entries = [_entry(f"good {n:04}", each) for n, each in enumerate(good)]
    before = _gone(entries)
    chosen = [draw.choice(good) for _ in range(count)]
    # A repetition has as many statements or fewer, so the original stays.
    copies = [_entry(f"planted {n:04}", change(each, draw)) for n, each in enumerate(chosen)]
    gone = _gone([*entries, *copies])
    lost = sum(id.startswith("good") and id not in before for id in gone)
    caught = sum(id.startswith("planted") for id in gone)
    return Outcome(f"repeated text, {name}", count, caught, len(good), lost)


def _gone(entries: list[Entry]) -> set[str]:
    return {id for id, _ in Duplicates(Options()).select(lambda: iter(entries))}


def _same(statements: Statements, draw: random.Random) -> Statements:
    return list(statements)


def _shuffled(statements: Statements, draw: random.Random) -> Statements:
    return draw.sample(statements, len(statements))


def _reworded(statements: Statements, draw: random.Random) -> Statements:
    return [_swapped(each, _SYNONYMS) for each in statements]


def _shortened(statements: Statements, draw: random.Random) -> Statements:
    left = list(statements)
    for _ in range(max(1, len(left) // 5)):
        if len(left) > 1:
            left.pop(draw.randrange(len(left)))
    return left


def _all(statements: Statements, draw: random.Random) -> Statements:
    return _shortened(_shuffled(_reworded(statements, draw), draw), draw)


CHANGES: Mapping[str, Change] = MappingProxyType(
    {
        "word for word": _same,
        "other order": _shuffled,
        "synonyms": _reworded,
        "a fifth left out": _shortened,
        "all three": _all,
    }
)


def _swapped(text: str, words: Mapping[str, str]) -> str:
    return re.sub(r"\b(?:" + "|".join(words) + r")\b", lambda hit: words[hit.group()], text)


def _human(folder: Path) -> list[Statements]:
    path = folder / "emer_v1" / "emer_v1_en.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return [_CLAUSE.split(row["reasons"].strip()) for row in csv.DictReader(lines)]


def _made_up() -> list[Statements]:
    references, _ = corpus(_MADE_UP)
    return [[text for texts in clip.values() for text in texts] for clip in references.values()]


def _entry(id: str, statements: Statements) -> Entry:
    media = Media(
        reference=id, sha256="", size=0, seconds=1, still=False, has_video=True, has_audio=True
    )
    told = tuple(
        Statement(
            id=f"s{number}",
            modality="visual",
            text=text,
            origins=(Origin(annotator="planted", text=text),),
            status="unchecked",
        )
        for number, text in enumerate(statements, start=1)
    )
    return Entry(id=id, source="planted", licence="", media=media, group=id, statements=told)
