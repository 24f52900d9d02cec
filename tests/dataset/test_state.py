from __future__ import annotations

import sqlite3
import threading
from functools import partial
from pathlib import Path

import pytest

from dataset.builders import entry
from emer.dataset.entry import Answer, Entry, Removal
from emer.dataset.state import COPIES, State
from emer.errors import OutputError, UsageError


def arrive(state: State, *ids: str, stamp: str = "1") -> int:
    return state.arrive("s", [(id, stamp, partial(bytes, b"found " + id.encode())) for id in ids])


def collect(state: State, *ids: str) -> None:
    arrive(state, *ids)
    for id, stamp, _ in state.wanted("s"):
        state.collected(entry(id), stamp, f"digest of {id}")


def owing(id: str) -> Entry:
    missing = Answer(annotator="a", task="visual", call="c", prompt="p", missing="refused")
    return entry(id, answers=(missing,))


def test_what_is_collected_is_not_wanted_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "state.db"
    with State(path) as state:
        assert arrive(state, "b", "a") == 2
        assert [row[0] for row in state.wanted("s")] == ["a", "b"]
        state.collected(entry("a"), "1", "digest")
    with State(path) as state:
        assert arrive(state, "a", "b", "c") == 2
        assert list(state.wanted("s")) == [("b", "1", b"found b"), ("c", "1", b"found c")]


def test_a_changed_clip_is_wanted_again(tmp_path: Path) -> None:
    with State(tmp_path / "state.db") as state:
        collect(state, "a")
    with State(tmp_path / "state.db") as state:
        assert arrive(state, "a", stamp="2") == 1


def test_a_clip_that_is_gone_from_its_source_is_not_of_this_run(tmp_path: Path) -> None:
    with State(tmp_path / "state.db") as state:
        collect(state, "a", "b")
        for id in "ab":
            state.finish(entry(id), "key", held=False)
    with State(tmp_path / "state.db") as state:
        arrive(state, "b")
        assert [clip.id for clip in state.clips()] == ["b"]
        assert [each.id for each in state.finished()] == ["b"]
        assert state.count("kept") == 1


def test_one_id_twice_is_an_error_and_leaves_nothing_half(tmp_path: Path) -> None:
    with State(tmp_path / "state.db") as state:
        arrive(state, "a")
        with pytest.raises(UsageError, match="there already"):
            arrive(state, "b", "a")
        assert [row[0] for row in state.wanted("s")] == ["a"]


def test_more_clips_than_a_page_come_in_order_while_they_are_finished(tmp_path: Path) -> None:
    ids = [f"{number:05}" for number in range(1500)]
    with State(tmp_path / "state.db") as state:
        for start in range(0, 1500, 500):
            arrive(state, *reversed(ids[start : start + 500]))
        for id, stamp, _ in state.wanted("s"):
            state.collected(entry(id), stamp, "d")
        seen = []
        for clip in state.clips():
            seen.append(clip.id)
            state.finish(entry(clip.id), "key", held=False)
        assert seen == ids
        assert state.count("kept") == 1500


def test_an_entry_comes_back_as_it_was(tmp_path: Path) -> None:
    one = entry("a", labels={"emotion": "伤心"}, subtitle="“so”\n")
    with State(tmp_path / "state.db") as state:
        arrive(state, "a")
        state.collected(one, "1", "d")
        state.finish(one, "key", held=False)
        assert list(state.entries()) == [one] == list(state.finished())


def test_held_removed_dropped_and_failed_entries_are_not_kept(tmp_path: Path) -> None:
    gone = (Removal(filter="length", what="record", reason="too short"),)
    with State(tmp_path / "state.db") as state:
        collect(state, *"abcdef")
        state.finish(entry("a"), "k", held=False)
        state.finish(owing("b"), "k", held=True)
        state.finish(entry("c", removed=gone), "k", held=False)
        state.finish(entry("d"), "k", held=False)
        state.drop("filter:duplicates", [("d", "like a")])
        state.finish(entry("e"), "k", held=False)
        state.drop(COPIES, [("e", "a copy of a")])
        state.finish(entry("f"), "k", held=False)
        state.fail("f", "build", "broken")
        assert [each.id for each in state.finished("kept")] == ["a"]
        assert [each.id for each in state.finished()] == ["a", "b", "c", "d"]
        assert [clip.id for clip in state.clips()] == ["a", "b", "c", "d", "f"]
        assert state.count("held") == 1
        assert list(state.failures()) == [("f", "build", "broken")]


def test_what_failed_and_then_succeeded_is_no_failure(tmp_path: Path) -> None:
    with State(tmp_path / "state.db") as state:
        arrive(state, "a")
        state.fail("a", "collect", "busy")
        state.collected(entry("a"), "1", "d")
        assert state.count("failed") == 0


def test_dropping_again_replaces_what_a_stage_dropped(tmp_path: Path) -> None:
    with State(tmp_path / "state.db") as state:
        collect(state, "a", "b")
        state.drop(COPIES, [("a", "a copy")])
        state.drop(COPIES, [("b", "a copy")])
        assert list(state.dropped(COPIES)) == [("b", "a copy")]


def test_an_owing_entry_is_told_apart_whether_held_or_not(tmp_path: Path) -> None:
    with State(tmp_path / "state.db") as state:
        collect(state, "a", "b")
        state.finish(owing("a"), "k", held=False)
        state.finish(entry("b"), "k", held=False)
        assert [(clip.id, clip.owing) for clip in state.clips()] == [("a", True), ("b", False)]
        assert state.pending(lambda digest, key, owes: owes) == 1
        assert state.pending(lambda digest, key, owes: digest == "digest of b" and key == "k") == 1
        assert state.count("kept") == 2


def test_fingerprints_tell_changes(tmp_path: Path) -> None:
    with State(tmp_path / "state.db") as state:
        collect(state, "a", "b")
        before = state.fingerprint("clips")
        assert state.fingerprint("clips") == before
        state.collected(entry("b"), "1", "another digest")
        assert state.fingerprint("clips") != before
        state.finish(entry("a"), "k", held=False)
        through = state.fingerprint("finished")
        state.finish(entry("a"), "k2", held=False)
        assert state.fingerprint("finished") != through


def test_another_thread_may_read(tmp_path: Path) -> None:
    with State(tmp_path / "state.db") as state:
        collect(state, "a", "b")
        found: list[str] = []
        thread = threading.Thread(target=lambda: found.extend(c.id for c in state.clips()))
        thread.start()
        thread.join()
        assert found == ["a", "b"]


def test_a_damaged_file_and_another_layout_are_plain_errors(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    with pytest.raises(OutputError, match="no model call is paid again"), State(damaged):
        pass
    with State(tmp_path / "old.db"):
        pass
    with sqlite3.connect(tmp_path / "old.db") as database:
        database.execute("UPDATE facts SET value = '0' WHERE name = 'layout'")
    with pytest.raises(OutputError, match="layout 0"), State(tmp_path / "old.db"):
        pass
