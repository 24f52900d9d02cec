from __future__ import annotations

import re
from pathlib import Path

from tests.docs.plan_tables import PAGE, page, parts

from emer.dataset.filters import load_filters
from emer.dataset.plan import Plan
from emer.dataset.plan_file import load_plan


def test_the_page_shows_the_keys_as_they_are() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text, "python -m tests.docs.plan_tables"


def test_every_key_is_described() -> None:
    found = dict(parts())
    assert found[""] is Plan and {"sources[]", "annotators[].rate", "split"} <= found.keys()
    for key, part in found.items():
        for name, field in part.model_fields.items():
            assert field.description, f"{key}.{name}"


def test_the_example_is_a_plan(tmp_path: Path) -> None:
    found = re.search(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    assert found is not None
    path = tmp_path / "plan.yaml"
    path.write_text(found[1], encoding="utf-8")
    plan = load_plan(path).plan
    assert [each.name for each in load_filters(plan.filters)] == [
        "unsafe",
        "grounding",
        "agreement",
        "length",
        "duplicates",
    ]
    # The example shows something of every part but the measuring.
    shown = plan.model_fields_set
    assert shown >= Plan.model_fields.keys() - {"store", "copies", "observe"}
