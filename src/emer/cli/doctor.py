"""`emer doctor`: what is installed, which assets are here, and what is missing."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, requires, version
from typing import Annotated, TypedDict

import typer


class Finding(TypedDict):
    """One line of the examination."""

    what: str
    found: str
    ok: bool
    mend: str


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say what is installed, which assets are here, and what is missing.

    Example: emer doctor
    """
    import json

    findings = [_python(), *_packages(), *_assets(), *_observers()]
    if as_json:
        typer.echo(json.dumps(findings, indent=2))
    else:
        for finding in findings:
            mark = "ok " if finding["ok"] else "-- "
            typer.echo(f"{mark} {finding['what']:32} {finding['found']}")
            if not finding["ok"] and finding["mend"]:
                typer.echo(f"    mend: {finding['mend']}")
    needed = [f for f in findings if not f["ok"] and not f["what"].startswith("optional")]
    raise typer.Exit(1 if needed else 0)


def _python() -> Finding:
    import os
    import platform

    about = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    return Finding(what="python", found=f"{about}, {os.cpu_count()} cores", ok=True, mend="")


def _packages() -> list[Finding]:
    findings = []
    for line in requires("emer") or ():
        requirement, _, marker = line.partition(";")
        optional = "extra" in marker
        name = _name(requirement)
        extra = marker.split("extra ==")[-1].strip(" '\"") if optional else ""
        if extra == "dev":
            continue
        what = f"optional [{extra}] {name}" if optional else f"package {name}"
        mend = (
            f"pip install 'emer[{extra}]'" if optional else f"pip install '{requirement.strip()}'"
        )
        try:
            findings.append(Finding(what=what, found=version(name), ok=True, mend=""))
        except PackageNotFoundError:
            findings.append(Finding(what=what, found="not installed", ok=False, mend=mend))
    return findings


def _name(requirement: str) -> str:
    import re

    match = re.match(r"[A-Za-z0-9._-]+", requirement.strip())
    return match[0] if match else requirement


def _assets() -> list[Finding]:
    from emer import assets
    from emer.errors import AssetError

    findings = []
    for asset in assets.CATALOG:
        what = f"asset {asset.name}" if asset.default else f"optional asset {asset.name}"
        try:
            findings.append(
                Finding(what=what, found=str(assets.path(asset.name)), ok=True, mend="")
            )
        except AssetError as error:
            mend = f"emer assets get {asset.name}"
            findings.append(Finding(what=what, found=error.message, ok=False, mend=mend))
    return findings


def _observers() -> list[Finding]:
    from importlib.metadata import entry_points

    points = sorted(entry_points(group="emer.observers"), key=lambda point: point.name)
    return [
        Finding(what=f"observer {point.name}", found=point.value, ok=True, mend="")
        for point in points
    ]
