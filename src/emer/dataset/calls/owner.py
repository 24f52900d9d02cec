"""Who waits for the answer of a call, and how others know that nobody does any more.

A process that was killed cannot say so. What it began is free again once its lease has ended, or
at once where it ran on this machine and is seen to be gone.
"""

from __future__ import annotations

import os
import secrets
import socket
from pathlib import Path


def new_owner() -> str:
    """Return a name for this process as an owner of calls: machine, process, a random part."""
    return f"{machine()}:{os.getpid()}:{secrets.token_hex(6)}"


def gone(owner: str) -> bool:
    """Return whether an owner is known to be gone; False where that cannot be known from here."""
    where, _, rest = owner.rpartition(":")
    where, _, number = where.rpartition(":")
    if not rest or where != machine() or not number.isdecimal():
        return not owner
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def machine() -> str:
    """Return what tells this running machine, and this container on it, from others."""
    boot, space = Path("/proc/sys/kernel/random/boot_id"), Path("/proc/self/ns/pid")
    try:
        return f"{boot.read_text().strip()}-{space.stat().st_ino}"
    except OSError:
        return socket.gethostname()
