"""What is written to descriptor 2 while muted is lost, and only then."""

from __future__ import annotations

import os

import pytest

from emer.instruments.quiet import muted


def test_only_what_is_written_meanwhile_is_lost(capfd: pytest.CaptureFixture[str]) -> None:
    os.write(2, b"before ")
    with muted():
        os.write(2, b"meanwhile ")
    os.write(2, b"after")
    assert capfd.readouterr().err == "before after"


def test_the_descriptor_is_restored_after_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError), muted():
        raise RuntimeError
    os.write(2, b"heard")
    assert capfd.readouterr().err == "heard"
