"""Checkpoints: complete or not there."""

import json
import logging

import pytest

from emer.training.checkpoints import MARK, Checkpoints, damage, move_into


@pytest.fixture
def store(tmp_path):
    return Checkpoints(tmp_path, keep=2)


def save(store, step, best=None):
    part = store.begin(step)
    (part / "weights").write_bytes(bytes([step]) * 100)
    (part / "inner").mkdir()
    (part / "inner" / "state").write_text(str(step), "utf-8")
    return store.seal(step, best)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_newest_are_kept_and_the_best(store, tmp_path):
    best = save(store, 3)
    for step in (9, 10, 100):
        save(store, step, best)
    assert names(tmp_path) == ["checkpoint-10", "checkpoint-100", "checkpoint-3"]
    assert store.newest() == tmp_path / "checkpoint-100"
    assert all(damage(path) is None for path in tmp_path.iterdir())


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda path: (path / "weights").write_bytes(b"x" * 99), "99 bytes instead of 100"),
        (lambda path: (path / "weights").write_bytes(b"x" * 100), "weights has changed"),
        (lambda path: (path / "inner" / "state").unlink(), "state is missing"),
        (lambda path: (path / MARK).unlink(), "complete.json is missing"),
        (lambda path: (path / MARK).write_text("{", "utf-8"), "cannot be read"),
        (lambda path: (path / MARK).write_text("[]", "utf-8"), "cannot be read"),
        (lambda path: (path / MARK).write_text('{"files": {"a": 1}}', "utf-8"), "missing"),
    ],
)
def test_a_damaged_checkpoint_is_passed_over(store, caplog, spoil, message):
    good, bad = save(store, 1), save(store, 2)
    spoil(bad)
    with caplog.at_level(logging.WARNING):
        assert store.newest() == good
    assert str(bad) in caplog.text and message in caplog.text


def test_what_was_not_sealed_is_no_checkpoint(store, tmp_path):
    save(store, 1)
    (store.begin(2) / "weights").write_bytes(b"half")
    assert store.newest() == tmp_path / "checkpoint-1"
    store.tidy()
    assert names(tmp_path) == ["checkpoint-1"]


def test_a_failed_one_is_discarded(store, tmp_path):
    (store.begin(2) / "weights").write_bytes(b"half")
    store.discard(2)
    assert names(tmp_path) == []


def test_a_step_may_be_saved_again(store):
    save(store, 1)
    path = save(store, 1)
    assert damage(path) is None


def test_none_is_found_where_there_is_none(store, tmp_path):
    (tmp_path / "checkpoint-x").mkdir()
    assert store.newest() is None and store.found() == []


def test_the_mark_lists_every_file(store):
    path = save(store, 7)
    listed = json.loads((path / MARK).read_text("utf-8"))
    assert listed["step"] == 7 and set(listed["files"]) == {"weights", "inner/state"}


def test_files_are_moved_the_last_one_last(tmp_path, monkeypatch):
    part, folder = tmp_path / "part", tmp_path / "folder"
    for name in ("vision", "adapter"):
        (part / name).mkdir(parents=True)
        (part / name / "config").write_text("new", "utf-8")
    for name in ("training.json", "weights", "a"):
        (part / name).write_text("new", "utf-8")
    (folder / "vision").mkdir(parents=True)
    (folder / "vision" / "old").write_text("old", "utf-8")
    moved = []
    original = type(part).replace
    monkeypatch.setattr(
        type(part), "replace", lambda a, b: (moved.append(a.name), original(a, b))[1]
    )
    move_into(part, folder, last=["training.json"])
    assert moved[-1] == "training.json" and len(moved) == 5
    assert names(folder / "vision") == ["config"] and not part.exists()
