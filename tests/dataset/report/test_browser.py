"""The page in a real browser: nothing asked for, times that play, layout, hostile text."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from dataset.report import example
from dataset.report.test_page import hostile
from emer.dataset.report import save
from report.cdp import Browser
from report.example import HOSTILE

pytestmark = pytest.mark.slow

PLAYER = "document.querySelector('#player-1')"


@pytest.fixture(scope="module")
def pages(sound: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the addresses of the pages by name."""
    folder = tmp_path_factory.mktemp("pages")
    facts = example.facts(example.clips(sound))
    written = {
        "embedded": save(facts, folder / "embedded.html"),
        "linked": save(facts, folder / "linked.html", embed=False),
    }
    return {name: path.as_uri() for name, path in written.items()}


def test_the_page_asks_for_nothing_and_complains_of_nothing(
    browser: Browser, pages: dict[str, str]
) -> None:
    for address in pages.values():
        browser.open(address)
        browser.until(f"{PLAYER}.readyState >= 1")
        assert browser.problems == []
        assert {url.split(":")[0] for url in browser.requests} <= {"file", "data", "blob", "about"}


@pytest.mark.parametrize("name", ["embedded", "linked"])
def test_a_time_plays_its_clip_and_no_other(
    browser: Browser, pages: dict[str, str], name: str
) -> None:
    browser.open(pages[name])
    browser.click("#clip-0 .seek")
    browser.until("!document.querySelector('#player-0').paused")
    browser.js("document.querySelectorAll('#clip-1 .seek')[1].focus()")
    browser.key("Enter", "Enter", "\r")
    browser.until(f"{PLAYER}.currentTime >= 1 && !{PLAYER}.paused")
    browser.until("document.querySelector('#player-0').paused")
    assert browser.js("document.querySelectorAll('.seek[aria-current=true]').length") == 1


def test_without_its_clip_a_time_cannot_be_pressed(browser: Browser, tmp_path: Path) -> None:
    path = save(example.facts([example.entry(0, "/absent/a.wav", 10)]), tmp_path / "a.html")
    browser.open(path.as_uri())
    assert browser.js("[...document.querySelectorAll('.seek')].every(each => each.disabled)")


def test_the_table_of_labels_sorts(browser: Browser, pages: dict[str, str]) -> None:
    counts = (
        "[...document.querySelectorAll('#labels tbody tr')].map(r => +r.cells[3].firstChild.value)"
    )
    browser.open(pages["linked"])
    browser.click("#labels th:nth-child(4) button")
    found = browser.js(counts)
    assert found == sorted(found) and len(found) == len(example.labels())


@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1920])
def test_nothing_is_wider_than_the_screen(
    browser: Browser, pages: dict[str, str], width: int
) -> None:
    browser.open(pages["linked"], width)
    assert browser.js("document.documentElement.scrollWidth") <= width


def test_names_on_the_wheel_do_not_overlap(browser: Browser, pages: dict[str, str]) -> None:
    browser.open(pages["linked"])
    # The arc between neighbours at the rim of the wheel is at least a line of text.
    arcs = browser.js(
        """(() => {
          const turns = [...document.querySelectorAll(".wheel .first, .wheel .last")].map((each) =>
            (+/rotate\\(([-.\\d]+)/.exec(each.getAttribute("transform"))[1] +
              (each.classList.contains("last") ? 180 : 0) + 720) % 360).sort((a, b) => a - b);
          return turns.slice(1).map((turn, at) => (turn - turns[at]) * Math.PI / 180 * 214);
        })()"""
    )
    assert len(arcs) > 10
    assert min(arcs) >= 12


def test_dark_and_light_differ(browser: Browser, pages: dict[str, str]) -> None:
    fill = "getComputedStyle(document.querySelector('.piece.tone-5')).fill"
    browser.scheme("light")
    browser.open(pages["linked"])
    light = browser.js(fill)
    browser.click("#theme")
    assert browser.js(fill) != light


def test_it_prints(browser: Browser, pages: dict[str, str]) -> None:
    browser.open(pages["linked"])
    printed = base64.b64decode(browser.call("Page.printToPDF", printBackground=True)["data"])
    assert printed.startswith(b"%PDF") and len(printed) > 20_000


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_text_does_nothing(browser: Browser, tmp_path: Path, number: int) -> None:
    path = save(hostile(HOSTILE[number]), tmp_path / "page.html")
    browser.open(path.as_uri())
    assert browser.js("document.scripts.length") == 1
    assert browser.js("document.querySelectorAll('[onerror],[onmouseover],img,h1 *').length") == 0
    assert browser.problems == []
