"""The shell around a page: the style of emer's reports, its security policy, its contents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template

from emer import __version__
from emer.report.output import replace
from emer.report.page import policy
from emer.report.page.markup import Html, escaped, joined, tag
from emer.report.page.media import Media
from emer.report.plain import line
from emer.report.words import words


@dataclass(frozen=True)
class Section:
    """A card of the page.

    Attributes:
        id: What the contents link to.
        title: Its heading.
        body: What is in it; a section without a body is left out.
    """

    id: str
    title: str
    body: Html


def render(
    title: str,
    about: str,
    facts: Mapping[str, str],
    sections: Iterable[Section],
    *,
    styles: Sequence[str] = (),
    scripts: Sequence[str] = (),
    media: Iterable[Media] = (),
    skip: str = "Skip to the score",
) -> str:
    """Return a page that asks for nothing from elsewhere.

    Args:
        title: The heading, also the title of the window.
        about: One line under it.
        facts: Shown beside the contents.
        sections: In the order of the page; those without a body are left out.
        styles: Packaged styles beyond those of a score.
        scripts: Packaged scripts beyond that of a score.
        media: Clips on the page.
        skip: Words of the link past the contents.
    """
    shown = [section for section in sections if section.body]
    style = "".join(map(packaged, ("page.css", "score.css", *styles)))
    script = "".join(map(packaged, ("score.js", *scripts)))
    return Template(packaged("page.html")).substitute(
        lang="en",
        title=escaped(f"{line(title)} · emer"),
        policy=escaped(policy(style, script, *media)),
        style=style,
        script=script,
        skip=escaped(skip),
        header=_header(title, about),
        aside=_contents(facts, shown),
        main=_main(shown),
        footer=joined(
            tag("p", words("en").use),
            tag("p", f"Written by emer {__version__}."),
        ),
    )


def save(path: Path, text: str) -> Path:
    """Write a page; it is there whole or not at all.

    Raises:
        OutputError: The folder is absent or cannot be written to, or the disk is full.
    """
    replace(path, text)
    return path


def packaged(name: str) -> str:
    """Return a style or script that comes with the package."""
    return (files("emer") / "data" / "report" / name).read_text(encoding="utf-8")


def _header(title: str, about: str) -> Html:
    said = words("en").theme
    button = tag("button", "◐", type="button", id="theme", aria_label=said, title=said)
    return joined(
        tag("div", tag("span", "emer", class_="brand"), button, class_="top"),
        tag("h1", title),
        tag("p", about, class_="about"),
    )


def _contents(facts: Mapping[str, str], sections: Sequence[Section]) -> Html:
    links = (tag("li", tag("a", each.title, href=f"#{each.id}")) for each in sections)
    rows = (joined(tag("dt", name), tag("dd", value)) for name, value in facts.items())
    return joined(
        tag("nav", tag("ul", *links), aria_label="On this page", class_="contents"),
        tag("dl", *rows, class_="facts") if facts else "",
    )


def _main(sections: Sequence[Section]) -> Html:
    cards = [
        tag(
            "section",
            tag("h2", each.title, id=f"{each.id}-title"),
            each.body,
            id=each.id,
            class_="card",
            aria_labelledby=f"{each.id}-title",
        )
        for each in sections
    ]
    # The shell's link for the keyboard, past the contents, leads to this id.
    return joined(tag("div", id="cues", tabindex=-1), *cards)
