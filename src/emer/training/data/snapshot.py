"""A file as it was when its index was made, read at any place."""

from __future__ import annotations

import os
from pathlib import Path

from emer.training.data.errors import RecordError


class Snapshot:
    """A file that is read in pieces and must not change meanwhile.

    It is opened for each piece, so that nothing has to be shared with, or copied to, the processes
    that load data.

    Args:
        path: The file.

    Raises:
        RecordError: It cannot be read, or is not a regular file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            if not path.is_file():
                raise RecordError(
                    f"There is no file {path}.", "Give the rows as .jsonl, .parquet or .tar."
                )
            status = path.stat()
        except (OSError, ValueError) as error:
            raise RecordError(f"{path} cannot be read: {error}.") from error
        self.size = status.st_size
        self._stamp = (status.st_size, status.st_mtime_ns)
        self.read(0, 0)  # says now if it cannot be read

    def read(self, offset: int, size: int) -> bytes:
        """Return `size` bytes from `offset` on.

        Raises:
            RecordError: The file is gone or has changed since it was opened.
        """
        try:
            with self.path.open("rb", buffering=0) as file:
                status = os.fstat(file.fileno())
                if (status.st_size, status.st_mtime_ns) != self._stamp:
                    raise RecordError(
                        f"{self.path} has changed since it was opened.", "Start again to read it."
                    )
                data = os.pread(file.fileno(), size, offset)
        except OSError as error:
            raise RecordError(f"{self.path} cannot be read: {error.strerror}.") from error
        if len(data) < size:
            raise RecordError(f"{self.path} ends at {self.size} bytes, within a row.")
        return data
