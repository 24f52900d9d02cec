from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from perf.build_corpus import answer, make

from dataset.building import CLIPS, annotator, build, changed
from dataset.faulty_server import FaultyServer, entered, serving
from emer.dataset.build import Options
from emer.dataset.entry import Entry, Media
from emer.dataset.estimate import Estimate, estimate
from emer.dataset.estimate_table import lines
from emer.dataset.plan import Plan

DRY = Options(dry_run=True)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "ledger.jsonl"


@pytest.fixture
def server(ledger: Path) -> Iterator[FaultyServer]:
    with serving(ledger, answer) as made:
        yield made


@pytest.fixture
def plan(tmp_path: Path, server: FaultyServer) -> Path:
    asked = annotator(server, tasks=["auditory", "disambiguate"])
    return make(tmp_path, CLIPS, annotators=[asked])


def reckon(plan: Path) -> dict[str, Any]:
    found = build(plan, DRY).estimate
    assert found is not None
    return found


@pytest.mark.usefixtures("needed")
class TestBesideABuild:
    def test_it_is_not_below_what_is_then_asked_and_charged(self, plan: Path, ledger: Path) -> None:
        found = reckon(plan)
        build(plan, Options())
        asked = entered(ledger)
        assert found["calls"] == len(asked) == 2 * CLIPS
        charged = sum(each.tokens for each in asked)
        assert charged <= found["tokens"] < 10 * charged
        assert (found["entries"], found["unmeasured"]) == (CLIPS, 0)

    def test_what_is_in_the_store_costs_nothing(self, plan: Path, ledger: Path) -> None:
        build(plan, Options(limit=2))
        (share,) = reckon(plan)["shares"]
        assert (share["calls"], share["answered"]) == (2 * CLIPS - 4, 4)
        build(plan)
        found = reckon(plan)
        assert (found["calls"], found["tokens"], found["money"]) == (0, 0, 0.0)
        assert found["spent_tokens"] == sum(each.tokens for each in entered(ledger))

    def test_of_a_changed_plan_only_what_changed_is_counted(
        self, plan: Path, server: FaultyServer, ledger: Path
    ) -> None:
        build(plan, Options())
        both = [
            annotator(server, tasks=["auditory", "disambiguate"]),
            annotator(server, "two", rate={"requests_per_minute": 600}),
        ]
        changed(plan, annotators=both)
        one, two = reckon(plan)["shares"]
        # The first one is shown what the second one observes, so it reads the words anew.
        assert (one["calls"], one["answered"]) == (CLIPS, CLIPS)
        assert (two["calls"], two["answered"], two["minutes"]) == (CLIPS, 0, CLIPS / 600)
        before = len(entered(ledger))
        build(plan)
        assert len(entered(ledger)) - before == 2 * CLIPS

    def test_what_was_spent_counts_against_the_budget(self, plan: Path) -> None:
        build(plan, Options(limit=2))
        found = reckon(plan)
        whole = found["spent_tokens"] + found["tokens"]
        assert not reckon(changed(plan, budget={"tokens": whole}))["over"]
        over = reckon(changed(plan, budget={"tokens": whole - 1}))["over"]
        assert over == [f"up to {whole:,} tokens in all, but the budget has {whole - 1:,}"]

    def test_a_parked_call_is_settled(self, plan: Path, server: FaultyServer) -> None:
        server.settings.script += ["refusal", "refusal"]
        build(plan, Options())
        (share,) = reckon(plan)["shares"]
        assert (share["calls"], share["answered"]) == (0, 2 * CLIPS)

    def test_the_console_shows_it(self, plan: Path) -> None:
        found = "\n".join(build(plan, DRY).lines())
        assert f"About {2 * CLIPS} calls" in found and "annotator  calls  settled" in found


def made(*annotators: dict[str, Any], **fields: Any) -> Plan:
    base: dict[str, Any] = {
        "name": "x",
        "out": "out",
        "sources": [{"name": "s", "path": "clips", "licence": "CC0-1.0"}],
        "annotators": [
            {"name": f"a{number}", "url": "http://localhost/v1", "model": f"m{number}"} | each
            for number, each in enumerate(annotators)
        ],
    }
    return Plan.model_validate(base | fields)


def clips(count: int, *, seconds: float = 4.0, said: str = "", sound: bool = True) -> list[Entry]:
    return [
        Entry(
            id=f"s/{number}",
            source="s",
            licence="CC0-1.0",
            group=f"{number}",
            subtitle=said,
            media=Media(
                reference=f"{number}.mp4",
                sha256=f"{number:064x}",
                size=1,
                still=False,
                seconds=seconds,
                has_video=True,
                has_audio=sound,
                audio_seconds=seconds if sound else None,
            ),
        )
        for number in range(count)
    ]


def found(plan: Plan, entries: list[Entry]) -> Estimate:
    return estimate(plan, entries, root=Path())


def test_without_annotators_nothing_is_asked() -> None:
    got = found(made(), clips(3))
    assert (got.calls, got.tokens, got.money, got.minutes, got.shares) == (0, 0, 0.0, None, ())
    assert list(lines(got.as_dict())) == [
        "About 0 calls with up to 0 tokens for 3 clips, 3 of them not measured yet."
    ]


def test_every_task_of_a_clip_that_is_not_measured_is_counted() -> None:
    assert found(made({}), clips(5)).calls == 15
    # Nothing to hear; and no words, so nothing to read either.
    assert found(made({}), clips(5, sound=False)).calls == 5
    assert found(made({}, observe={"speech": False}), clips(5)).calls == 10
    assert found(made({}, observe={"speech": False}), clips(5, said="Yes!")).calls == 15


def test_pictures_sound_and_longer_clips_take_more() -> None:
    cues = found(made({"tasks": ["visual"]}), clips(1)).tokens
    four = found(made({"tasks": ["visual"], "given": ["frames"], "frames": 4}), clips(1)).tokens
    eight = found(made({"tasks": ["visual"], "given": ["frames"], "frames": 8}), clips(1)).tokens
    assert cues < four < eight and eight - four == 4 * 578
    heard = made({"tasks": ["auditory"], "given": ["audio"]})
    assert found(heard, clips(1, seconds=8)).tokens - found(heard, clips(1)).tokens == 4 * 32


def test_prices_rates_and_a_budget() -> None:
    price = {"input": 2.0, "output": 10.0}
    rate = {"requests_per_minute": 4, "tokens_per_minute": 1_000_000}
    plan = made(
        {"price": price, "rate": rate, "tasks": ["visual"], "sampling": {"max_tokens": 1000}},
        {"rate": {"tokens_per_minute": 1000}, "tasks": ["visual"]},
        {"tasks": ["visual"]},
        budget={"money": 0.1, "tokens": 10_000_000},
    )
    got = found(plan, clips(10))
    one, two, three = got.shares
    assert one.output_tokens == 10_000
    assert one.money == pytest.approx(one.input_tokens * 2e-6 + 0.1) == got.money
    assert (one.minutes, three.minutes) == (2.5, None)
    assert two.minutes == (two.input_tokens + two.output_tokens) / 1000 == got.minutes
    assert got.over == (f"costs of up to {got.money:,.2f} in all, but the budget has 0.10",)
    assert "Over the budget: " + got.over[0] + "." in list(lines(got.as_dict()))


def test_a_prompt_of_ones_own_is_what_is_counted(tmp_path: Path) -> None:
    long = tmp_path / "long.txt"
    long.write_text("Look closely. " * 500)
    own = made({"tasks": ["visual"], "prompts": {"visual": "long.txt"}})
    got = estimate(own, clips(1), root=tmp_path)
    assert got.tokens > found(made({"tasks": ["visual"]}), clips(1)).tokens + 1000


def test_an_estimate_does_not_grow_with_the_clips() -> None:
    one, many = (found(made({}), clips(count)).as_dict() for count in (1, 50))
    assert many["tokens"] == 50 * one["tokens"]
    assert len(str(many)) < len(str(one)) + 50
