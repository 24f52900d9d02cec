from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from dataset.builders import entry, explanation, statement
from emer.dataset.entry import Entry
from emer.dataset.filters import duplicates, without
from emer.dataset.filters.base import Entries, SetFilter, record
from emer.dataset.filters.duplicates import Duplicates, meanings
from emer.dataset.filters.length_outliers import LengthOutliers
from emer.dataset.filters.length_outliers import Options as OutlierOptions
from emer.dataset.filters.rows import RowFile, alike, cosine, small
from emer.encoders.base import Vectors
from emer.explanation import Language


class Drawn:
    """An encoder whose vectors are drawn; texts that begin alike are close to each other."""

    name, model_hash, languages, dimension = "drawn", "0", "en", 48

    def encode(self, texts: Sequence[str], progress: object = None) -> Vectors:
        rows = [self._vector(text) for text in texts]
        return np.stack(rows).astype(np.float32)

    def _vector(self, text: str) -> np.ndarray:
        topic, _, rest = text.partition("+")
        vector = np.random.default_rng(sum(map(ord, topic))).normal(size=48)
        if rest:
            vector = vector + 0.1 * np.random.default_rng(sum(map(ord, rest))).normal(size=48)
        return vector / np.linalg.norm(vector)


def of(entries: Sequence[Entry]) -> Entries:
    return lambda: iter(entries)


def said(id: str, *texts: str, seconds: float = 2.0) -> Entry:
    media = entry().media.model_copy(update={"seconds": seconds})
    statements = tuple(statement(f"s{n}", text) for n, text in enumerate(texts, start=1))
    return entry(id, statements=statements, media=media)


def gone(chosen: SetFilter, entries: Sequence[Entry]) -> dict[str, str]:  # type: ignore[type-arg]
    found = list(chosen.select(of(entries)))
    assert all(each.what == "record" and each.filter == chosen.name for _, each in found)
    assert len({id for id, _ in found}) == len(found)
    return {id: removal.reason for id, removal in found}


def duplicate_filter(same: float = 0.95) -> Duplicates:
    return Duplicates(duplicates.Options(same=same), Drawn())


def reference(entries: Sequence[Entry], same: float) -> set[str]:
    """The greedy rule, pair by pair in float64."""
    order = sorted(entries, key=lambda each: (-len(each.statements), each.id))
    stayed: list[np.ndarray] = []
    out = set()
    for each in order:
        texts = sorted({one.text for one in each.statements})
        vector = Drawn().encode(texts).astype(np.float64).mean(axis=0)
        vector /= np.linalg.norm(vector)
        if any(vector @ other >= same for other in stayed):
            out.add(each.id)
        else:
            stayed.append(vector)
    return out


@pytest.fixture
def crowd() -> list[Entry]:
    draw = random.Random(1)
    return [
        said(f"e{n:03}", *(f"{draw.choice('abcdefgh')}+{draw.randrange(4)}" for _ in range(size)))
        for n in range(150)
        for size in (draw.randrange(1, 4),)
    ]


@pytest.mark.parametrize("block", [7, 64, 2048])
def test_duplicates_are_those_of_the_rule_whatever_the_blocks(
    crowd: list[Entry], block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duplicates, "BLOCK", block)
    monkeypatch.setattr(duplicates, "_ENCODED", 11)
    expected = reference(crowd, 0.93)
    assert 20 < len(expected) < 140
    assert set(gone(duplicate_filter(0.93), crowd)) == expected


def test_duplicates_do_not_depend_on_the_order(crowd: list[Entry]) -> None:
    found = gone(duplicate_filter(), crowd)
    shuffled = random.Random(2).sample(crowd, len(crowd))
    assert gone(duplicate_filter(), shuffled) == found


def test_the_entry_that_says_more_stays_and_ids_decide_between_equals() -> None:
    entries = [said("a", "x"), said("b", "x", "x"), said("d", "y"), said("c", "y")]
    found = gone(duplicate_filter(), entries)
    assert found == {
        "a": "It says the same as b (cosine 1.000).",
        "d": "It says the same as c (cosine 1.000).",
    }


def test_entries_that_are_out_or_say_nothing_are_not_compared() -> None:
    out = without(said("a", "x"), record("length", "It is long."))
    assert gone(duplicate_filter(), [out, said("b", "x"), said("c"), said("d")]) == {}
    assert gone(duplicate_filter(), []) == {}


def test_exact_cosine_one_is_reached_by_equal_texts() -> None:
    assert set(gone(duplicate_filter(1.0), [said("a", "x"), said("b", "x")])) == {"b"}


def test_meanings_do_not_depend_on_the_order_of_statements() -> None:
    one, other = meanings([["a", "b"], ["b", "a"]], Drawn())
    assert np.allclose(one, other, atol=1e-7)


@pytest.mark.parametrize(
    ("asset", "language", "texts"),
    [
        (
            "minilm",
            "en",
            [
                ["The person smiles.", "The voice is loud.", "The person nods."],
                ["The person smiles.", "The voice is loud and clear.", "The person nods."],
                ["The person smiles.", "The voice trembles.", "Tears run down the face."],
            ],
        ),
        (
            "e5-small",
            "zh",
            [
                ["此人面带微笑。", "声音洪亮。", "此人点头。"],
                ["此人面带微笑。", "声音很洪亮。", "此人点头。"],
                ["此人面带微笑。", "声音颤抖。", "泪水从脸上流下。"],
            ],
        ),
    ],
)
def test_the_encoder_of_the_language_tells_what_is_said_again(
    asset: str,
    language: Language,
    texts: list[list[str]],
    assets: Callable[[str], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assets(asset)
    monkeypatch.setenv("EMER_EMBEDDINGS", str(tmp_path))
    entries = [
        said(f"e{number}", *each).changed(observed=explanation(language=language))
        for number, each in enumerate(texts)
    ]
    assert set(gone(Duplicates(duplicates.Options()), entries)) == {"e1"}


def test_duplicates_name_their_encoders_in_the_settings() -> None:
    kept = Duplicates(duplicates.Options()).settings()
    assert set(kept["encoders"]) == {"minilm", "multilingual"}


@pytest.mark.parametrize("width", [8, 384, 1500])
def test_products_of_rows_are_exact_in_any_order(width: int) -> None:
    draw = np.random.default_rng(0)
    rows = small(draw.normal(size=(40, width)).astype(np.float32))
    rows[0] = np.abs(rows).max()  # the worst case
    _, products = alike(rows, rows, 0.5)
    exact = rows.astype(np.int64) @ rows.astype(np.int64).T
    assert np.array_equal(products.astype(np.int64), exact)
    order = draw.permutation(width)
    assert np.array_equal(alike(rows[:, order], rows[:, order], 0.5)[1], products)


def test_small_rows_keep_cosines() -> None:
    draw = np.random.default_rng(0)
    vectors = draw.normal(size=(50, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rows = small(vectors)
    _, products = alike(rows, rows, 0.9)
    found = [[cosine(products[i, j], rows[i], rows[j]) for j in range(50)] for i in range(50)]
    assert np.abs(np.array(found) - vectors @ vectors.T).max() < 0.004


def test_a_row_file_gives_back_what_was_added() -> None:
    rows = np.arange(-60, 60, dtype=np.int8).reshape(20, 6)
    with RowFile(6) as file:
        file.add(rows[:13])
        file.add(rows[13:])
        assert np.array_equal(file.between(0, 99), rows)
        assert np.array_equal(file.pick([19, 0, 7]), rows[[19, 0, 7]])
        assert np.array_equal(file.between(20, 25), rows[:0])


def spread(count: int) -> list[Entry]:
    return [said(f"e{n:04}", "One two.", seconds=float(n)) for n in range(count)]


def outliers(**options: object) -> LengthOutliers:
    return LengthOutliers(OutlierOptions.model_validate({"figures": ["seconds"], **options}))


def test_outliers_lie_beyond_the_quantiles() -> None:
    found = gone(outliers(low=0.01, high=0.98), spread(1000))
    assert set(found) == {f"e{n:04}" for n in (*range(9), *range(980, 1000))}
    assert found["e0000"] == "The clip lasts 0 s, less than 9, unlike nearly all others."


def test_a_small_dataset_has_no_outliers_and_equal_entries_are_none() -> None:
    assert gone(outliers(low=0.1, high=0.9), spread(199)) == {}
    same = [said(f"e{n}", "One two.") for n in range(300)]
    assert gone(outliers(low=0.1, high=0.9), same) == {}


def test_outliers_in_statements_and_words() -> None:
    entries = [said(f"e{n:03}", "One two.", f"Three {n % 2}.") for n in range(300)]
    entries += [said("many", *["One."] * 30), said("wordy", "One two. " * 50, "Three.")]
    found = gone(LengthOutliers(OutlierOptions(low=0.001, high=0.99)), entries)
    assert found == {
        "many": "It has 30 statements, more than 2, unlike nearly all others.",
        "wordy": "Its statements have 101 words, more than 4, unlike nearly all others.",
    }


def test_entries_are_read_and_not_held() -> None:
    alive: list[int] = []

    def stream(count: int) -> Callable[[], Iterator[Entry]]:
        def entries() -> Iterator[Entry]:
            alive.append(0)
            for number in range(count):
                yield said(f"e{number}", f"{number}", seconds=float(number))

        return entries

    list(outliers(low=0.1, high=0.9).select(stream(300)))
    assert len(alive) == 2
