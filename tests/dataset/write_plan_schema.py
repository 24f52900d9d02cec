"""Write the committed JSON Schema of a plan anew: python -m tests.dataset.write_plan_schema"""

import json
from pathlib import Path

import emer.dataset
from emer.dataset.plan_file import schema

COPIES = (
    Path(__file__).parents[2] / "docs" / "schema" / "plan.schema.json",
    Path(emer.dataset.__path__[0]) / "plan.schema.json",
)
"""For readers of the docs, and beside the code for editors where emer is installed."""

if __name__ == "__main__":
    text = json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
    for copy in COPIES:
        copy.write_text(text, encoding="utf-8")
