"""Columns: the page, the Arrow schema and the features of `datasets` say the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dataset.composed import entry
from dataset.export.columns_page import PAGE, with_tables
from dataset.export.folders import written
from emer.dataset.compose import Compose
from emer.dataset.export.columns import CONFIGS, CUES, Column, arrow, columns, rows_to_train
from emer.training.data.rows import Row


def test_the_page_has_the_columns_of_the_code() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert with_tables(page) == page, "write it anew: python -m tests.dataset.export.columns_page"


def test_rows_to_train_are_those_of_the_trainers() -> None:
    assert [column.name for column in rows_to_train(())] == list(Row.model_fields)


@pytest.mark.parametrize("config", CONFIGS)
def test_what_is_written_has_these_columns_and_types(config: str, tmp_path: Path) -> None:
    made = Compose("en")(entry())
    written(tmp_path / "d", [made], formats=["jsonl", "parquet"])
    given = columns(config, ("actor", "emotion"))  # type: ignore[arg-type]
    path = tmp_path / "d/jsonl" / config / "train/00000.jsonl"
    for line in path.read_text(encoding="utf-8").splitlines():
        check(json.loads(line), given)
    parquet = pytest.importorskip("pyarrow.parquet")
    file = parquet.ParquetFile(tmp_path / "d/parquet" / config / "train/00000.parquet")
    assert file.schema_arrow.remove_metadata() == arrow(given)


KINDS = {"string": str, "int64": int, "float64": (int, float), "bool": bool}


def check(row: dict[str, object], given: tuple[Column, ...]) -> None:
    """Check the keys and types of a row, as deep as they go."""
    known = {column.name: column for column in given}
    assert row.keys() <= known.keys()
    assert row.keys() == known.keys() or "form" in known
    for name, value in row.items():
        column = known[name]
        values = value if column.many else [value]
        assert isinstance(values, list)
        for each in values:
            if isinstance(column.kind, tuple):
                assert isinstance(each, dict)
                check(each, column.kind)
            else:
                assert each is None or isinstance(each, KINDS[column.kind])


def test_every_column_is_explained_once() -> None:
    paths = [path for column in CUES for path, _ in column.paths()]
    assert len(set(paths)) == len(paths)
    assert all(column.about.endswith(".") for each in CUES for _, column in each.paths())
