"""The example of a build: its plans are valid, its server answers and stops."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from emer.dataset.filters import load_filters
from emer.dataset.plan_check import check_plan
from emer.dataset.plan_file import load_plan

FOLDER = Path(__file__).parents[2] / "examples" / "build"
SERVER = FOLDER / "llama_server.py"
FILTERS = ["unsafe", "grounding", "agreement", "length", "duplicates"]


@pytest.mark.parametrize(("name", "language"), [("plan.yaml", "en"), ("plan.zh.yaml", "zh")])
def test_a_plan_is_valid_beside_a_folder_of_clips(name: str, language: str, tmp_path: Path) -> None:
    (tmp_path / "clips").mkdir()
    loaded = load_plan(Path(shutil.copy(FOLDER / name, tmp_path)))
    check_plan(loaded)
    plan = loaded.plan
    assert plan.language == language
    assert [each.name for each in load_filters(plan.filters)] == FILTERS
    (annotator,) = plan.annotators
    assert annotator.given == ("cues",)
    assert annotator.url.startswith("http://127.0.0.1:")


def test_both_plans_are_the_same_but_for_the_language() -> None:
    english, chinese = (load_plan(FOLDER / name).plan for name in ("plan.yaml", "plan.zh.yaml"))
    differ = {
        name
        for name in type(english).model_fields
        if getattr(english, name) != getattr(chinese, name)
    }
    assert differ == {"name", "about", "language", "out", "observe"}


def test_the_server_wants_a_file(tmp_path: Path) -> None:
    command = [sys.executable, str(SERVER), str(tmp_path / "none.gguf")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and "there is no file" in done.stderr


@pytest.mark.slow
def test_the_server_answers_on_loopback_until_it_is_interrupted(
    assets: Callable[[str], Path],
) -> None:
    pytest.importorskip("xllamacpp", reason="the extra writer is not installed (xllamacpp)")
    command = [sys.executable, str(SERVER), str(assets("smollm2-135m"))]
    settings = ["--port", "0", "--parallel", "2", "--context", "512", "--threads", "1"]
    with subprocess.Popen([*command, *settings], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            assert address.startswith("http://127.0.0.1:") and address.endswith("/v1")
            messages = [{"role": "user", "content": "Say yes."}]
            body = {"model": "any", "messages": messages, "max_tokens": 4, "temperature": 0}
            request = urllib.request.Request(
                f"{address}/chat/completions",
                json.dumps(body).encode(),
                {"Content-Type": "application/json"},
            )
            with urllib.request.urlopen(request, timeout=60) as answer:
                found = json.load(answer)
            assert found["choices"][0]["message"]["content"]
            assert found["usage"]["completion_tokens"] <= 4
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=20) == 130
        finally:
            process.kill()
