"""Valence against arousal: where each modality and the whole clip lie (Russell 1980)."""

from __future__ import annotations

from emer.explanation import Explanation
from emer.report.page.markup import Html, joined, tag
from emer.report.plain import signed
from emer.report.words import Words

_SIZE, _REACH = 240.0, 88.0


def plane(explanation: Explanation, said: Words) -> Html:
    """Return the plane with a dot per modality and a ring for the whole."""
    middle = _SIZE / 2
    far = _REACH + 14
    axes = joined(
        tag("circle", class_="edge", cx=middle, cy=middle, r=_REACH),
        tag("line", class_="rule", x1=middle - _REACH, x2=middle + _REACH, y1=middle, y2=middle),
        tag("line", class_="rule", x1=middle, x2=middle, y1=middle - _REACH, y2=middle + _REACH),
        tag("text", said.activated, x=middle, y=middle - far + 6, class_="middle"),
        tag("text", said.calm, x=middle, y=middle + far + 4, class_="middle"),
        tag("text", said.unpleasant, x=4.0, y=middle - 6, class_="first"),
        tag("text", said.pleasant, x=_SIZE - 4, y=middle - 6, class_="last"),
    )
    dots = [
        _dot(one.valence, one.arousal, said.of(one.modality), one.modality)
        for one in explanation.conflict.readings
    ]
    whole = _dot(explanation.valence, explanation.arousal, said.overall, "overall")
    key = tag("span", said.overall, class_="dot overall")
    drawn = tag(
        "svg",
        axes,
        whole,
        *dots,
        viewBox=f"0 0 {_SIZE:g} {_SIZE:g}",
        role="img",
        aria_label=f"{said.valence}, {said.arousal}",
    )
    return tag("figure", drawn, tag("figcaption", key), class_="plane")


def _dot(valence: float, arousal: float, name: str, class_: str) -> Html:
    middle = _SIZE / 2
    title = f"{name} {signed(valence)}, {signed(arousal)}"
    return tag(
        "circle",
        tag("title", title),
        class_=f"mark {class_}",
        cx=middle + valence * _REACH,
        cy=middle - arousal * _REACH,
        r=10.0 if class_ == "overall" else 6.0,
    )
