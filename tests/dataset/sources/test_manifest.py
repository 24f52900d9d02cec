"""Manifests of every kind."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from emer.dataset.plan import Source
from emer.dataset.sources import Found, SourceError, open_source

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

ROWS = [
    {"name": "a", "file": "a.mp4", "said": "Hi, \"you\"\nthere", "emotion": "sad", "actor": "7"},
    {"name": "é", "file": "sub/b.mp4", "said": "", "emotion": "愤怒", "actor": "8"},
]  # fmt: skip
COLUMNS = {"id": "name", "media": "file", "subtitle": "said", "group": "actor"}


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    if path.suffix in (".csv", ".tsv"):
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            kind = "excel" if path.suffix == ".csv" else "excel-tab"
            writer = csv.DictWriter(file, list(rows[0]), dialect=kind)
            writer.writeheader()
            writer.writerows(rows)
    elif path.suffix == ".json":
        path.write_text(json.dumps(rows))
    elif path.suffix == ".jsonl":
        path.write_text("\n\n".join(map(json.dumps, rows)))
    else:
        pq.write_table(pa.Table.from_pylist(rows), path)
    return path


def found(path: Path, **more: Any) -> list[Found]:
    source = Source(name="own", path=path.name, licence="CC0", **more)
    return list(open_source(source, path.parent))


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".json", ".jsonl", ".parquet"])
def test_all_kinds_say_the_same(tmp_path: Path, suffix: str) -> None:
    (tmp_path / "a.mp4").write_bytes(b"xyz")
    path = write(tmp_path / f"m{suffix}", ROWS)
    first, second = found(path, columns=COLUMNS, labels=("emotion", "actor"), group="column")
    assert first.stamp.startswith("3:")
    assert second == Found(
        "own/é",
        str(tmp_path / "sub/b.mp4"),
        "",
        {"emotion": "愤怒", "actor": "8"},
        "own/8",
        "",
    )
    assert (first.id, first.subtitle) == ("own/a", ROWS[0]["said"])


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".json", ".jsonl", ".parquet"])
@pytest.mark.parametrize("more", [{"labels": ("mood",)}, {"columns": {"subtitle": "mood"}}])
def test_a_missing_column_is_named(tmp_path: Path, suffix: str, more: dict[str, Any]) -> None:
    path = write(tmp_path / f"m{suffix}", [{"media": "a.mp4", "emotion": "sad"}])
    with pytest.raises(SourceError, match=r"no column 'mood'.*It has: media, emotion"):
        found(path, **more)
    with pytest.raises(SourceError, match="group"):
        found(path, group="column")
    with pytest.raises(SourceError, match="mdeia"):
        found(path, columns={"media": "mdeia"})


def test_without_an_id_the_path_is_one_and_numbers_are_text(tmp_path: Path) -> None:
    path = write(tmp_path / "m.jsonl", [{"media": "../x/a.mp4", "n": 2.5, "l": ["a", "b"]}])
    (only,) = found(path, labels=("n", "l"))
    assert only.id == "own/../x/a.mp4"
    assert only.reference == f"{tmp_path}/../x/a.mp4"
    assert only.labels == {"n": "2.5", "l": "a, b"}


def test_absolute_paths_members_and_subtitle_files(tmp_path: Path) -> None:
    (tmp_path / "s.tar").write_bytes(b"12")
    rows = [
        {"media": "/data/a.mp4", "subtitle": "a.srt"},
        {"media": "s.tar@512+9.mp4", "subtitle": "It ends in a.srt\nreally"},
    ]
    one, two = found(write(tmp_path / "m.jsonl", rows))
    assert (one.reference, one.subtitle) == ("/data/a.mp4", "")
    assert one.subtitle_file == str(tmp_path / "a.srt")
    assert two.reference == f"{tmp_path}/s.tar@512+9.mp4"
    assert two.stamp.startswith("2:")
    assert two.subtitle.endswith("really")


def test_an_id_twice_is_an_error_that_names_both_places(tmp_path: Path) -> None:
    rows = [{"id": "a", "media": "1.mp4"}, {"id": "b", "media": "2"}, {"id": "a", "media": "3"}]
    with pytest.raises(SourceError, match=r"'own/a' is there twice: line 2 .* and line 4 "):
        found(write(tmp_path / "m.csv", rows))


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("m.csv", b"", "no column 'media'"),
        ("m.csv", b"media\n", "holds no clip"),
        ("m.csv", b'media\na.mp4\n"b.mp4\nc.mp4\n', "Line 4 .*unexpected end"),
        ("m.csv", b'media\n"a"b.mp4\n', "Line 2 "),
        ("m.csv", b"media\na\0.mp4\n", "NUL"),
        ("m.csv", b"media\na.mp4,x\n", "2 cells, the header 1"),
        ("m.csv", b"media,media\na,b\n", "two columns 'media'"),
        ("m.csv", "media\n\xe9.mp4\n".encode("latin-1"), "not UTF-8"),
        ("m.csv", b"media\n\n" + b"x" * 10_000_000, "Line 3 .*field larger"),
        ("m.csv", b"media\n   \n", "names no file"),
        ("m.json", b"{}", "list of objects"),
        ("m.json", b"[1]", "list of objects"),
        ("m.json", b'[], "more": 1', "list of objects"),
        ("m.json", b"[{}", "is not JSON"),
        ("m.json", b'[{"media": null}]', "row 1 .*names no file"),
        ("m.jsonl", b'{"media": "a"}\n{"media": ', "Line 2 "),
        ("m.jsonl", b'{"media": {"x": 1}}', "should be text"),
        ("m.jsonl", b'{"media": "a\\u0000"}', "names no file"),
        ("m.jsonl", b'{"a": "' + b"x" * 17_000_000, "longer than 16 MiB"),
        ("m.parquet", b"PAR1 no", "not a Parquet file"),
    ],
)
def test_broken_manifests(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(SourceError, match=f"(?i){says}"):
        found(tmp_path / name)


def test_finding_streams(tmp_path: Path) -> None:
    path = tmp_path / "m.jsonl"
    path.write_text('{"media": "a.mp4"}\nbroken')
    source = Source(name="own", path=str(path), licence="CC0")
    clips = open_source(source, tmp_path)
    assert next(clips).id == "own/a.mp4"
    with pytest.raises(SourceError, match="Line 2"):
        next(clips)
