"""The survey: which rows are used, why others are not, and that a second run is instant."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from emer.errors import OutputError, UsageError
from emer.media import Limits
from emer.training.data import probes
from emer.training.data.errors import RecordError
from emer.training.data.findings import Survey
from emer.training.data.records import Records, open_records
from emer.training.data.survey import survey
from media.media_files import Sound, levels, tone, write
from training.data.shard_files import shard


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("media")
    write(folder / "both.mp4", levels(10), Sound(tone(0.4)))
    write(folder / "mute.mp4", levels(10))
    write(folder / "sound.wav", sound=Sound(tone(0.4), codec="pcm_s16le"))
    whole = write(folder / "whole.mkv", levels(100)).read_bytes()
    (folder / "half.mkv").write_bytes(whole[: len(whole) // 2])
    cut = (folder / "both.mp4").read_bytes()
    (folder / "cut.mp4").write_bytes(cut[: len(cut) // 2])  # its index is at the end
    (folder / "text.mp4").write_text("not a video")
    return folder


def manifest(folder: Path, rows: list[dict[str, Any]]) -> Records:
    path = folder / "rows.jsonl"
    lines = [json.dumps({"id": f"r{i}", "text": "t"} | row) for i, row in enumerate(rows)]
    path.write_text("\n".join(lines))
    return open_records(path)


def kinds(found: Survey) -> dict[str | None, str]:
    return {each.id: each.kind for each in found.skipped}


def test_what_is_wrong_is_listed_and_the_rest_is_used(media: Path, tmp_path: Path) -> None:
    records = manifest(
        tmp_path,
        [
            {"video": "both.mp4"},
            {"video": "gone.mp4"},
            {"video": "cut.mp4"},
            {"video": "both.mp4", "id": "r0"},
            {"video": "mute.mp4", "text": " "},
            {"video": "mute.mp4", "sutbitle": "x"},
            {"video": "text.mp4"},
            {"video": str(media / "mute.mp4")},
            {"video": "sound.wav"},
            {"video": "half.mkv"},
            {},
        ],
    )
    cache = tmp_path / "cache.sqlite"
    found = survey(records, media, need=["video"], use=["audio"], cache=cache)
    assert found.usable == [0, 7, 9] and found.rows == 11
    assert found.present == [{"video", "audio"}, {"video"}, {"video"}]
    reasons = {each.index: (each.kind, each.reason) for each in found.skipped}
    assert reasons[1][0] == "media missing" and "gone.mp4" in reasons[1][1]
    assert reasons[2][0] == "broken" and "no index" in reasons[2][1]
    assert reasons[3] == ("duplicate", "The id 'r0' was given before.")
    assert reasons[4][0] == reasons[5][0] == "invalid" and "'sutbitle'" in reasons[5][1]
    assert reasons[6][0] == "broken" and "holds text" in reasons[6][1]
    assert reasons[8] == ("lacking a modality", "It has no video.") == reasons[10]
    (note,) = found.noted
    assert note.index == 9 and "half.mkv: " in note.reason
    assert found.summary("skipped.jsonl") == (
        "11 rows, 8 skipped: 2 broken, 2 invalid, 2 lacking a modality, 1 media missing, "
        "1 duplicate; damage in 1 used; see skipped.jsonl"
    )
    found.write(tmp_path / "skipped.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "skipped.jsonl").read_text().splitlines()]
    assert [line["used"] for line in lines] == [False] * 8 + [True]
    assert {"index": 1, "id": "r1", "kind": "media missing"}.items() <= next(
        line for line in lines if line["index"] == 1
    ).items()


def test_what_is_needed_and_used_decides(media: Path, tmp_path: Path) -> None:
    rows = [
        {"video": "mute.mp4"},
        {"video": "both.mp4"},
        {"video": "both.mp4", "audio": None, "subtitle": "Oh."},
        {"video": "gone.mp4", "audio": "sound.wav"},
    ]
    records, cache = manifest(media, rows), tmp_path / "cache.sqlite"
    sound = survey(records, need=["audio"], cache=cache)
    assert sound.usable == [1, 3] and sound.present == [{"audio"}] * 2
    assert kinds(sound) == {"r0": "lacking a modality", "r2": "lacking a modality"}
    words = survey(records, need=["subtitle"], use=["video"], cache=cache)
    assert words.usable == [2] and words.present == [{"video", "subtitle"}]
    anything = survey(records, need=[], use=["video", "audio", "subtitle"], cache=cache)
    assert anything.usable == [0, 1, 2] and kinds(anything) == {"r3": "media missing"}
    assert survey(records, need=[], cache=cache).summary() == "4 rows, 0 skipped"


def test_a_second_run_looks_at_no_media(
    media: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = manifest(tmp_path, [{"video": "a.mp4"}, {"video": "a.mp4"}, {"audio": "b.wav"}])
    for name, source in (("a.mp4", "both.mp4"), ("b.wav", "sound.wav")):
        (tmp_path / name).write_bytes((media / source).read_bytes())
    looked: list[str] = []
    look = probes.look

    def watched(reference: str, root: Path, limits: Limits) -> probes.Probe:
        looked.append(reference)
        return look(reference, root, limits)

    monkeypatch.setattr(probes, "look", watched)

    def run(limits: Limits = Limits()) -> Survey:  # noqa: B008 (frozen)
        looked.clear()
        return survey(
            records, need=[], use=["video"], limits=limits, workers=2, cache=tmp_path / "x" / "c.db"
        )

    first = run()
    assert looked == ["a.mp4"] and first.usable == [0, 1, 2]
    assert run() == first and looked == []
    os.utime(tmp_path / "a.mp4", ns=(5, 5))
    assert run() == first and looked == ["a.mp4"]
    refused = run(Limits(max_pixels=100))
    assert looked == ["a.mp4"] and kinds(refused) == {"r0": "over a limit", "r1": "over a limit"}
    assert "--max-pixels" in refused.skipped[0].reason


def test_members_of_shards_are_looked_at(media: Path, tmp_path: Path) -> None:
    clip = (media / "both.mp4").read_bytes()
    members = [("a.mp4", clip), ("a.txt", b"t"), ("b.mp4", clip[:3000]), ("b.txt", b"t")]
    records = open_records(shard(tmp_path / "s.tar", members))
    for _ in range(2):
        found = survey(records, need=["video", "audio"], cache=tmp_path / "c.db")
        assert found.usable == [0] and kinds(found) == {"b": "broken"}


def test_unreadable_rows_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"id": "a", "text": "t"}\n{"id": NaN}\n')
    records = open_records(path, on_error="skip")
    found = survey(records, need=[], cache=tmp_path / "c.db")
    assert found.summary("x.jsonl") == "2 rows, 1 skipped: 1 unreadable; see x.jsonl"
    assert found.skipped[0].reason == "line 2 of rows.jsonl: NaN is not JSON"


def test_all_rows_bad_is_an_error(tmp_path: Path) -> None:
    records = manifest(tmp_path, [{"video": f"{i}.mp4"} for i in range(1500)])
    done: list[int] = []
    with pytest.raises(RecordError, match=r"No row can be used \(1,500 rows, 1,500 skipped: 1,500"):
        survey(records, need=["video"], cache=tmp_path / "c.db", progress=done.append)
    assert done == [1024, 1500]


def test_wrong_calls_and_a_damaged_cache(tmp_path: Path) -> None:
    records = manifest(tmp_path, [{}])
    with pytest.raises(UsageError, match=r"'vidoe' is no modality\. Valid modalities: video"):
        survey(records, need=["vidoe"])  # type: ignore[list-item]
    with pytest.raises(UsageError, match="workers is 0"):
        survey(records, need=[], workers=0)
    cache = tmp_path / "c.db"
    cache.write_bytes(b"not a database" * 500)
    with pytest.raises(OutputError, match=r"c\.db, cannot be used"):
        survey(records, need=[], cache=cache)
