from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from perf.build_corpus import answer, make

from dataset.building import AGAIN, CLIPS, annotator, build, changed, cues, files
from dataset.faulty_server import FaultyServer, entered, serving
from emer.dataset.build import Options
from emer.dataset.errors import BudgetError, LeakError, PlanError
from emer.dataset.finishing import FAILED
from emer.engines.local import LocalEngine
from emer.errors import UsageError
from emer.training.data.records import open_records
from emer.training.data.rows import Rows


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


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / f"out-{CLIPS}"


@pytest.mark.usefixtures("needed")
class TestBuild:
    def test_a_build_and_what_a_second_run_does(self, plan: Path, out: Path, ledger: Path) -> None:
        outcome = build(plan, Options())
        assert (outcome.collected, outcome.kept, outcome.failed) == (CLIPS, CLIPS, 0)
        assert sum(outcome.splits.values()) == CLIPS
        assert len(entered(ledger)) == 2 * CLIPS
        before = files(out / "dataset")
        again = build(plan)
        assert (again.built, again.kept, again.statements) == (0, CLIPS, outcome.statements)
        assert len(entered(ledger)) == 2 * CLIPS
        assert files(out / "dataset") == before

    def test_what_was_written_is_read_by_the_trainers(self, plan: Path, out: Path) -> None:
        build(plan, Options())
        rows = Rows(open_records(out / "dataset" / "jsonl" / "instruct" / "train"))
        assert {row.labels["form"] for row in rows} >= {"explain", "labels", "auditory"}
        assert all(Path(row.sound or "").is_file() for row in rows)

    def test_nothing_is_measured_that_was_measured_before(self, plan: Path, out: Path) -> None:
        build(plan, Options())
        line = (out / "dataset" / "jsonl" / "cues" / "train" / "00000.jsonl").read_text()
        row = json.loads(line.splitlines()[0])
        measured = [s for s in row["statements"] if s["status"] == "measured"]
        assert {s["text"] for s in measured} >= {"The voice is loud."}
        assert all(origin["annotator"] for s in row["statements"] for origin in s["origins"])

    def test_going_on_has_to_be_asked_for(self, plan: Path) -> None:
        build(plan, Options(limit=1))
        with pytest.raises(UsageError, match="--resume"):
            build(plan, Options())

    def test_a_limit_is_lifted_by_going_on(self, plan: Path, ledger: Path) -> None:
        assert build(plan, Options(limit=2)).kept == 2
        outcome = build(plan)
        assert (outcome.kept, outcome.built) == (CLIPS, CLIPS - 2)
        assert len(entered(ledger)) == 2 * CLIPS

    def test_another_filter_or_split_costs_nothing(self, plan: Path, ledger: Path) -> None:
        build(plan, Options())
        changed(plan, filters=["unsafe"], split={"shares": {"train": 0.5, "test": 0.5}})
        outcome = build(plan)
        assert outcome.built == CLIPS
        assert outcome.splits == {"train": 3, "test": 3}
        assert len(entered(ledger)) == 2 * CLIPS

    def test_an_added_annotator_is_asked_alone(
        self, plan: Path, server: FaultyServer, ledger: Path
    ) -> None:
        old = json.loads(plan.read_text())["annotators"]
        build(changed(plan, annotators=[old[0] | {"tasks": ["auditory"]}]), Options())
        assert len(entered(ledger)) == CLIPS
        build(changed(plan, annotators=[*json.loads(plan.read_text())["annotators"]]))
        two = [json.loads(plan.read_text())["annotators"][0], annotator(server, "two")]
        build(changed(plan, annotators=two))
        assert len(entered(ledger)) == 2 * CLIPS

    def test_the_same_output_from_both_the_processes_and_inline(
        self, plan: Path, out: Path
    ) -> None:
        build(plan, Options())
        before = files(out / "dataset")
        for name in ("state.db", "store.db"):
            (out / name).unlink()
        build(plan, replace(AGAIN, jobs=2), LocalEngine())
        assert files(out / "dataset") == before

    def test_a_server_that_moved_changes_nothing(
        self, plan: Path, out: Path, tmp_path: Path, ledger: Path
    ) -> None:
        build(plan, Options())
        before = files(out / "dataset")
        with serving(tmp_path / "moved.jsonl", answer) as moved:
            asked = json.loads(plan.read_text())["annotators"][0] | {"url": moved.url}
            build(changed(plan, annotators=[asked | {"rate": {"at_once": 2}}]))
        assert files(out / "dataset") == before
        assert not entered(tmp_path / "moved.jsonl")

    def test_a_page_is_written(self, plan: Path, tmp_path: Path) -> None:
        page = tmp_path / "page.html"
        build(plan, Options(report=page))
        text = page.read_text()
        assert "surprised" in text and "The voice is loud." in text
        assert "http://" not in text.replace("http://127.0.0.1", "").replace(
            "http://www.w3.org/", ""
        )

    def test_a_dry_run_asks_nobody(self, plan: Path, ledger: Path) -> None:
        outcome = build(plan, Options(dry_run=True))
        assert outcome.estimate is not None and outcome.estimate["calls"] == 2 * CLIPS
        assert not entered(ledger)
        assert build(plan, Options()).kept == CLIPS


@pytest.mark.usefixtures("needed")
class TestTrouble:
    def test_a_broken_clip_is_listed_and_made_up_for(
        self, plan: Path, out: Path, tmp_path: Path
    ) -> None:
        broken = tmp_path / f"clips-{CLIPS}" / "000" / "broken.wav"
        broken.write_bytes(b"RIFF nothing")
        outcome = build(plan, Options())
        assert (outcome.failed, outcome.kept) == (1, CLIPS)
        listed = json.loads((out / FAILED).read_text())
        assert listed["id"] == "noise/000/broken.wav" and listed["stage"] == "collect"
        broken.unlink()
        assert build(plan).failed == 0
        assert not (out / FAILED).exists()

    def test_a_copy_is_left_out(self, plan: Path, tmp_path: Path) -> None:
        folder = tmp_path / f"clips-{CLIPS}" / "000"
        (folder / "zz.wav").write_bytes((folder / "000003.wav").read_bytes())
        outcome = build(plan, Options())
        assert (outcome.copies, outcome.kept) == (1, CLIPS)

    def test_a_leak_is_an_error_before_anything_is_asked(
        self, plan: Path, tmp_path: Path, ledger: Path
    ) -> None:
        (tmp_path / "test.txt").write_text("000002\n")
        changed(plan, evaluation=[{"name": "test", "ids": "test.txt"}])
        listed = tmp_path / "leaks.txt"
        with pytest.raises(LeakError, match=r"noise/000/000002\.wav"):
            build(plan, Options(leaks=listed))
        assert not entered(ledger)
        old = json.loads(plan.read_text())["sources"][0]
        changed(plan, sources=[old | {"exclude": "leaks.txt"}])
        assert build(plan).kept == CLIPS - 1

    def test_a_source_excludes_by_hash(self, plan: Path, tmp_path: Path) -> None:
        clip = tmp_path / f"clips-{CLIPS}" / "000" / "000004.wav"
        hashed = hashlib.sha256(clip.read_bytes()).hexdigest()
        (tmp_path / "out.txt").write_text(hashed + "\n")
        old = json.loads(plan.read_text())["sources"][0]
        outcome = build(changed(plan, sources=[old | {"exclude": "out.txt"}]), Options())
        assert (outcome.excluded, outcome.kept) == (1, CLIPS - 1)

    def test_parked_calls_hold_their_records_until_they_are_replayed(
        self, plan: Path, out: Path, tmp_path: Path
    ) -> None:
        build(plan, Options())
        expected = files(out / "dataset" / "jsonl")
        with serving(tmp_path / "bad.jsonl", answer) as bad:
            asked = json.loads(plan.read_text())["annotators"][0] | {"url": bad.url}
            other = changed(
                plan,
                annotators=[asked],
                out="other",
                store="sqlite:///" + str(tmp_path / "other.db"),
            )
            bad.settings.script += ["refusal", "refusal"]
            held = build(other, Options())
            assert (held.held, held.kept) == (1, CLIPS - 1)
            assert build(other).held == 1
            done = build(other, replace(AGAIN, replay="all"))
        assert (done.held, done.kept, done.built) == (0, CLIPS, 1)
        assert files(tmp_path / "other" / "dataset" / "jsonl") == expected

    def test_a_record_may_go_on_without_an_answer(self, plan: Path, server: FaultyServer) -> None:
        server.settings.script += ["refusal", "refusal"]
        outcome = build(changed(plan, merge={"missing": "go-on"}), Options())
        assert (outcome.held, outcome.kept) == (0, CLIPS)
        assert build(plan, replace(AGAIN, replay="all")).built == 1

    def test_a_spent_budget_stops_and_a_larger_one_goes_on(self, plan: Path, ledger: Path) -> None:
        changed(plan, budget={"tokens": 6_000})
        with pytest.raises(BudgetError, match="--resume"):
            build(plan, Options())
        asked = entered(ledger)
        assert 0 < len(asked) < 2 * CLIPS
        assert sum(each.tokens for each in asked) <= 6_000
        assert build(changed(plan, budget={"tokens": 1_000_000})).kept == CLIPS
        assert len(entered(ledger)) == 2 * CLIPS

    def test_a_folder_with_something_else_is_left_alone(self, plan: Path, out: Path) -> None:
        out.mkdir()
        (out / "thesis.doc").write_text("years of work")
        with pytest.raises(PlanError, match="holds no build"):
            build(plan)
        assert [each.name for each in out.iterdir()] == ["thesis.doc"]

    @pytest.mark.slow
    def test_killed_again_and_again(self, tmp_path: Path, ledger: Path) -> None:
        faults = {"429": 0.05, "500": 0.05, "half": 0.05, "garbage": 0.05}
        with serving(ledger, answer, latency=0.2, faults=faults) as server:
            plan = make(tmp_path, 30, annotators=[annotator(server, rate={"at_once": 2})])
            command = [sys.executable, "-m", "emer.cli.main", "build", str(plan), "--resume"]
            for life in (1.5, 2.5, 3.0):
                process = subprocess.Popen(
                    [*command, "--jobs", "1"],
                    start_new_session=True,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
                time.sleep(life)
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            outcome = build(plan)
        assert outcome.kept == 30
        charged = [each.key for each in entered(ledger) if each.tokens]
        assert len(charged) == len(set(charged)) == 30
        calm = tmp_path / "calm"
        with serving(tmp_path / "calm.jsonl", answer) as server:
            build(make(calm, 30, annotators=[annotator(server)]), Options())
        assert cues(tmp_path / "out-30") == cues(calm / "out-30")
