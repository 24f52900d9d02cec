"""Write the committed JSON Schema anew: python -m tests.write_schema"""

import json
from pathlib import Path

from emer.explanation import Explanation

if __name__ == "__main__":
    target = Path(__file__).parents[1] / "docs" / "schema" / "explanation-1.json"
    schema = Explanation.model_json_schema(by_alias=True, mode="serialization")
    target.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n")
