"""Rows on disk: the same rows from every kind of file, and what is refused."""

from __future__ import annotations

import json
import pickle
import resource
import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emer.errors import MissingExtra
from emer.training.data.errors import RecordError
from emer.training.data.records import open_records
from training.data.shard_files import add, end, shard

ROWS = [
    {"id": f"clip_{i}", "text": f"Zeile {i} é", "labels": {"actor": f"{i % 7:02d}"}}
    for i in range(50)
]


def jsonl(path: Path, rows: list[Any]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def parquet(path: Path, rows: list[Any], group: int = 8) -> Path:
    pa = pytest.importorskip("pyarrow")
    from pyarrow.parquet import write_table

    write_table(pa.Table.from_pylist(rows), path, row_group_size=group)
    return path


def tar(path: Path, rows: list[Any]) -> Path:
    return shard(path, [(f"{row['id']}.json", json.dumps(row).encode()) for row in rows])


WRITERS = {"a.jsonl": jsonl, "a.parquet": parquet, "a.tar": tar}


@pytest.mark.parametrize("name", WRITERS)
def test_every_kind_gives_the_same_rows_in_any_order(tmp_path: Path, name: str) -> None:
    records = open_records(WRITERS[name](tmp_path / name, ROWS))
    assert len(records) == 50 and records.root == tmp_path
    assert list(records) == ROWS
    assert [records[i] for i in (49, 0, 17, 3, 49)] == [ROWS[i] for i in (49, 0, 17, 3, 49)]
    assert records[-1] == ROWS[-1] and records[10:20:3] == ROWS[10:20:3]
    for outside in (50, -51):
        with pytest.raises(IndexError, match="50 rows"):
            records[outside]


@pytest.mark.parametrize("name", WRITERS)
def test_workers_read_the_same_rows(tmp_path: Path, name: str) -> None:
    """A copy, as a spawned process gets, and many threads at once."""
    records = open_records(WRITERS[name](tmp_path / name, ROWS))
    copy = pickle.loads(pickle.dumps(records))
    with ThreadPoolExecutor(8) as pool:
        order = [i * 37 % 50 for i in range(400)]
        assert list(pool.map(copy.__getitem__, order)) == [ROWS[i] for i in order]


@pytest.mark.parametrize("name", WRITERS)
def test_several_files_are_one_sequence(tmp_path: Path, name: str) -> None:
    suffix = Path(name).suffix
    for number, cut in enumerate((slice(0, 20), slice(20, 21), slice(21, 50))):
        WRITERS[name](tmp_path / f"part-{number:03d}{suffix}", ROWS[cut])
    (tmp_path / "notes.md").write_text("not rows")
    for place in (tmp_path, f"{tmp_path}/part-{{000..002}}{suffix}"):
        records = open_records(place)
        assert list(records) == ROWS and records.root == tmp_path
        assert f"part-001{suffix}" in records.where(20)
    assert list(open_records(f"{tmp_path}/part-{{002,000}}{suffix}")) == ROWS[21:] + ROWS[:20]


def test_missing_shards_and_mixed_folders_are_named(tmp_path: Path) -> None:
    tar(tmp_path / "s-000.tar", ROWS)
    with pytest.raises(RecordError, match=r"2 of 3 files are missing: s-001\.tar, s-002\.tar"):
        open_records(tmp_path / "s-{000..002}.tar")
    with pytest.raises(RecordError, match="runs backwards"):
        open_records(tmp_path / "s-{003..001}.tar")
    for many in ("{0..999999999}", "{0..9999}{0..9999}"):
        with pytest.raises(RecordError, match="more than 100,000 files"):
            open_records(tmp_path / f"s-{many}.tar")
    jsonl(tmp_path / "a.jsonl", ROWS)
    with pytest.raises(RecordError, match=r"several kinds: \.jsonl, \.tar"):
        open_records(tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(RecordError, match="no file of rows"):
        open_records(tmp_path / "empty")
    (tmp_path / "a.csv").write_text("id,text\n")
    with pytest.raises(RecordError, match=r"a\.csv has no suffix .*\.jsonl"):
        open_records(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"id": "b", "x": NaN}', "NaN is not JSON"),
        (b'{"id": "b", "x": -Infinity}', "-Infinity is not JSON"),
        (b'{"id": "b"', "not JSON: .* at column"),
        (b'["b"]', "should be an object"),
        (b'{"id": "b", "id": "c"}', "gives 'id' twice"),
        (b'{"id": "\xff"}', "not UTF-8"),
        (rb'{"id": "b\ud83d"}', "half a character"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b'{"id": "' + b"b" * (17 << 20) + b'"}', "longer than 16 MiB"),
    ],
)  # fmt: skip
def test_a_broken_line_is_named_or_skipped(tmp_path: Path, line: bytes, reason: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"id": "a"}\r\n\n' + line + b'\n{"id": "z"}')
    with pytest.raises(RecordError, match=rf"Line 3 of rows\.jsonl cannot be used: .*{reason}"):
        open_records(path)
    records = open_records(path, on_error="skip")
    assert list(records) == [{"id": "a"}, {"id": "z"}]
    (skipped,) = records.skipped
    assert skipped.where == "line 3 of rows.jsonl"
    assert [records.where(i) for i in (0, 1)] == ["line 1 of rows.jsonl", "line 4 of rows.jsonl"]


def test_a_whole_surrogate_pair_is_a_character(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(rb'{"text": "\ud83d\ude00"}')
    assert open_records(tmp_path / "a.jsonl")[0] == {"text": "\U0001f600"}


@settings(max_examples=50)
@given(st.lists(st.dictionaries(st.text(max_size=9), st.text(max_size=9) | st.integers())))
def test_any_rows_come_back(rows: list[Any]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = jsonl(Path(folder, "a.jsonl"), [{"id": "first"}, *rows])
        assert list(open_records(path))[1:] == rows


def test_a_file_that_is_not_parquet_is_named(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    path = tmp_path / "rows.parquet"
    path.write_bytes(b"id,text\n1,hello\n" * 100)
    with pytest.raises(RecordError, match=r"rows\.parquet is not a Parquet file"):
        open_records(path)
    whole = parquet(tmp_path / "b.parquet", ROWS).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(RecordError, match=r"rows\.parquet is not a Parquet file"):
        open_records(path)


def test_parquet_without_pyarrow_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = parquet(tmp_path / "a.parquet", ROWS)
    for name in ("pyarrow", "pyarrow.parquet"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtra, match=r"pip install 'emer\[train\]'"):
        open_records(path)


def test_nulls_of_parquet_are_absent(tmp_path: Path) -> None:
    rows = [{"id": "a", "audio": None, "labels": {"x": "1", "y": None}}, {"id": "b", "audio": ""}]
    records = open_records(parquet(tmp_path / "a.parquet", rows))
    assert records[0] == {"id": "a", "labels": {"x": "1"}}
    assert records[1] == {"id": "b", "audio": ""}


def test_a_file_that_changes_is_noticed(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "a.jsonl", ROWS)
    records = open_records(path)
    jsonl(path, ROWS[:40])
    with pytest.raises(RecordError, match="has changed since it was opened"):
        records[3]
    path.unlink()
    with pytest.raises(RecordError, match="cannot be read"):
        records[3]


def test_nothing_to_train_on_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\n\n")
    with pytest.raises(RecordError, match="holds no row"):
        open_records(path)
    path.write_bytes(b"oops\n")
    with pytest.raises(RecordError, match=r"holds no row that can be used \(line 1 of a\.jsonl"):
        open_records(path, on_error="skip")
    with pytest.raises(RecordError, match="on_error"):
        open_records(path, on_error="ignore")  # type: ignore[arg-type]


def taken() -> int:
    """Bytes that this process takes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_two_hundred_thousand_rows_take_a_few_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    line = '{"id": "clip_%06d", "text": "' + "words " * 30 + '"}\n'
    with path.open("w") as file:
        file.writelines(line % i for i in range(200_000))
    assert path.stat().st_size > 40e6
    before = taken()
    records = open_records(path)
    assert records[199_999]["id"] == "clip_199999" and records[12_345]["id"] == "clip_012345"
    assert taken() - before < 8e6
    assert len(pickle.dumps(records)) < 4.1e6  # all that is held


def test_a_shard_is_one_row_for_each_basename(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    with path.open("wb") as file:
        add(file, "x/one.json", b'{"id": "1st", "labels": {"actor": "3"}}')
        add(file, "x/one.txt", "\ufeffShe laughs.\n".encode())
        add(file, "x/one.wav", b"sound" * 300)
        add(file, "x/one.cls", b"7")  # of a kind that is not read
        add(file, "two.front.mp4", b"video")
        add(file, "two.txt", b"He nods.")
        add(file, "n" * 180 + ".txt", b"A long name.")
        end(file)
    one, two, three = open_records(path)
    assert one["id"] == "1st" and one["text"] == "She laughs." and "video" not in one
    assert two["id"] == "two" and two["text"] == "He nods."
    assert three == {"id": "n" * 180, "text": "A long name."}
    from emer.training.data.members import media_file

    with media_file(one["audio"], tmp_path) as sound, media_file(two["video"], tmp_path) as video:
        assert sound.read_bytes() == b"sound" * 300 and sound.suffix == ".wav"
        assert video.read_bytes() == b"video" and video.suffix == ".mp4"
    assert not sound.exists() and not video.exists()


@pytest.mark.parametrize("name", ["../x.json", "/etc/x.json", "a/../../x.json", "../x.mp4"])
def test_names_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    path = shard(tmp_path / "in" / "a.tar", [(name, b"{}"), ("fine.txt", b"Fine.")])
    with pytest.raises(RecordError, match=r"x\.\w+' of a\.tar cannot be used: .*leads out"):
        open_records(path)
    records = open_records(path, on_error="skip")
    assert list(records) == [{"id": "fine", "text": "Fine."}] and len(records.skipped) == 1
    assert [each.name for each in tmp_path.rglob("*")] == ["in", "a.tar"]


@pytest.mark.parametrize("claim", [20_000, 1 << 33, (1 << 62), -512])
def test_a_member_of_a_size_that_is_not_there(tmp_path: Path, claim: int) -> None:
    path = tmp_path / "a.tar"
    with path.open("wb") as file:
        add(file, "a.txt", b"Fine.")
        add(file, "b.mp4", b"short", claim=claim)
        end(file)
    for on_error in ("raise", "skip"):
        with pytest.raises(RecordError, match=r"a\.tar is not a tar file .*(claims|header)"):
            open_records(path, on_error=on_error)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [b"L", b"x"])
def test_a_long_name_or_header_of_a_gigabyte_is_not_read(tmp_path: Path, kind: bytes) -> None:
    path = tmp_path / "a.tar"
    with path.open("wb") as file:
        add(file, "a.txt", b"", claim=1 << 30, kind=kind)
        file.truncate((1 << 30) + 4096)  # zeros that take no room on the disk
    tracemalloc.start()
    with pytest.raises(RecordError, match="a header claims"):
        open_records(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 << 20


def test_text_of_a_member_is_limited(tmp_path: Path) -> None:
    path = shard(tmp_path / "a.tar", [("a.json", b" " * (17 << 20)), ("b.txt", b"Fine.")])
    with pytest.raises(RecordError, match=r"'a\.json' of a\.tar .*17,825,792 bytes; at most"):
        open_records(path)


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ([("a.json", b'{"x": NaN}')], "NaN is not JSON"),
        ([("a.txt", b"\xff\xfe")], "not UTF-8"),
        ([("a.mp4", b""), ("a.mkv", b"")], r"it has \.mp4 and \.mkv"),
    ],
)
def test_a_broken_row_of_a_shard(
    tmp_path: Path, members: list[tuple[str, bytes]], reason: str
) -> None:
    path = shard(tmp_path / "a.tar", [*members, ("b.txt", b"Fine.")])
    with pytest.raises(RecordError, match=f"Member 'a' of a.tar cannot be used: .*{reason}"):
        open_records(path)
    assert len(open_records(path, on_error="skip")) == 1


def test_damage_of_a_shard_is_not_taken_for_its_end(tmp_path: Path) -> None:
    whole = tar(tmp_path / "a.tar", ROWS).read_bytes()
    path = tmp_path / "b.tar"
    for cut in (700, 1024 * 20, len(whole) - 10_240):  # within a member, between two, no end
        path.write_bytes(whole[:cut])
        with pytest.raises(RecordError, match=r"b\.tar is not a tar file"):
            open_records(path)
    damaged = bytearray(whole)
    damaged[1024 * 20 + 100] ^= 0x55
    path.write_bytes(damaged)
    with pytest.raises(RecordError, match="damaged header at 20,480"):
        open_records(path)
    import gzip

    path.write_bytes(gzip.compress(whole))
    with pytest.raises(RecordError, match="unpack it to a plain"):
        open_records(path)
