from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from emer.errors import OutputError, UsageError
from emer.explanation import Record
from emer.training.kept import read_kept, results


class Square(Record):
    root: int
    square: int


def square(number: int) -> Square | str:
    time.sleep(0.01 * (3 - number))
    return Square(root=number, square=number**2) if number else "0 is too easy."


def full(number: int) -> str:
    raise OutputError(f"No room for {number}.")


def dead(number: int) -> str:
    raise ArithmeticError(f"bad {number}")


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_task_comes_with_its_result(jobs: int) -> None:
    found = dict(results([0, 1, 2, 3], square, jobs))
    assert found.pop(0) == "0 is too easy."
    assert found == {n: Square(root=n, square=n * n) for n in (1, 2, 3)}


def test_errors_of_a_worker() -> None:
    with pytest.raises(OutputError, match="No room for 1"):
        list(results([1], full, 2))
    assert dict(results([1], dead, 2)) == {1: "A worker died: bad 1"}


def test_kept_results_are_read_and_a_torn_line_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "kept.jsonl"
    assert read_kept(path, Square) == []
    lines = [Square(root=n, square=n * n).model_dump_json() + "\n" for n in (1, 2)]
    path.write_text("".join(lines) + '{"root":3,"sq')
    assert read_kept(path, Square) == [Square(root=1, square=1), Square(root=2, square=4)]
    assert path.read_text() == "".join(lines)


def test_a_line_of_something_else_is_named(tmp_path: Path) -> None:
    path = tmp_path / "kept.jsonl"
    path.write_text('{"root":1,"square":1}\n{"cube":8}\n')
    with pytest.raises(UsageError, match=r"Line 2 of .*kept.*Delete the line"):
        read_kept(path, Square)


def test_ctrl_c_while_processes_start_leaves_no_traces_of_theirs(tmp_path: Path) -> None:
    """Only the parent answers: of a process that was just being started nothing is seen."""
    script = tmp_path / "script.py"
    script.write_text(
        "import sys, time\n"
        "from emer.training.kept import results\n"
        "if __name__ == '__main__':\n"
        "    print('started', flush=True)\n"
        "    try:\n"
        "        list(results([0.2] * 100, time.sleep, 2))\n"
        "    except KeyboardInterrupt:\n"
        "        sys.exit(130)\n"
    )
    process = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None and process.stdout.readline() == "started\n"
    time.sleep(0.3)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (130, "")
