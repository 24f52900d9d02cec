from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from emer.engines.signals import interrupts_held

SCRIPT = """
from engines import works
from emer.engines.base import Step
from emer.engines.local import LocalEngine

if __name__ == "__main__":
    steps = [Step("masked", works.masked, workers=2)]
    print({d.result for d in LocalEngine().run([("a", b""), ("b", b"")], steps)})
"""


def test_no_process_gets_it_not_even_the_first(tmp_path: Path) -> None:
    """In a fresh process, where multiprocessing has not yet started what it needs."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, env=environment
    )
    assert (done.stdout, done.stderr) == ("{b'True'}\n", "")


def test_this_process_gets_it_afterwards() -> None:
    with interrupts_held():
        assert signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])
