"""Errors that a user can act on: what is wrong, where, and how to mend it."""

from __future__ import annotations


class EmerError(Exception):
    """Base of every error emer raises on purpose.

    Args:
        message: One sentence that says what is wrong and where.
        hint: How to mend it, or what would be valid. Shown on a second line.
    """

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}" if self.hint else self.message


class UsageError(EmerError):
    """The call itself cannot be carried out: a wrong argument or option (exit code 2)."""


class MediaError(EmerError):
    """A media file cannot be read: missing, empty, damaged or not media."""


class LimitError(MediaError):
    """A media file is larger than the limits allow."""


class SubtitleError(EmerError):
    """A subtitle cannot be read."""


class AssetError(EmerError):
    """An asset (model weights, sample clip) is absent, damaged or not the one expected."""


class OutputError(EmerError):
    """A result cannot be written."""


class MissingExtra(EmerError):
    """An optional dependency is not installed.

    Args:
        feature: What the user asked for.
        package: The module that is absent.
        extra: The extra of emer that brings it.
    """

    def __init__(self, feature: str, package: str, extra: str) -> None:
        super().__init__(
            f"{feature} needs the optional dependency {package!r}.",
            f"Install it with: pip install 'emer[{extra}]'",
        )
