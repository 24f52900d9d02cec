"""The page of a build as a whole: what is on it, that it can do no harm, and how large it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dataset.report import example
from emer.dataset.entry import Label, Media, Origin, Removal, Texts
from emer.dataset.report import LabelCount, PageFacts, Parked, Spent, Step, clips, save
from emer.dataset.report.page import render
from emer.errors import OutputError
from emer.report.page.markup import escaped
from emer.report.plain import clean
from report.example import HOSTILE
from report.test_page import Page, digest, policy

SECTIONS = ["headline", "funnel", "labels", "agreement", "cost", "filters", "samples"]


def page(facts: PageFacts, *, embed: bool = True, folder: Path = Path("/data")) -> Page:
    found = Page(render(facts, embed=embed, folder=folder))
    harmless(found)
    return found


def harmless(found: Page) -> None:
    """Check that only our own script, style and clips are used and nothing leads elsewhere."""
    assert len(found.all("script")) == len(found.all("style")) == 1
    rules = policy(found)
    assert rules["default-src"] == ["'none'"]
    assert rules["script-src"] == [digest(found.text("script"))]
    assert rules["style-src"] == [digest(found.text("style"))]
    allowed = {"data:", "blob:", "'self'", "file:"}
    assert {*rules.get("media-src", []), *rules.get("img-src", [])} <= allowed
    ids = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    names = {name for name, _ in found.elements}
    assert not {"iframe", "object", "embed", "base", "form", "link"} & names
    for name, attributes in found.elements:
        assert "style" not in attributes
        assert not [key for key in attributes if key.startswith("on")]
        if "href" in attributes:
            assert name == "a"
            assert re.match(r"#[a-z]+(-\d+)?$|\.\.?/", attributes["href"])
            assert attributes["href"][0] == "." or attributes["href"][1:] in ids
        if "src" in attributes:
            assert name in {"video", "audio", "img"}
            assert re.match(r"data:(video|audio|image)/[a-z0-9]+;base64,|\.\.?/", attributes["src"])


def test_every_section_is_there_and_linked(sound: Path) -> None:
    found = page(example.facts(example.clips(sound)))
    shown = [each["id"] for each in found.all("section")]
    assert shown == [*SECTIONS, "parts", "how"]
    links = [each["href"][1:] for each in found.all("a") if not each["href"].startswith("#clip")]
    assert links == ["cues", *shown]
    assert len(found.all("h1")) == len(found.all("main")) == 1
    assert found.all("html")[0]["lang"] == "en"


def test_a_build_of_nothing_has_its_first_numbers_only() -> None:
    nothing = PageFacts("empty", "", "en", "", "local", 0.0, 0, 0, 0)
    found = page(nothing)
    assert [each["id"] for each in found.all("section")] == ["headline"]


def test_drawings_and_controls_have_names(sound: Path) -> None:
    found = page(example.facts(example.clips(sound)))
    for drawing in found.all("svg"):
        assert drawing.get("aria-label") or drawing.get("aria-hidden") == "true"
    for control in (*found.all("audio"), *found.all("ul")):
        if control.get("class") in ("counts", "counts bare", "claims", "labels"):
            assert control["aria-label"]
    assert all(each["aria-label"] for each in found.all("audio"))
    assert len(found.all("caption")) == len(found.all("table"))


@pytest.mark.parametrize("embed", [True, False])
def test_clips_are_inside_or_linked(sound: Path, embed: bool) -> None:
    found = page(example.facts(example.clips(sound)), embed=embed, folder=sound.parent)
    assert len(found.all("audio")) == 3
    sources = {each["src"][:5] for each in found.all("audio")}
    assert sources == ({"data:"} if embed else {"./kit"})
    assert policy(found)["media-src"] == (["data:", "blob:"] if embed else ["'self'", "file:"])


def test_a_clip_without_room_is_linked_and_the_policy_allows_both(
    sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clips, "EMBED_LIMIT", sound.stat().st_size + 10)
    found = page(example.facts(example.clips(sound, 2)), folder=sound.parent)
    assert [each["src"][:5] for each in found.all("audio")] == ["data:", "./kit"]
    assert policy(found)["media-src"] == ["data:", "blob:", "'self'", "file:"]


def test_a_clip_that_is_gone_is_said(tmp_path: Path) -> None:
    found = page(example.facts([example.entry(1, str(tmp_path / "gone.wav"), 10)]))
    assert not found.all("audio")
    assert "media-src" not in policy(found)
    assert "The clip cannot be shown: The clip" in found.text("p")
    assert all(each["data-player"] == "player-0" for each in found.all("button")[-1:])


def test_the_same_facts_give_the_same_bytes(tmp_path: Path, sound: Path) -> None:
    facts = example.facts(example.clips(sound))
    one, two = (save(facts, tmp_path / name) for name in ("a.html", "b.html"))
    assert one.read_bytes() == two.read_bytes()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        save(example.facts(), tmp_path / "absent" / "page.html")


def test_chinese_statements_are_marked_as_such(sound: Path) -> None:
    samples = [example.entry(1, str(sound), 10, "zh")]
    found = page(example.facts(samples, language="zh"))
    assert {"lang": "zh", "class": "description"} in found.all("p")
    assert "声音比片段其余部分更高、更响。" in found.text()


def hostile(text: str) -> PageFacts:
    """Return facts with a text in every place that holds one."""
    base = example.entry(1, f"/data/{text}.wav", 10)
    spoken = base.statements[2].model_copy(
        update={
            "text": text,
            "id": text,
            "origins": (Origin(annotator=text, text=text, call=text),),
        }
    )
    entry = base.changed(
        id=text,
        source=text,
        licence=text,
        media=Media(**(base.media.model_dump() | {"reference": f"/data/{text}.mp4"})),
        subtitle=text,
        labels={text: text},
        group=text,
        statements=(*base.statements, spoken),
        emotions=(Label(en=text, zh=text, annotators=(text,), confidence=1.0),),
        removed=(Removal(filter=text, what="statement", reason=text, text=text),),
        texts=Texts(description=text, video_caption=text),
    )
    funnel = example.funnel(3).as_dict()
    example_ = {"id": text, "what": "statement", "reason": text, "text": text}
    first = funnel["filters"][0]
    first |= {"name": text, "reasons": [{"reason": text, "count": 2}], "examples": [example_]}
    funnel["before"]["families"] = funnel["after"]["families"] = {text: 3}
    return example.facts(
        [entry],
        name=text,
        about=text,
        plan=text,
        engine=text,
        funnel=funnel,
        steps=(Step(text, 3, gone={text: 1}),),
        labels=[LabelCount(text, text, text, 5), LabelCount("a", "", "joy", 1)],
        spent=[Spent(text, text, 1, 2, 3, 4)],
        parked=[Parked(text, text, text, 1)],
        splits={text: 3},
        sources={text: 3},
        versions={text: text},
        notes=[text],
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    written = render(hostile(text), embed=False, folder=Path("/data"))
    found = Page(written)
    harmless(found)
    assert escaped(text) in written
    assert not found.all("img")
    assert clean(text).strip() in found.text("h1")


def test_a_page_stays_small_however_much_there_is() -> None:
    labels = [LabelCount(f"label {at} {'x' * 200}", "标" * 200, "joy", at) for at in range(20_000)]
    long = "很" * 4000
    samples = []
    for at in range(30):
        one = example.entry(at, "/data/absent.wav", 10)
        said = one.statements[2].model_copy(update={"text": long})
        samples.append(one.changed(statements=(said,) * 400, subtitle=long))
    parked = [Parked(f"a{at}", "visual", "x" * 5000, 1) for at in range(5000)]
    facts = example.facts(
        samples, labels=labels, parked=parked, plan="x" * 10**6, versions={long: long}
    )
    size = len(render(facts, embed=True, folder=Path("/data")).encode())
    assert size < 3_000_000
