"""Texts from the statements that are left: description, short captions, instruction pairs."""

from emer.dataset.compose.stage import Compose

__all__ = ["Compose"]
