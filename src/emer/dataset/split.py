"""Which split a group goes to: what belongs together is never in two of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from emer.dataset.plan import Split
from emer.training.data.split import by_share


def split(groups: Iterable[tuple[str, str]], settings: Split) -> dict[str, str]:
    """Choose a split for each group of entries.

    A model that has met a speaker, or the other half of a dialogue, is scored too well: public
    splits share dialogues between training and test (DeepDialogue, arXiv 2505.19978). The result
    depends on the groups, their sizes and the seed, not on the order in which entries come; a
    group that is added can move others, so a build is split as a whole.

    With fewer groups than splits, some splits stay empty.

    Args:
        groups: Of every entry, its id and its group; read once, and only groups are held.
        settings: Shares and seed.

    Returns:
        From the name of a group to that of its split.
    """
    sizes = Counter(group for _, group in groups)
    return by_share(sizes, settings.shares, seed=settings.seed)
