"""Whatever lies in a source, nothing but an error of ours comes out."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from emer.dataset.plan import Source
from emer.dataset.sources import open_source
from emer.dataset.sources.base import LONGEST_ID, clip_id
from emer.errors import EmerError

pytest.importorskip("pyarrow")

TEXT = st.text(st.sampled_from('media,id\t\n\r"{}[]:\\0a\x00é\u202e'), max_size=60)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([".csv", ".tsv", ".json", ".jsonl", ".parquet", ".tar"]),
    st.binary(max_size=80)
    | TEXT.map(str.encode)
    | TEXT.map(lambda text: b"media\n" + text.encode()),
)
@example(".csv", b"media\n\xef\xbb\xbf\n")
@example(".json", b"[" * 100_000)
@example(".jsonl", b'{"media": "a", "media": "b"}')
@example(".jsonl", b'{"media": "\\ud800"}')
@example(".json", b'1}, {"rows": []')
def test_any_bytes(suffix: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"m{suffix}")
        path.write_bytes(data)
        try:
            found = list(open_source(Source(name="own", path=str(path), licence="x"), Path(folder)))
        except EmerError as error:
            assert path.name in str(error) or "own" in str(error)
        else:
            assert all(each.id.encode() and each.reference for each in found)


@given(st.text(max_size=400))
def test_any_name(name: str) -> None:
    made = clip_id("own", name)
    made.encode()
    assert made.startswith("own/")
    assert len(made) <= LONGEST_ID
    assert clip_id("own", name + "\n") != made
