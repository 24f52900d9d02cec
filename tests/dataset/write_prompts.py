"""Write the page of the prompts anew: python -m tests.dataset.write_prompts"""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from emer.dataset.entry import Task
from emer.dataset.prompts import packaged
from emer.explanation import Language

PAGE = Path(__file__).parents[2] / "docs" / "prompts.md"

_HEAD = """# Prompts of the annotators

What `emer build` tells a model, by task and language; the model is given data after it (see below).
A prompt is a versioned file of the package, `emer/data/prompts/NAME.md`; a changed text gets a new
version, and its calls are asked anew. Use a file of your own with `prompts:` of an annotator in the
plan; it is named by its hash, such as `visual.en@own-1f3a...`. This page is written by
`python -m tests.dataset.write_prompts`.

| prompt | SHA-256 of the text |
|---|---|
"""

_DATA = """
## What the model is given

The user message begins with one block of JSON: `seconds`, the `cues` of the modality if the
annotator is given cues (24 at most: `id`, `modality`, `start`, `end`, `statement`, and two
`numbers`), and for `textual` and `disambiguate` the `subtitle`. `disambiguate` is also given what
all models observed, without their names and without the emotions they named. Pictures or sound
follow, if the annotator is given them. No prompt names an emotion, since small models repeat what
they read.

Words that read like an instruction to a program are not sent at all: nobody is asked about them.

## What is kept of an answer

Answers follow a JSON schema (`emer.dataset.schemas`): at most 8 observations, 4 emotions, 4
readings. Texts are put on one line, without controls, markup and brackets; those that speak to a
program or have over 300 characters are left out. Times in the wrong order are swapped; times
outside the clip are dropped. Words of a reading must stand in the subtitle, and the ids it cites
must exist. What was left out is counted in the answer (`left_out`).
"""


def page() -> str:
    """Return the page as it should be."""
    prompts = [packaged(task, one) for task in get_args(Task) for one in get_args(Language)]
    rows = "".join(f"| `{one.name}` | `{one.sha256}` |\n" for one in prompts)
    texts = "".join(f"\n## {one.name}\n\n```text\n{one.text}\n```\n" for one in prompts)
    return _HEAD + rows + _DATA + texts


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
