"""Splits that do not leak: what belongs together stays together."""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from emer.errors import UsageError
from emer.training.data.errors import RecordError
from emer.training.data.rows import Row


def split_by_group(
    rows: Iterable[Row],
    group: str,
    *,
    shares: Mapping[str, float] | None = None,
    values: Mapping[str, Sequence[str]] | None = None,
    leave_out: bool = False,
    seed: int = 0,
) -> dict[str, list[int]]:
    """Split rows so that no group, such as a speaker or a dialogue, is in two splits.

    A model that has heard a speaker, or read the other half of a dialogue, is scored too well:
    public splits share dialogues between training and test (DeepDialogue, arXiv 2505.19978).

    With `shares`, groups go from the largest to the smallest to the split that lacks most rows;
    equally large ones in an order that only the seed decides, not the order of the rows.

    Args:
        rows: The rows.
        group: A key of their labels, such as "actor".
        shares: From the name of a split to its share of the rows, above 0, 1 in all.
        values: From the name of a split to the groups in it.
        leave_out: With `values`, let groups that are named nowhere be in no split.
        seed: Decides the order of equally large groups.

    Returns:
        From the name of a split to the positions of its rows, ascending.

    Raises:
        UsageError: The shares or values are not valid.
        RecordError: A row has no such label, a split would be empty, or a group is named nowhere.
    """
    if (shares is None) == (values is None):
        raise UsageError("Give either shares or values.", 'For example shares={"train": 0.9, ...}.')
    members = _members(rows, group)
    if values is not None:
        chosen = _by_value(members, group, values, leave_out)
    else:
        sizes = {name: len(places) for name, places in members.items()}
        chosen = by_share(sizes, shares or {}, seed=seed)
    splits: dict[str, list[int]] = {name: [] for name in values or shares or {}}
    for name, split in chosen.items():
        splits[split] += members[name]
    empty = [name for name, places in splits.items() if not places]
    if empty:
        raise RecordError(
            f"The split {empty[0]!r} would be empty: there are {len(members)} groups of {group!r} "
            f"for {len(splits)} splits.",
            "Give fewer splits or another group.",
        )
    return {name: sorted(places) for name, places in splits.items()}


def _members(rows: Iterable[Row], group: str) -> dict[str, list[int]]:
    members: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        if group not in row.labels:
            raise RecordError(
                f"The row {row.id!r} has no label {group!r}, by which to split.",
                f"Its labels: {', '.join(sorted(row.labels)) or 'none'}.",
            )
        members[row.labels[group]].append(place)
    return dict(members)


def _by_value(
    members: Mapping[str, Sequence[int]],
    group: str,
    values: Mapping[str, Sequence[str]],
    leave_out: bool,
) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for split, names in values.items():
        for name in names:
            if name not in members:
                raise UsageError(
                    f"No row has {name!r} as its {group!r}.", f"Valid: {_listed(sorted(members))}."
                )
            if name in chosen:
                raise UsageError(f"{group} {name!r} is named twice.", "A group is in one split.")
            chosen[name] = split
    rest = sorted(members.keys() - chosen)
    if rest and not leave_out:
        raise RecordError(
            f"In no split: {group} {_listed(rest)}.", "Name them, or leave them out: leave_out."
        )
    return chosen


def _checked(shares: Mapping[str, float]) -> Mapping[str, float]:
    good = all(math.isfinite(share) and share > 0 for share in shares.values())
    if not good or abs(sum(shares.values()) - 1) > 1e-6:
        raise UsageError(
            f"Shares must be above 0 and 1 in all, but are {dict(shares)}.",
            'For example {"train": 0.8, "validation": 0.1, "test": 0.1}.',
        )
    return shares


def by_share(
    sizes: Mapping[str, int], shares: Mapping[str, float], *, seed: int = 0
) -> dict[str, str]:
    """Choose a split for each group, so that the splits come near their shares of the rows.

    Groups go from the largest to the smallest to the split that lacks most rows; equally large
    ones in an order that only the seed decides. What is held is one entry a group.

    Args:
        sizes: From the name of a group to how many rows it has.
        shares: From the name of a split to its share of the rows, above 0, 1 in all.
        seed: Decides the order of equally large groups.

    Returns:
        From the name of a group to that of its split.

    Raises:
        UsageError: The shares are not valid.
    """
    total = sum(sizes.values())
    lacking = {split: share * total for split, share in _checked(shares).items()}
    chosen: dict[str, str] = {}
    for name in sorted(sizes, key=lambda each: (-sizes[each], _draw(seed, each))):
        chosen[name] = max(lacking, key=lambda split: lacking[split])
        lacking[chosen[name]] -= sizes[name]
    return chosen


def _draw(seed: int, name: str) -> bytes:
    return hashlib.sha256(f"{seed}\0{name}".encode()).digest()


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:20]) + (", ..." if len(names) > 20 else "")
