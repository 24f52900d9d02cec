"""`emer assets`: list, get, verify and locate the model files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from emer.assets import Asset

app = typer.Typer(
    help="Manage model files: named by SHA-256, fetched only when you ask.",
    no_args_is_help=True,
    epilog="Example: emer assets get      (then everything works offline)",
)

Names = Annotated[
    list[str] | None, typer.Argument(help="Asset names; without any, those that explain needs.")
]


@app.command("list")
def list_assets(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List all assets, their size and licence, and whether they are here."""
    import json

    from emer import assets

    rows = [
        {
            "name": asset.name,
            "here": not assets.missing(asset),
            "default": asset.default,
            "bytes": asset.bytes,
            "licence": asset.licence,
            "sha256": asset.sha256,
            "about": asset.about,
        }
        for asset in assets.CATALOG
    ]
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
        return
    typer.echo(f"Folder: {assets.root()}")
    for row, asset in zip(rows, assets.CATALOG, strict=True):
        here = "here" if row["here"] else "absent"
        typer.echo(
            f"{asset.name:16} {here:7} {asset.bytes / 1e6:7.1f} MB  {asset.licence:15} "
            f"{asset.about}"
        )


@app.command("get")
def get(
    names: Names = None,
    everything: Annotated[bool, typer.Option("--all", help="Optional ones too.")] = False,
) -> None:
    """Fetch assets that are not here yet; an interrupted download is continued.

    Example: emer assets get whisper-base
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from emer import assets

    chosen = _chosen(names, everything)
    wanted = [asset for asset in chosen if assets.missing(asset)]
    console = Console(stderr=True)
    for asset in wanted:
        console.print(
            f"Fetching {asset.name} ({asset.bytes / 1e6:.1f} MB, {asset.licence}): {asset.about}"
        )
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as bar:
        tasks: dict[str, int] = {}

        def report(label: str, done: int, total: int) -> None:
            task = tasks.setdefault(label, -1)
            if task < 0:
                task = tasks[label] = bar.add_task(label, total=total)
            bar.update(task, completed=done, total=total)  # type: ignore[arg-type]

        assets.fetch(chosen, report)
    console.print(f"{len(chosen)} assets here and verified, {len(wanted)} fetched: {assets.root()}")


@app.command("verify")
def verify(names: Names = None) -> None:
    """Hash assets anew and compare with the catalogue.

    Without names, every asset that is here.
    """
    from emer import assets

    here = [asset for asset in assets.CATALOG if not assets.missing(asset)]
    for asset in [assets.find(name) for name in names] if names else here:
        assets.verify(asset)
        typer.echo(f"{asset.name}: ok")


@app.command("path")
def path(name: Annotated[str, typer.Argument(help="Asset name.")]) -> None:
    """Print where an asset lies (its file, or its folder if it has several)."""
    from emer import assets

    typer.echo(assets.path(name))


def _chosen(names: list[str] | None, everything: bool) -> list[Asset]:
    from emer import assets

    if names:
        return [assets.find(name) for name in names]
    return [asset for asset in assets.CATALOG if everything or asset.default]
