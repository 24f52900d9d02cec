"""Serve a GGUF model on this machine as an OpenAI-compatible annotator for `emer build`.

    python llama_server.py MODEL.gguf [--port 8080] [--parallel 2] [--context 8192] [--threads N]

It listens on loopback only, prints its address, and runs until Ctrl-C. Needs `pip install
'emer[writer]'`, which brings llama.cpp (xllamacpp).
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
from pathlib import Path
from typing import Any

INTERRUPTED = 130


def main() -> int:
    """Serve until Ctrl-C; return the exit code."""
    asked = options()
    try:
        server = start(asked)
        print(f"{server.listening_address}/v1", flush=True)
        threading.Event().wait()
    except KeyboardInterrupt:
        return INTERRUPTED
    except RuntimeError as error:
        print(f"{asked.model} cannot be served on port {asked.port}: {error}", file=sys.stderr)
        return 1
    return 0


def start(asked: argparse.Namespace) -> Any:
    """Return a server that listens; it stops when it is no longer held."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(asked.model)
    params.hostnames, params.port = ["127.0.0.1"], asked.port
    # llama.cpp shares the context out among the calls at a time.
    params.n_parallel, params.n_ctx = asked.parallel, asked.parallel * asked.context
    params.offline, params.ui, params.endpoint_slots = True, False, False
    params.verbosity, params.warmup = -1, False
    for cpu in (params.cpuparams, params.cpuparams_batch):
        # Waiting threads sleep instead of spinning.
        cpu.n_threads, cpu.poll = asked.threads, 0
    return xllamacpp.Server(params)


def options() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("model", type=Path, help="a GGUF file")
    parser.add_argument("--port", type=int, default=8080, help="0 takes a free one (%(default)s)")
    parser.add_argument("--parallel", type=int, default=2, help="calls at a time (%(default)s)")
    parser.add_argument("--context", type=int, default=8192, help="tokens a call (%(default)s)")
    half = max(1, (os.cpu_count() or 2) // 2)
    parser.add_argument("--threads", type=int, default=half, help="CPU threads (%(default)s)")
    asked = parser.parse_args()
    if not asked.model.is_file():
        parser.error(f"there is no file {asked.model}")
    return asked


if __name__ == "__main__":
    sys.exit(main())
