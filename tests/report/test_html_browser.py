"""The page in a real browser: player, cues, keys, filter, layout, hostile text."""

from __future__ import annotations

from pathlib import Path

import pytest

from emer.explanation import Explanation
from emer.report import write
from report.cdp import Browser
from report.example import HOSTILE, SECONDS, poison

pytestmark = pytest.mark.slow

TIME = "document.querySelector('#player').currentTime"
PLAYING = "!document.querySelector('#player').paused"
SELECTED = "document.querySelector('tr.selected')?.dataset.cue"


@pytest.fixture(scope="module")
def pages(
    english: Explanation,
    chinese: Explanation,
    sound: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, str]:
    """Return the addresses of the pages by name."""
    folder = tmp_path_factory.mktemp("pages")
    written = {
        "english": write(english, folder / "english.html", clip=sound),
        "chinese": write(chinese, folder / "chinese.html", clip=sound),
        "linked": write(english, folder / "linked.html", clip=sound, embed=False),
        "bare": write(english, folder / "bare.html"),
    }
    return {name: path.as_uri() for name, path in written.items()}


def ready(browser: Browser, address: str, width: int = 1280) -> None:
    browser.open(address, width)
    browser.until("document.querySelector('#player').readyState >= 2")


def test_the_page_asks_for_nothing_and_complains_of_nothing(
    browser: Browser, pages: dict[str, str]
) -> None:
    for address in pages.values():
        browser.open(address)
        browser.until("document.querySelectorAll('tr.current').length >= 0")
        assert browser.problems == []
        kept = {url.split(":")[0] for url in browser.requests}
        assert kept <= {"file", "data", "blob", "about"}
        assert sum(url == address for url in browser.requests) == 1


def test_a_deep_link_selects_and_seeks(browser: Browser, pages: dict[str, str]) -> None:
    ready(browser, f"{pages['english']}#cue=v3")
    browser.until(f"{TIME} === 4.2")
    assert browser.js(SELECTED) == "v3"
    assert browser.js(PLAYING) is False
    assert browser.js("document.querySelector('#clock').textContent") == "0:04.2"
    assert browser.js("document.querySelector('#felt').textContent") == "uneasy 0.31"
    assert "p2 looks down and away." in browser.js(
        "document.querySelector('#selected').textContent"
    )
    left = float(browser.js("document.querySelector('#playhead').style.left").rstrip("%"))
    assert left == pytest.approx(4.2 / SECONDS * 100, abs=0.01)


def test_a_deep_link_to_nowhere_does_nothing(browser: Browser, pages: dict[str, str]) -> None:
    for part in ("cue=zz", "cue=%", "t=x", "t=", "<script>"):
        ready(browser, f"{pages['english']}#{part}")
        assert browser.js(SELECTED) is None
        assert browser.problems == []


def test_clicking_a_cited_cue_highlights_and_plays(browser: Browser, pages: dict[str, str]) -> None:
    ready(browser, pages["english"])
    browser.click(".prose a[data-cue='a3']")
    assert browser.js(SELECTED) == "a3"
    browser.until(f"{TIME} > 2.7 && {PLAYING}")
    assert browser.js("location.hash") == "#cue=a3"
    # The playhead moves with the player.
    before = browser.js("document.querySelector('#playhead').style.left")
    browser.until(f"document.querySelector('#playhead').style.left !== {before!r}")


def test_clicking_a_row_and_a_block(browser: Browser, pages: dict[str, str]) -> None:
    ready(browser, pages["english"])
    browser.click("tr[data-cue='t2'] td.statement")
    assert browser.js(SELECTED) == "t2"
    browser.until(f"{TIME} >= 3.0 && {PLAYING}")
    browser.click(".block.cue[data-cue='v2']")
    assert browser.js(SELECTED) == "v2"
    browser.until(f"{TIME} < 2.0")


def test_enter_on_a_cue_plays_it(browser: Browser, pages: dict[str, str]) -> None:
    ready(browser, pages["english"])
    browser.js("document.querySelector(\"tr[data-cue='v4'] a\").focus()")
    browser.key("Enter", "Enter", "\r")
    assert browser.js(SELECTED) == "v4"
    browser.until(f"{TIME} >= 5.0 && {PLAYING}")


def test_keys(browser: Browser, pages: dict[str, str]) -> None:
    ready(browser, pages["english"])
    browser.key("ArrowRight", "ArrowRight")
    browser.until(f"{TIME} === 1")
    browser.key("ArrowRight", "ArrowRight")
    browser.until(f"{TIME} === 2")
    browser.key("ArrowLeft", "ArrowLeft")
    browser.until(f"{TIME} === 1")
    browser.key(" ", "Space", " ")
    browser.until(PLAYING)
    browser.key(" ", "Space", " ")
    browser.until(f"!({PLAYING})")
    for key, cue in (("j", "v1"), ("j", "v2"), ("j", "v3"), ("k", "v2"), ("k", "v1"), ("k", "v1")):
        browser.key(key, f"Key{key.upper()}", key)
        assert browser.js(SELECTED) == cue
    assert browser.js("document.activeElement.dataset.cue") == "v1"


def test_the_filter_hides_a_modality(browser: Browser, pages: dict[str, str]) -> None:
    ready(browser, pages["english"])
    shown = "[...document.querySelectorAll('tr[data-cue]')].filter(r => !r.hidden).length"
    assert browser.js(shown) == 9
    browser.click(".filter.visual")
    assert browser.js(shown) == 5
    assert browser.js("document.querySelector('.filter.visual').ariaPressed") == "false"
    # Hidden cues are passed over.
    browser.js("document.activeElement.blur()")
    browser.key("j", "KeyJ", "j")
    assert browser.js(SELECTED) == "a1"
    browser.click(".filter.visual")
    assert browser.js(shown) == 9


def test_clicking_the_time_line_seeks(browser: Browser, pages: dict[str, str]) -> None:
    ready(browser, pages["english"])
    browser.click(".plot.affect")
    browser.until(f"Math.abs({TIME} - {SECONDS / 2}) < 0.05")
    loudness = "document.querySelectorAll('.voice output')[1].textContent"
    assert browser.js(loudness).startswith("−")


def test_a_linked_clip_plays(browser: Browser, pages: dict[str, str]) -> None:
    ready(browser, f"{pages['linked']}#cue=v1")
    browser.until(f"{TIME} === 1.1")
    assert browser.problems == []


def test_without_a_clip_the_cues_still_work(browser: Browser, pages: dict[str, str]) -> None:
    browser.open(f"{pages['bare']}#cue=v3")
    browser.until(f"{SELECTED} === 'v3'")
    browser.key("ArrowRight", "ArrowRight")
    assert browser.js("document.querySelector('#clock').textContent") == "0:05.2"
    browser.key(" ", "Space", " ")
    assert browser.problems == []


def test_the_toggle_turns_light_and_dark(browser: Browser, pages: dict[str, str]) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    browser.scheme("light")
    ready(browser, pages["english"])
    light = browser.js(ground)
    browser.click("#theme")
    dark = browser.js(ground)
    assert light != dark
    browser.click("#theme")
    assert browser.js(ground) == light
    browser.scheme("dark")
    ready(browser, pages["english"])
    assert browser.js(ground) == dark
    browser.scheme("light")


@pytest.mark.parametrize("name", ["english", "chinese"])
@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1920])
def test_nothing_is_wider_than_the_screen(
    browser: Browser, pages: dict[str, str], name: str, width: int
) -> None:
    ready(browser, pages[name], width)
    assert browser.js("document.documentElement.scrollWidth") <= width
    if width == 390:
        # The clip comes before the verdict, and the cues are cards.
        assert browser.js("getComputedStyle(document.querySelector('tr.visual')).display") == "grid"
        for part in ("#player", "tr.visual .statement", "tr.visual .evidence"):
            box = f"document.querySelector('{part}').getBoundingClientRect().width"
            assert browser.js(box) > 290


def test_a_long_clip_scrolls_with_its_playhead(
    browser: Browser, english: Explanation, tmp_path: Path
) -> None:
    clip = english.clip.model_copy(update={"seconds": 600.0})
    path = write(english.model_copy(update={"clip": clip}), tmp_path / "page.html")
    for width in (390, 1280):
        browser.open(f"{path.as_uri()}#t=480", width)
        assert browser.js("document.documentElement.scrollWidth") <= width
        box = browser.js(
            "(() => { const h = document.querySelector('#playhead');"
            " const s = document.querySelector('.scroller').getBoundingClientRect();"
            " const at = h.getBoundingClientRect().left + 8;"
            " return [s.left, at, s.right]; })()"
        )
        assert box[0] < box[1] < box[2]
        assert browser.js("document.querySelector('.scroller').scrollLeft") > width
        assert browser.problems == []


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_text_does_nothing(
    browser: Browser, english: Explanation, sound: Path, tmp_path: Path, number: int
) -> None:
    path = write(poison(english, HOSTILE[number]), tmp_path / "page.html", clip=sound)
    ready(browser, path.as_uri())
    assert browser.js("document.scripts.length") == 1
    assert browser.js("document.querySelectorAll('[onerror],[onmouseover],img,h1 *').length") == 0
    # The one cue can be selected although its id is hostile too.
    browser.click("tr[data-cue] td.statement")
    assert browser.js("document.querySelectorAll('tr.selected').length") == 1
    chosen = browser.js("location.hash")
    ready(browser, path.as_uri() + chosen)
    browser.until("document.querySelectorAll('tr.selected').length === 1")
    assert browser.problems == []


def test_a_clip_the_browser_cannot_play_is_said(
    browser: Browser, english: Explanation, tmp_path: Path
) -> None:
    clip = tmp_path / "broken.mp4"
    clip.write_bytes(b"no media")
    path = write(english, tmp_path / "page.html", clip=clip)
    browser.open(path.as_uri())
    browser.until("!document.querySelector('#unplayable').hidden")


def test_it_looks_like_something(browser: Browser, pages: dict[str, str], tmp_path: Path) -> None:
    ready(browser, pages["chinese"])
    browser.screenshot(tmp_path / "page.png")
    data = (tmp_path / "page.png").read_bytes()
    assert data.startswith(b"\x89PNG")
    # An empty page of this size compresses to a few kilobytes.
    assert len(data) > 30_000
