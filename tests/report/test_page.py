"""The HTML page: one file, nothing from elsewhere, nothing run that is not its own."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emer.explanation import Curve, Explanation
from emer.report import write
from emer.report.page import media, render
from emer.report.page.drawing import Axis
from emer.report.page.markup import Html, tag
from emer.report.plain import clean
from report.example import HOSTILE, build, poison

ENGLISH = build("en")


class Page(HTMLParser):
    """A parsed page: its elements, its texts, and whether every element is closed.

    Attributes:
        elements: Name and attributes of each element.
        texts: Text by the name of the element around it.
    """

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        assert len({key for key, _ in attributes}) == len(attributes)
        self.elements.append((name, {key: value or "" for key, value in attributes}))
        if name != "meta":
            self.open.append(name)

    def handle_startendtag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(name, attributes)
        self.handle_endtag(name)

    def handle_endtag(self, name: str) -> None:
        assert self.open.pop() == name

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def all(self, name: str) -> list[dict[str, str]]:
        """Return the attributes of each element of a name."""
        return [attributes for found, attributes in self.elements if found == name]

    def text(self, *names: str) -> str:
        """Return the text inside elements of these names, or all but script and style."""
        return "".join(
            data
            for name, data in self.texts
            if (name in names if names else name not in {"script", "style"})
        )


def page(explanation: Explanation, clip: Path | None = None, *, embed: bool = True) -> Page:
    folder = clip.parent if clip else Path()
    return Page(render(explanation, clip=clip, embed=embed, folder=folder))


def policy(found: Page) -> dict[str, list[str]]:
    (content,) = (
        one["content"]
        for one in found.all("meta")
        if one.get("http-equiv") == "Content-Security-Policy"
    )
    return {rule.split()[0]: rule.split()[1:] for rule in content.split("; ")}


def digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def harmless(found: Page) -> None:
    """Check that only our own script and style may run and nothing leads elsewhere."""
    assert len(found.all("script")) == len(found.all("style")) == 1
    rules = policy(found)
    assert rules["default-src"] == ["'none'"]
    assert rules["script-src"] == [digest(found.text("script"))]
    assert rules["style-src"] == [digest(found.text("style"))]
    assert not {"iframe", "object", "embed", "base", "form", "link"} & {
        name for name, _ in found.elements
    }
    for name, attributes in found.elements:
        assert "style" not in attributes
        assert not [key for key in attributes if key.startswith("on")]
        if "href" in attributes:
            assert name == "a"
            assert re.match(r"#(cue=|t=|cues$)|\.\.?/", attributes["href"])
        if "src" in attributes:
            assert name in {"video", "audio", "img"}
            assert re.match(r"data:(video|audio|image)/[a-z0-9]+;base64,|\.\.?/", attributes["src"])
    ids = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)


def test_the_example_in_english(english: Explanation, sound: Path) -> None:
    found = page(english, sound)
    harmless(found)
    assert found.all("html")[0]["lang"] == "en"
    text = found.text()
    for wanted in (
        "What the clip appears to express",
        "not a reading of minds",
        "Not for decisions about people",
        "joyful",
        "voice.pitch.median",
        "p2 is turned away in 31 % of the frames",
        "face_landmarker (Apache-2.0)",
        "Do face, voice and words agree?",
    ):
        assert wanted in text
    rows = [one for one in found.all("tr") if "data-cue" in one]
    assert [row["data-cue"] for row in rows] == [cue.id for cue in english.cues]
    for row, cue in zip(rows, english.cues, strict=True):
        assert (float(row["data-start"]), float(row["data-end"])) == (cue.start, cue.end)
        assert row["id"] == f"cue={cue.id}"


def test_the_example_in_chinese(chinese: Explanation) -> None:
    found = page(chinese)
    harmless(found)
    assert found.all("html")[0]["lang"] == "zh-Hans"
    text = found.text()
    assert "片段看起来表达了什么" in text
    assert "并不是读心" in text
    assert not re.search("Valence|Confidence|Explanation|against", text)


def test_cited_cues_are_links_to_rows(english: Explanation) -> None:
    found = page(english)
    ids = {one.get("id") for _, one in found.elements}
    links = [one["href"] for one in found.all("a") if one["href"].startswith("#cue=")]
    assert {f"#cue={cue.id}" for cue in english.cues} == set(links)
    assert all(unquote(link[1:]) in ids for link in links)


@pytest.mark.parametrize("text", [*HOSTILE, *(f"{text}' {text}" for text in HOSTILE)])
def test_hostile_text_is_shown_and_nothing_more(english: Explanation, text: str) -> None:
    one = poison(english, text)
    found = page(one)
    harmless(found)
    assert [name for name, _ in found.elements].count("script") == 1
    assert clean(text).strip() in found.text("td").replace("\r", "\n") or "\n" in text
    # Text adds no element to what harmless text gives, but the paragraphs of its line breaks.
    plain = Counter(name for name, _ in page(poison(english, "plain")).elements)
    assert set(Counter(name for name, _ in found.elements) - plain) <= {"p"}


@settings(max_examples=25)
@given(st.text())
def test_any_text_keeps_the_page_whole(text: str) -> None:
    found = page(poison(ENGLISH, text))
    assert len(found.all("script")) == 1
    assert [name for name, _ in found.elements].count("tr") == 2


@given(st.text(), st.text())
def test_an_element_gives_back_its_text_and_attribute(text: str, value: str) -> None:
    found = Page(tag("p", text, title=value, hidden=False, data_x=None))
    assert found.elements == [("p", {"title": clean(value).replace("\r\n", "\r")})] or "\r" in value
    assert found.text() == clean(text) or "\r" in text


def test_markup_passes_and_text_does_not() -> None:
    inner = tag("b", "<i>")
    assert tag("p", inner, "<u>") == "<p><b>&lt;i&gt;</b>&lt;u&gt;</p>"
    assert tag("p", inner + "<u>") == "<p>&lt;b&gt;&amp;lt;i&amp;gt;&lt;/b&gt;&lt;u&gt;</p>"
    assert isinstance(inner, Html)
    assert tag("video", controls=True, muted=False, class_="a", data_at=1.5) == (
        '<video controls class="a" data-at="1.5"></video>'
    )


def test_a_small_clip_is_inside(english: Explanation, sound: Path) -> None:
    found = page(english, sound)
    (player,) = found.all("audio")
    head, data = player["src"].split(",", 1)
    assert head == "data:audio/wav;base64"
    assert base64.b64decode(data) == sound.read_bytes()
    assert policy(found)["media-src"] == ["data:", "blob:"]


def test_a_clip_is_linked_on_request(english: Explanation, sound: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    text = write(english, folder / "page.html", clip=sound, embed=False).read_text(encoding="utf-8")
    found = Page(text)
    harmless(found)
    source = found.all("audio")[0]["src"]
    assert (folder / unquote(source)).resolve() == sound.resolve()
    assert "base64" not in source
    assert "not inside this page" in found.text()
    assert policy(found)["media-src"] == ["'self'", "file:"]


def test_a_large_clip_is_linked(
    english: Explanation, sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = sound.stat().st_size
    monkeypatch.setattr(media, "EMBED_LIMIT", size)
    assert page(english, sound).all("audio")[0]["src"].startswith("data:")
    monkeypatch.setattr(media, "EMBED_LIMIT", size - 1)
    assert page(english, sound).all("audio")[0]["src"] == "./kitchen%20table.wav"


@pytest.mark.parametrize(
    ("suffix", "element"),
    [(".mp4", "video"), (".WEBM", "video"), (".mp3", "audio"), (".png", "img"), (".jpeg", "img")],
)
def test_the_element_fits_the_container(
    english: Explanation, tmp_path: Path, suffix: str, element: str
) -> None:
    clip = tmp_path / f"clip{suffix}"
    clip.write_bytes(b"media")
    found = page(english, clip)
    harmless(found)
    assert found.all(element)[0]["src"].endswith(base64.b64encode(b"media").decode())


@pytest.mark.parametrize("suffix", [".avi", ".mkv", ""])
def test_a_container_no_browser_plays_is_a_link(
    english: Explanation, tmp_path: Path, suffix: str
) -> None:
    clip = tmp_path / f"javascript:alert(1){suffix}"
    clip.write_bytes(b"media")
    found = page(english, clip)
    harmless(found)
    assert not found.all("video")
    assert f"./javascript%3Aalert%281%29{suffix}" in [one["href"] for one in found.all("a")]
    assert "media-src" not in policy(found)


def test_without_a_clip_there_is_no_player(english: Explanation) -> None:
    found = page(english)
    assert not found.all("video") + found.all("audio") + found.all("img")
    assert "media-src" not in policy(found)


def test_a_still_image_has_no_time_line(still_image: Explanation, tmp_path: Path) -> None:
    clip = tmp_path / "face.png"
    clip.write_bytes(b"image")
    found = page(still_image, clip)
    harmless(found)
    assert "lanes" not in {one.get("id") for _, one in found.elements}
    assert found.all("img")[0]["alt"] == "The clip: face.png"


def test_the_time_line_is_to_scale(english: Explanation) -> None:
    found = page(english)
    boxes = found.all("foreignobject")
    moments = [one for one in found.all("a") if one.get("class", "").startswith("block moment")]
    assert [one["class"] for one in moments] == [f"block moment tone-{n}" for n in (4, 6, 2)]
    for box, moment in zip(boxes, english.timeline, strict=False):
        assert float(box["x"].rstrip("%")) == pytest.approx(moment.start / 7.2 * 100, abs=1e-3)
        width = (moment.end - moment.start) / 7.2 * 100
        assert float(box["width"].rstrip("%")) == pytest.approx(width, abs=1e-3)


def test_curves_are_broken_where_nothing_was_measured(english: Explanation) -> None:
    times = (0.0, 1.0, 2.0, 3.0, 7.2)
    curve = Curve(name="AU4", unit="ratio", times=times, values=(0.0, 1.0, None, 0.5, None))
    one = english.model_copy(update={"curves": (curve,)})
    found = page(one)
    path = next(p["d"] for p in found.all("path") if p["class"] == "curve")
    assert path == "M0.0 100.0L138.9 0.0M416.7 50.0L416.7 50.0"
    shown = {o["data-times"]: o["data-values"] for o in found.all("output") if "data-times" in o}
    assert json.loads(shown[json.dumps(times, separators=(",", ":"))]) == [0, 1, None, 0.5, None]


def test_curves_without_values_are_left_out(english: Explanation) -> None:
    empty = (
        Curve(name="AU4", unit="ratio", times=(0.0, 1.0), values=(None, None)),
        Curve(name="pitch", unit="Hz", times=(), values=()),
    )
    found = page(english.model_copy(update={"curves": empty}))
    assert "brow lowerer" not in found.text()
    assert len([p for p in found.all("path") if p["class"] == "curve"]) == 0


def test_flat_curves_are_drawn(english: Explanation) -> None:
    flat = Curve(name="loudness", unit="dBFS", times=(0.0, 7.2), values=(-20.0, -20.0))
    found = page(english.model_copy(update={"curves": (flat,)}))
    path = next(p["d"] for p in found.all("path") if p["class"] == "curve")
    assert path == "M0.0 50.0L1000.0 50.0"


@given(st.floats(0.01, 40_000))
def test_the_axis_has_a_few_round_ticks(total: float) -> None:
    axis = Axis(total)
    ticks = axis.ticks()
    assert ticks[0] == 0
    assert 2 <= len(ticks) <= 8 * axis.zoom + 1 or total < 0.1
    assert ticks[-1] <= total * (1 + 1e-6)
    assert [axis.share(t) for t in (-1, 0, total, 2 * total)] == [0, 0, 1, 1]


@pytest.mark.parametrize(("total", "zoom"), [(7, 1), (45, 1), (46, 2), (200, 4), (600, 8)])
def test_long_clips_are_wider_than_the_page(total: float, zoom: int) -> None:
    assert Axis(total).zoom == zoom


def test_one_outlier_does_not_flatten_a_curve(english: Explanation) -> None:
    values = (-100.0, *(-30.0 + n % 10 for n in range(98)), 40.0)
    times = tuple(n * 0.07 for n in range(100))
    loud = Curve(name="loudness", unit="dBFS", times=times, values=values)
    found = page(english.model_copy(update={"curves": (loud,)}))
    path = next(p["d"] for p in found.all("path") if p["class"] == "curve")
    assert path.startswith("M0.0 100.0L")
    assert path.endswith(" 0.0")
    assert "−30.9…−20.1 dBFS" in found.text("span")


def test_further_action_units_fold_away(english: Explanation) -> None:
    found = page(english)
    assert len(found.all("details")) == 1
    assert "More action units (1)" in found.text("summary")


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1])
def test_text_stands_out_as_wcag_asks(scheme: int) -> None:
    css = (files("emer") / "data" / "report" / "page.css").read_text(encoding="utf-8")
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", css)
    colours = {name: both[scheme] for name, *both in pairs}
    assert len(colours) >= 18
    grounds = ("paper", "card", "sunk", "mark")
    for ink in ("ink", "soft", "accent", "visual", "auditory", "textual"):
        for ground in grounds:
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    for tone in range(7):
        assert contrast(colours["ink"], colours[f"tone-{tone}"]) >= 4.5, tone
