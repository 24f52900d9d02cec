"""A browser and a sound to play, as the pages of explanations have them."""

from report.conftest import browser, sound

__all__ = ["browser", "sound"]
