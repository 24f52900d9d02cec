"""Kept features: what comes back, what damage does, and who may write."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import pickle
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from emer.errors import OutputError, UsageError
from emer.training.data.features import FeatureStore, fingerprint_of

MEDIA = hashlib.sha256(b"a clip").hexdigest()


def some(seed: int = 0, n: int = 7, d: int = 5) -> NDArray[np.float32]:
    return np.random.default_rng(seed).standard_normal((n, d)).astype(np.float32)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_features_come_back_bit_for_bit(tmp_path: Path, dtype: Any) -> None:
    store = FeatureStore(tmp_path, "f")
    whole = some().astype(dtype)
    for number, array in enumerate([whole, whole.T, whole[::2], whole[:1, :1]]):
        key = store.key(MEDIA, f"part {number}")
        assert store.get(key) is None
        assert store.put(key, array)
        for reader in (store, FeatureStore(tmp_path, "f"), pickle.loads(pickle.dumps(store))):
            got = reader.get(key)
            assert got is not None and got.dtype == dtype and np.array_equal(got, array)
    assert store.size == sum(path.stat().st_size for path in files(tmp_path))
    assert store.damaged == store.refused == 0


def test_media_part_and_fingerprint_each_make_another_key(tmp_path: Path) -> None:
    stores = [FeatureStore(tmp_path, name) for name in ("f", "g")]
    keys = {store.key(m, p) for store in stores for m in ("a", "b") for p in ("x", "y")}
    keys |= {stores[0].key("ax", ""), stores[0].key("", "ax"), stores[0].key("a", 'x", "')}
    assert len(keys) == 11
    stores[0].put(stores[0].key(MEDIA, "x"), some())
    assert stores[1].get(stores[1].key(MEDIA, "x")) is None
    assert stores[1].get(stores[0].key(MEDIA, "x")) is None


def test_damage_is_noticed_and_made_good(tmp_path: Path) -> None:
    store = FeatureStore(tmp_path, "f")
    key = store.key(MEDIA, "sound")
    store.put(key, some())
    (path,) = files(tmp_path)
    whole = path.read_bytes()
    damages = [whole[:n] for n in (0, 5, 40, len(whole) - 1)]
    damages += [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in range(len(whole))]
    missed = []
    for number, damage in enumerate(damages):
        path.write_bytes(damage)
        got = store.get(key)
        if got is not None and not np.array_equal(got, some()):
            missed.append(number)
        if got is None:
            assert not path.exists()
    assert missed == [] and store.damaged > len(whole) - 20
    assert store.put(key, some()) and path.read_bytes() == whole


def test_features_of_another_clip_are_not_taken(tmp_path: Path) -> None:
    store = FeatureStore(tmp_path, "f")
    one, other = store.key(MEDIA, "a"), store.key(MEDIA, "b")
    store.put(one, some())
    (path,) = files(tmp_path)
    wrong = path.parents[1] / other[:2] / f"{other}.safetensors"
    wrong.parent.mkdir(exist_ok=True)
    path.rename(wrong)
    assert store.get(other) is None and store.damaged == 1


def write_all(folder: Path, start: int) -> None:
    store = FeatureStore(folder, "f")
    for turn in range(30):
        number = (start + turn) % 10
        key = store.key(str(number), "x")
        got = store.get(key)
        assert got is None or np.array_equal(got, some(number))
        store.put(key, some(number))
    assert store.damaged == 0


def test_several_processes_may_write_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=write_all, args=(tmp_path, 3 * i)) for i in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0] * 4
    assert len(files(tmp_path)) == 10


def test_a_full_store_keeps_what_it_has(tmp_path: Path) -> None:
    FeatureStore(tmp_path, "other").put("0" * 64, some())
    room = FeatureStore(tmp_path, "f").size * 4
    store = FeatureStore(tmp_path, "f", limit=room)
    keys = [store.key(str(i), "x") for i in range(10)]
    assert [store.put(key, some()) for key in keys] == [True] * 3 + [False] * 7
    assert store.refused == 7 and store.size <= room
    assert [store.get(key) is not None for key in keys] == [True] * 3 + [False] * 7


def test_abandoned_files_are_cleared_and_fresh_ones_left(tmp_path: Path) -> None:
    store = FeatureStore(tmp_path, "f")
    store.put("a" * 64, some())
    (path,) = files(tmp_path)
    old, new = path.with_name(f"{path.name}.1.part"), path.with_name(f"{path.name}.2.part")
    for part in (old, new):
        part.write_bytes(b"half")
    os.utime(old, (time.time() - 7200,) * 2)
    assert store.size == path.stat().st_size + 4
    assert not old.exists() and new.exists()


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (some()[0], r"must be \[n, d\]"),
        (some()[:0], "not empty"),
        (some().astype(np.float64), "are float64"),
        ([[1.0]], "are list"),
        (np.array([[np.nan]], np.float32), "NaN or infinity"),
        (np.array([[np.inf]], np.float16), "overflow"),
    ],
)
def test_what_is_no_feature_is_refused(tmp_path: Path, wrong: Any, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        FeatureStore(tmp_path, "f").put("a" * 64, wrong)
    assert files(tmp_path) == []


def test_wrong_keys_and_folders(tmp_path: Path) -> None:
    store = FeatureStore(tmp_path, "f")
    for key in ("", "../../x", "A" * 64):
        with pytest.raises(UsageError, match="is no key"):
            store.get(key)
    for bad in ({"fingerprint": ""}, {"fingerprint": "f", "limit": 0}):
        with pytest.raises(UsageError, match="fingerprint"):
            FeatureStore(tmp_path, **bad)  # type: ignore[arg-type]
    (tmp_path / "file").write_text("x")
    blocked = FeatureStore(tmp_path / "file", "f")
    with pytest.raises(OutputError, match="cannot be used"):
        blocked.put("a" * 64, some())


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError, match="No space left on device"):
        FeatureStore(tmp_path, "f").put("a" * 64, some())
    assert files(tmp_path) == []


def test_a_fingerprint_tells_everything_apart() -> None:
    torch = pytest.importorskip("torch")

    def module(seed: int = 0) -> Any:
        torch.manual_seed(seed)
        return torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4))

    first = fingerprint_of(module(), {"frames": 16})
    assert first == fingerprint_of(module().eval(), {"frames": 16}) and len(first) == 64
    changed = [fingerprint_of(module(1), {"frames": 16}), fingerprint_of(module(), {"frames": 8})]
    for name in ("0.weight", "0.bias", "1.running_mean", "1.num_batches_tracked"):
        other = module()
        dict([*other.named_parameters(), *other.named_buffers()])[name].data.flatten()[0] += 1
        changed.append(fingerprint_of(other, {"frames": 16}))
    changed += [
        fingerprint_of(module().to(t), {"frames": 16}) for t in (torch.half, torch.bfloat16)
    ]
    unsaved = module()
    unsaved.register_buffer("scale", torch.ones(()), persistent=False)
    changed.append(fingerprint_of(unsaved, {"frames": 16}))
    assert len({first, *changed}) == len(changed) + 1


def test_what_has_no_fingerprint() -> None:
    torch = pytest.importorskip("torch")
    for extra in ({"x": float("nan")}, {"x": object()}):
        with pytest.raises(UsageError, match="cannot be written as JSON"):
            fingerprint_of(torch.nn.Linear(1, 1), extra)
    with pytest.raises(UsageError, match="'bias' holds no data yet"):
        fingerprint_of(torch.nn.Linear(1, 1, device="meta"), {})
