from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dataset.answering import annotator
from dataset.builders import entry
from emer.dataset.costs import Costs
from emer.dataset.entry import Answer
from emer.dataset.plan import Price
from emer.dataset.store import Store, open_store
from emer.dataset.store_tables import calls


def paid(store: Store, key: str, attempt: int, problem: str | None, tokens: int) -> None:
    row: dict[str, Any] = {
        "key": key,
        "attempt": attempt,
        "purse": "",
        "annotator": "a",
        "model": "m",
        "task": "visual",
        "prompt": "p",
        "entry": "e",
        "answer": "",
        "finish": "stop",
        "problem": problem,
        "ended": False,
        "prompt_tokens": tokens,
        "completion_tokens": 1,
        "nano": tokens * 10**9,
        "seconds": 1.0,
        "at": 0.0,
    }
    store.write(lambda db: db.execute(calls.insert().values(**row)))


def answered(id: str, *keys: str) -> Any:
    made = [Answer(annotator="a", task="visual", call=key, prompt="p") for key in keys]
    return entry(id, answers=tuple(made))


@pytest.mark.parametrize("price", [Price(), Price(input=1.0)])
def test_answers_count_for_every_entry_that_rests_on_them(tmp_path: Path, price: Price) -> None:
    with open_store(f"sqlite:///{tmp_path / 'store.db'}") as store:
        paid(store, "one", 0, "no JSON", 1000)
        paid(store, "one", 1, None, 30)
        paid(store, "two", 0, None, 5)
        paid(store, "other", 0, None, 7)
        costs = Costs(store)
        costs.add(answered("e1", "one", "two"))
        costs.add(answered("e2", "two"))
        owing = Answer(annotator="a", task="visual", call="other", prompt="p", missing="refused")
        costs.add(entry("e3", answers=(owing,)))
        (fact,) = costs.facts([annotator("a", price=price)])
    assert (fact.calls, fact.input_tokens, fact.output_tokens) == (3, 40, 3)
    assert fact.money == (40.0 if price.input else None)


def test_an_annotator_that_answered_nothing_has_its_line(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path / 'store.db'}") as store:
        (fact,) = Costs(store).facts([annotator("a")])
    assert (fact.annotator, fact.calls, fact.money) == ("a", 0, None)


def test_more_keys_than_are_looked_up_at_a_time(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path / 'store.db'}") as store:
        paid(store, "one", 0, None, 2)
        costs = Costs(store)
        for number in range(1200):
            costs.add(answered(f"e{number}", "one"))
        (fact,) = costs.facts([annotator("a")])
    assert (fact.calls, fact.input_tokens) == (1200, 2400)
