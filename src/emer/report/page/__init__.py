"""One self-contained page: player, time line, cues, explanation, provenance."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from pathlib import Path
from string import Template

from emer.explanation import Explanation
from emer.report.page import claims, cues, panels
from emer.report.page.markup import Html, escaped, joined, tag
from emer.report.page.media import Media, find, player
from emer.report.page.score import score
from emer.report.plain import clock, line, still
from emer.report.words import Words, words


def render(explanation: Explanation, *, clip: Path | None, embed: bool, folder: Path) -> str:
    """Return the page.

    Args:
        explanation: What to show.
        clip: The media file for the player, or None for a page without one.
        embed: Put the clip into the page if it is small enough; else link it.
        folder: Where the page will lie, the start of the link to the clip.

    Raises:
        MediaError: The clip cannot be read.
    """
    said = words(explanation.language)
    media = find(clip, embed=embed, folder=folder)
    style, script = _packaged("page.css"), _packaged("player.js") + _packaged("page.js")
    # `substitute` does not look into what it inserts, so "$" in a subtitle stays a "$".
    return Template(_packaged("page.html")).substitute(
        lang=said.lang,
        title=escaped(f"{line(explanation.clip.name)} · {said.title}"),
        policy=escaped(policy(style, script, media)),
        style=style,
        script=script,
        skip=escaped(said.skip),
        header=_header(explanation, said),
        aside=_aside(explanation, said, media),
        main=_main(explanation, said),
        footer=joined(tag("p", said.use)),
    )


def policy(style: str, script: str, *shown: Media | None) -> str:
    """Return the content security policy: nothing but this page's own style, script and clips."""
    clips: dict[str, dict[str, None]] = {}
    for rule in (media.policy for media in shown if media and media.policy):
        kind, *places = rule.split()
        clips.setdefault(kind, {}).update(dict.fromkeys(places))
    rules = [
        "default-src 'none'",
        f"script-src {_digest(script)}",
        f"style-src {_digest(style)}",
        *(f"{kind} {' '.join(places)}" for kind, places in clips.items()),
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
    ]
    return "; ".join(rules)


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _packaged(name: str) -> str:
    return (files("emer") / "data" / "report" / name).read_text(encoding="utf-8")


def _header(explanation: Explanation, said: Words) -> Html:
    clip = explanation.clip
    facts = [
        "" if still(explanation) else clock(clip.seconds),
        said.comma.join(said.of(m) for m in clip.modalities),
    ]
    button = tag("button", "◐", type="button", id="theme", aria_label=said.theme, title=said.theme)
    return joined(
        tag("div", tag("span", "emer", class_="brand"), button, class_="top"),
        tag("h1", said.title),
        tag("p", tag("b", clip.name), *(f" · {fact}" for fact in facts if fact), class_="about"),
        tag("p", said.disclaimer, class_="disclaimer"),
    )


def _aside(explanation: Explanation, said: Words, media: Media | None) -> Html:
    now = Html()
    if not still(explanation):
        now = tag(
            "section",
            tag("h2", said.now, " ", tag("output", clock(0), id="clock", aria_live="off")),
            tag("p", id="felt"),
            tag("p", id="affect", class_="small"),
            tag("p", id="said", lang=explanation.subtitle.language),
            class_="now",
        )
    chosen = tag(
        "section", tag("h2", said.selected), id="selected", hidden=True, aria_live="polite"
    )
    shown = tag("div", player(media, said), class_="stage") if media else Html()
    return joined(shown, now, chosen, _keys(said, timed=not still(explanation)))


def _keys(said: Words, timed: bool) -> Html:
    keys: list[tuple[tuple[str, ...], str]] = [(("j", "k"), said.key_cue)]
    if timed:
        keys = [((said.key_space,), said.key_play), (("←", "→"), said.key_seek), *keys]
    parts = [
        tag("li", *(tag("kbd", one) for one in names), f" {meaning}") for names, meaning in keys
    ]
    return tag("ul", *parts, class_="keys", aria_label=said.keys)


def _main(explanation: Explanation, said: Words) -> Html:
    return joined(
        panels.verdict(explanation, said),
        panels.explained(explanation, said),
        claims.card(explanation, said),
        score(explanation, said),
        cues.table(explanation, said),
        panels.conflict(explanation, said),
        panels.subtitle(explanation, said),
        panels.people(explanation, said),
        panels.notes(explanation, said),
        panels.provenance(explanation, said),
    )
