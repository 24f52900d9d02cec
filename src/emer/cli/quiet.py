"""Silence of libraries that talk while they work, so that what emer says is seen."""

from __future__ import annotations

import logging
import os
import warnings


def hush() -> None:
    """Keep transformers from printing bars, notices and deprecations; errors still show.

    Nothing may leave this machine unasked: the hub's telemetry is switched off too.
    """
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    logging.getLogger("bitsandbytes").setLevel(logging.ERROR)
    from transformers.utils import logging as told

    told.set_verbosity_error()
    told.disable_progress_bar()
    warnings.filterwarnings("ignore", category=FutureWarning, module="transformers")
    warnings.filterwarnings("ignore", message=".*pin_memory.*")
