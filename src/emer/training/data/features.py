"""What frozen encoders make of clips, computed once and kept on disk."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from emer.errors import OutputError, UsageError

if TYPE_CHECKING:
    import torch

Features = NDArray[np.float32] | NDArray[np.float16]

_NAME = "features"
_SUFFIX = ".safetensors"
_RECOUNT = 256  # puts after which what other processes have written is counted too
_ABANDONED = 3600.0  # seconds after which a half-written file is nobody's any more


class FeatureStore:
    """Features by clip, under the hash of all that they depend on.

    One file holds one clip, in folders of two levels (`<fingerprint>/ab/abcd....safetensors`).
    Shards of many clips would save files, but need a lock and an index when several processes
    write; a file that is written aside and renamed needs neither, and damage costs one clip.

    When the limit is reached nothing more is kept. To throw out the oldest would be worse than
    useless: an epoch reads every clip once, so the oldest is the one that is needed next.

    A store holds no open file and may be copied to other processes.

    Args:
        folder: Where to keep them; made if absent. Other fingerprints may share it.
        fingerprint: Hash of weights, processor and settings: see `fingerprint_of`.
        limit: Bytes that the folder may take, over all fingerprints; unlimited if absent.
            Writers that run at once may exceed it by what they write between two counts.

    Attributes:
        damaged: How many damaged files were met, and deleted, by this process.
        refused: How many features were not kept because the store is full.
    """

    def __init__(self, folder: Path, fingerprint: str, limit: int | None = None) -> None:
        if not fingerprint or (limit is not None and limit <= 0):
            raise UsageError(
                f"fingerprint is {fingerprint!r} and limit {limit!r}.",
                "Give the hash of what makes the features, and a limit above 0 or none.",
            )
        self.folder = folder
        self.limit = limit
        self._fingerprint = fingerprint
        self._mine = folder / hashlib.sha256(fingerprint.encode()).hexdigest()[:16]
        self._taken = 0
        self._puts = 0
        self.damaged = 0
        self.refused = 0

    def key(self, media: str, part: str) -> str:
        """Return the key of a clip's features.

        Args:
            media: Digest of the bytes of the media: `emer.training.data.members.media_digest`.
            part: What is encoded, such as "frames" or "sound".
        """
        # As JSON, so that no two triples are joined to the same text.
        text = json.dumps([self._fingerprint, part, media])
        return hashlib.sha256(text.encode()).hexdigest()

    def get(self, key: str) -> Features | None:
        """Return features `[n, d]`, or None where there are none or they are damaged.

        Raises:
            OutputError: The file is there but cannot be read.
        """
        from safetensors import SafetensorError, safe_open

        path = self._path(key)
        try:
            with safe_open(path, framework="numpy") as file:
                features: Features = file.get_tensor(_NAME)
                expected = (file.metadata() or {}).get("digest")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unusable(error) from error
        except SafetensorError:
            expected = None
        if expected is not None and expected == _digest(key, features):
            return features
        self.damaged += 1
        path.unlink(missing_ok=True)
        return None

    def put(self, key: str, features: Features) -> bool:
        """Keep features, in one step; returns False if the store is full.

        Args:
            key: From `key`.
            features: `[n, d]`, float32 or float16, finite.

        Raises:
            UsageError: They are something else.
            OutputError: They cannot be written, for example because the disk is full.
        """
        from safetensors.numpy import save

        _check(features)
        data = save({_NAME: np.ascontiguousarray(features)}, {"digest": _digest(key, features)})
        if not self._room(len(data)):
            self.refused += 1
            return False
        path = self._path(key)
        beside = path.with_name(f"{path.name}.{secrets.token_hex(6)}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                beside.write_bytes(data)
                beside.replace(path)
            finally:
                beside.unlink(missing_ok=True)
        except OSError as error:
            raise self._unusable(error) from error
        self._taken += len(data)
        return True

    @property
    def size(self) -> int:
        """Bytes that the folder takes, over all fingerprints.

        Files that killed writers left half-written an hour ago or more are deleted on the way.
        """
        total, now = 0, time.time()
        for path in self.folder.glob(f"*/*/*{_SUFFIX}*"):
            try:
                status = path.stat()
                if path.suffix == ".part" and now - status.st_mtime > _ABANDONED:
                    path.unlink(missing_ok=True)
                    continue
            except FileNotFoundError:
                continue  # another process has renamed or deleted it
            except OSError as error:
                raise self._unusable(error) from error
            total += status.st_size
        return total

    def _room(self, wanted: int) -> bool:
        if self.limit is None:
            return True
        if self._puts % _RECOUNT == 0:
            self._taken = self.size
        self._puts += 1
        return self._taken + wanted <= self.limit

    def _path(self, key: str) -> Path:
        if len(key) != 64 or not set(key) <= set("0123456789abcdef"):
            raise UsageError(f"{key!r} is no key.", "Use the one that FeatureStore.key gives.")
        return self._mine / key[:2] / f"{key}{_SUFFIX}"

    def _unusable(self, error: OSError) -> OutputError:
        return OutputError(
            f"The features kept in {self.folder} cannot be used: {error.strerror or error}.",
            "Choose a folder that is writable and has room.",
        )


def _check(features: Any) -> None:
    if not isinstance(features, np.ndarray) or features.dtype not in (np.float32, np.float16):
        found = features.dtype if isinstance(features, np.ndarray) else type(features).__name__
        raise UsageError(f"Features must be a float32 or float16 array, but are {found}.")
    if features.ndim != 2 or not features.size:
        raise UsageError(f"Features must be [n, d] and not empty, but are {features.shape}.")
    if not np.isfinite(features).all():
        raise UsageError(
            "Features hold NaN or infinity, which would be learnt from in every epoch.",
            "Look for the clip that makes them; in float16, values above 65504 overflow.",
        )


def _digest(key: str, features: Features) -> str:
    """Return a check sum of features and of where they belong."""
    digest = hashlib.blake2b(f"{key} {features.dtype} {features.shape} ".encode(), digest_size=16)
    digest.update(np.ascontiguousarray(features).data)
    return digest.hexdigest()


def fingerprint_of(module: torch.nn.Module, extra: Mapping[str, Any]) -> str:
    """Return a hash of all that a frozen encoder's features depend on.

    Args:
        module: The encoder; names, types, shapes and bytes of its parameters and buffers count,
            those that are not saved included.
        extra: What else matters and can be written as JSON: configuration, processor, layer,
            number of frames, seconds of sound, precision of computing.

    Returns:
        64 hexadecimal digits.

    Raises:
        UsageError: `extra` cannot be written as JSON, or a tensor holds no data.
    """
    try:
        text = json.dumps(dict(extra), sort_keys=True, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise UsageError(f"extra cannot be written as JSON: {error}.") from error
    digest = hashlib.sha256(f"{type(module).__qualname__}\n{text}\n".encode())
    tensors = sorted(
        [*module.named_parameters(), *module.named_buffers()], key=lambda each: each[0]
    )
    for name, tensor in tensors:
        if tensor.is_meta:
            raise UsageError(f"The tensor {name!r} holds no data yet.", "Load the weights first.")
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        digest.update(_bytes(tensor))
    return digest.hexdigest()


def _bytes(tensor: torch.Tensor) -> memoryview:
    import torch

    flat = tensor.detach().cpu().contiguous().reshape(-1)
    return flat.view(torch.uint8).numpy().data
