"""A lane of the time line: a label at the left, a drawing on the shared axis."""

from __future__ import annotations

import json
from collections.abc import Sequence

from emer.report.page.markup import Html, tag


def lane(label: str, drawing: Html, class_: str = "", **attributes: str) -> Html:
    """Return a lane."""
    return tag(
        "div",
        tag("div", tag("div", label), class_="label"),
        drawing,
        class_=f"lane {class_}".strip(),
        **attributes,
    )


def readout(
    name: str, times: Sequence[float], values: Sequence[float | None], class_: str = ""
) -> Html:
    """Return a curve's name with a place for its value at the playhead."""
    value = tag(
        "output",
        aria_live="off",
        data_times=json.dumps([round(t, 3) for t in times], separators=(",", ":")),
        data_values=json.dumps(
            [None if v is None else float(f"{v:.4g}") for v in values], separators=(",", ":")
        ),
    )
    return tag("span", tag("span", name, class_="name"), value, class_=f"readout {class_}".strip())
