from __future__ import annotations

from tests.docs.filter_table import PAGE, page

from emer.dataset.filters import find
from emer.dataset.filters.registry import names


def test_the_page_shows_the_filters_as_they_are() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text, "python -m tests.docs.filter_table"


def test_every_filter_states_weakness_and_source_and_describes_its_options() -> None:
    for name in names():
        told = find(name).__doc__ or ""
        assert "Weakness: " in told and "Source: " in told, name
        for option, field in find(name).options_type.model_fields.items():
            assert field.description, (name, option)
