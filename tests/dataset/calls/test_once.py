from __future__ import annotations

import os
import pickle
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from emer.dataset.calls.once import Once


def slowly_made() -> list[int]:
    time.sleep(0.02)
    return [os.getpid()]


def test_all_threads_get_the_same_thing() -> None:
    once = Once(slowly_made)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: once(), range(8)))
    assert len({id(each) for each in made}) == 1


def test_in_another_process_it_begins_anew() -> None:
    once = Once(partial(list, [1]))
    copy = pickle.loads(pickle.dumps(once))
    assert copy() == once() and copy() is not once()
