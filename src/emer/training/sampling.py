"""Randomness that a resumed run repeats: everything follows from seed, epoch and row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from torch.utils.data import Sampler


@dataclass(frozen=True)
class Place:
    """Where in a run a row is met; what datasets of a stage are indexed by.

    Attributes:
        epoch: From 0.
        index: Of the row in its data set.
    """

    epoch: int
    index: int


def generator(seed: int, place: Place) -> np.random.Generator:
    """Return the random numbers of one row in one epoch, whatever was drawn before."""
    return np.random.default_rng((seed, place.epoch, place.index))


class Shuffle(Sampler[Place]):
    """All rows in an order that seed and epoch decide.

    It gives places rather than indices, so that the epoch reaches the dataset in every process.

    Args:
        count: How many rows there are.
        seed: Of the run.
    """

    def __init__(self, count: int, seed: int) -> None:
        self.count, self.seed, self.epoch = count, seed, 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch of the next pass."""
        self.epoch = epoch

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Place]:
        order = np.random.default_rng((self.seed, self.epoch)).permutation(self.count)
        yield from (Place(self.epoch, int(index)) for index in order)


def even_share(count: int, rank: int, world: int) -> list[Place]:
    """Return the rows that one of several processes validates, as many in each.

    The processes of a sharded model must make the same number of steps, so the last row is
    repeated where it does not come out even; only the first `real_share` are to be counted.

    Args:
        count: How many rows there are.
        rank: Which process.
        world: Of how many.
    """
    each = -(-count // world)
    return [Place(0, min(rank + step * world, count - 1)) for step in range(each)]


def real_share(count: int, rank: int, world: int) -> int:
    """Return how many of `even_share` are not repeated."""
    return len(range(rank, count, world))
