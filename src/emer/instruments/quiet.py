"""Keep start-up notices of models off the terminal."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# The file descriptor belongs to the whole process, so only one thread may move it at a time.
_ONE_AT_A_TIME = threading.Lock()


@contextmanager
def muted() -> Iterator[None]:
    """Send what C++ code writes to descriptor 2 nowhere; MediaPipe has no switch for it."""
    with _ONE_AT_A_TIME:
        kept = os.dup(2)
        try:
            with Path(os.devnull).open("w") as nowhere:
                os.dup2(nowhere.fileno(), 2)
                yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
