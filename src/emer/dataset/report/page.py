"""The page of a build: its sections, and the file."""

from __future__ import annotations

from pathlib import Path

from emer.dataset.report import how, samples
from emer.dataset.report.agreement import agreement
from emer.dataset.report.clips import show
from emer.dataset.report.cost import cost
from emer.dataset.report.facts import PageFacts
from emer.dataset.report.filters import before_after
from emer.dataset.report.funnel import funnel
from emer.dataset.report.headline import headline, lasted
from emer.dataset.report.labels import wheel_of
from emer.dataset.report.sieves import read
from emer.metrics.report import shell
from emer.metrics.report.shell import Section
from emer.metrics.report.text import short

_ABOUT = (
    "A dataset of clips with what is seen, heard and said in them, and the emotions they appear to "
    "express."
)


def save(facts: PageFacts, path: str | Path, embed: bool = True) -> Path:
    """Write the page of a build as one HTML file that needs nothing else.

    Args:
        facts: What to show; texts in it are data from outside and escaped wherever they stand.
        path: The file; its folder exists.
        embed: Put the clips of the samples into the page as far as there is room; else link them.

    Returns:
        The path that was written.

    Raises:
        OutputError: The folder is absent or cannot be written to, or the disk is full.
    """
    path = Path(path)
    return shell.save(path, render(facts, embed=embed, folder=path.parent))


def render(facts: PageFacts, *, embed: bool, folder: Path) -> str:
    """Return the page.

    Args:
        facts: What to show.
        embed: Put the clips of the samples into the page.
        folder: Where the page will lie, the start of links to clips.
    """
    clips = show(facts.samples, embed=embed, folder=folder)
    found = read(facts.funnel)
    told = samples.bodies(facts.samples, facts.language)
    places = {facts.samples[at].id: at for at in told}
    sections = [
        Section("headline", "In short", headline(facts)),
        Section("funnel", "From clips to records", funnel(facts, found.filters)),
        Section("labels", "Emotions", wheel_of(facts.labels, facts.language)),
        Section("agreement", "Agreement", agreement(facts.agreement)),
        Section("cost", "Cost", cost(facts)),
        Section("filters", "Before and after the filters", before_after(found, places)),
        Section("samples", "Samples", samples.samples(facts.samples, clips, told)),
        Section("parts", "Sources and splits", how.parts(facts)),
        Section("how", "How it was made", how.how(facts)),
    ]
    return shell.render(
        short(facts.name),
        short(facts.about or _ABOUT, 1000),
        _beside(facts),
        sections,
        styles=("build.css",),
        scripts=("player.js", "build.js"),
        media=[media for at in told if (media := clips[at].media)],
        skip="Skip to the numbers",
    )


def _beside(facts: PageFacts) -> dict[str, str]:
    return {
        "records": f"{facts.kept:,}",
        "statements": f"{facts.statements:,}",
        "language": {"en": "English", "zh": "Chinese"}[facts.language],
        "engine": short(facts.engine, 60),
        "took": lasted(facts.seconds),
    }
