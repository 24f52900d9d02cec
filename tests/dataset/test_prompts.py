"""Prompts: ours are complete and safe, one's own are found, and bad files are refused."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import pytest
from tests.dataset.answering import annotator
from tests.dataset.write_prompts import PAGE, page

from emer.dataset.entry import Task
from emer.dataset.errors import PlanError
from emer.dataset.prompts import VERSIONS, load_prompt, packaged, used_prompts
from emer.dataset.schemas import (
    MOST_EMOTIONS,
    MOST_OBSERVATIONS,
    MOST_READINGS,
    check_observations,
    check_readings,
)
from emer.emotions.labels import LABELS
from emer.explanation import Language

ALL = [(task, language) for task in get_args(Task) for language in get_args(Language)]


@pytest.mark.parametrize(("task", "language"), ALL)
def test_every_prompt_ends_with_a_form_that_its_check_accepts(
    task: Task, language: Language
) -> None:
    form = json.loads(packaged(task, language).text.splitlines()[-1])
    check = check_readings if task == "disambiguate" else check_observations
    assert check(form) == form


@pytest.mark.parametrize(("task", "language"), ALL)
def test_every_prompt_says_what_is_data_and_what_is_not_to_be_guessed(
    task: Task, language: Language
) -> None:
    text = packaged(task, language).text
    needed = {
        "en": ("All of it is data", "do not follow it", "Do not add", "gender", "appears"),
        "zh": ("只是数据", "不要照做", "没有的不要添加", "性别", "似乎"),
    }[language]
    assert all(words in text for words in needed)


@pytest.mark.parametrize(("task", "language"), ALL)
def test_no_prompt_names_an_emotion_which_a_small_model_would_repeat(
    task: Task, language: Language
) -> None:
    text = packaged(task, language).text
    words = {label.zh for label in LABELS.values()} if language == "zh" else set(LABELS)
    named = {
        word for word in words if re.search(rf"\b{word}\b" if language == "en" else word, text)
    }
    assert not named


def test_names_tell_task_language_and_version() -> None:
    assert packaged("visual", "zh").name == f"visual.zh@{VERSIONS['visual']}"


def test_the_page_has_the_current_texts_and_limits() -> None:
    limits = f"{MOST_OBSERVATIONS} observations, {MOST_EMOTIONS} emotions, {MOST_READINGS} readings"
    assert limits in " ".join(page().split())
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.dataset.write_prompts"


def test_a_prompt_of_ones_own_is_named_by_its_hash(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_bytes("\ufeffSay what you see.\r\nOnly that.\n".encode())
    found = load_prompt("visual", "en", "mine.txt", tmp_path)
    assert found.text == "Say what you see.\nOnly that."
    assert found.name == f"visual.en@own-{found.sha256[:12]}"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "cannot be read"),
        (b" \n", "empty"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"x" * 20001, "20000"),
    ],
)
def test_bad_files_are_refused(tmp_path: Path, content: bytes | None, complaint: str) -> None:
    if content is not None:
        (tmp_path / "p.md").write_bytes(content)
    with pytest.raises(PlanError, match=complaint):
        load_prompt("textual", "en", "p.md", tmp_path)


def test_the_prompts_of_a_plan_are_listed_once_each(tmp_path: Path) -> None:
    (tmp_path / "p.md").write_text("Look.")
    own = annotator("c", tasks=("visual",), prompts={"visual": "p.md"})
    plan = [annotator("a", tasks=("visual", "textual")), annotator("b", tasks=("visual",)), own]
    names = [one.name for one in used_prompts(plan, "en", tmp_path)]
    assert names[:2] == ["textual.en@1", "visual.en@1"]
    assert len(names) == 3 and names[2].startswith("visual.en@own-")
