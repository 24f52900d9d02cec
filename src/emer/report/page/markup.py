"""HTML and SVG elements that escape whatever they are given."""

from __future__ import annotations

import html

from emer.report.plain import clean

_VOID = {"br", "img", "input", "link", "meta", "rect", "line", "circle", "path"}


class Html(str):
    """Markup that is safe to insert; any other `str` is text and gets escaped."""

    __slots__ = ()


def escaped(text: str) -> Html:
    """Return text as markup; markup passes through."""
    return text if isinstance(text, Html) else Html(html.escape(clean(text), quote=True))


def joined(*parts: str) -> Html:
    """Return the parts, texts escaped, one after the other."""
    return Html("".join(escaped(part) for part in parts))


def tag(name: str, *children: str, **attributes: str | float | bool | None) -> Html:
    """Return an element.

    Args:
        name: The element's name, from the code and never from data.
        children: Texts, which get escaped, and markup.
        attributes: By name with `_` for `-` (a last `_` keeps clear of keywords: `class_`);
            None and False leave the attribute out, True writes it without a value.
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID and not children:
        return Html(f"<{name}{written}/>")
    return Html(f"<{name}{written}>{joined(*children)}</{name}>")


def _attribute(key: str, value: str | float | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    return f' {name}="{escaped(value if isinstance(value, str) else f"{value:.10g}")}"'
