"""Claims of a model in the reports: badge, statement and measured cues; hostile text is text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from emer.explanation import Claim, Explanation
from emer.report import KINDS, render, terminal, write
from emer.report.words import words
from report.cdp import Browser
from report.example import HOSTILE, build
from report.test_console import shown
from report.test_page import page

CLAIMS = (
    Claim(
        id="m1", modality="visual", statement="The person smiles.", status="supported",
        supported_by=("v1",), confidence=0.91,
    ),
    Claim(
        id="m2", modality="visual", statement="The person looks up.", status="contradicted",
        contradicted_by=("v3",), confidence=0.66,
    ),
    Claim(id="m3", modality="emotional", statement="A red scarf.", status="unchecked"),
)  # fmt: skip


def claimed(language: str, claims: tuple[Claim, ...] = CLAIMS) -> Explanation:
    text = (
        "The person smiles [m1, v1]. The person looks up (contradicted by v3) [m2, v3]. "
        "A red scarf (not confirmed by any measurement) [m3]."
    )
    built = build(language)  # type: ignore[arg-type]
    return built.model_copy(update={"claims": claims, "explanation": text})


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_shows_a_badge_and_the_cue_beside_it(language: str) -> None:
    explanation, said = claimed(language), words(language)  # type: ignore[arg-type]
    shown_page = page(explanation)
    badges = [x["class"] for x in shown_page.all("span") if x.get("class", "").startswith("badge")]
    assert badges == ["badge supported", "badge contradicted", "badge unchecked"]
    rows = {x["id"]: x["class"] for x in shown_page.all("li") if "id" in x}
    assert rows["claim=m2"] == "contradicted"
    links = [x["href"] for x in shown_page.all("a") if x.get("href", "").startswith("#claim=")]
    # Once in the text and once in the list.
    assert sorted(links) == [f"#claim=m{n}" for n in (1, 1, 2, 2, 3, 3)]
    text = shown_page.text()
    assert said.claims in text and said.unchecked in text
    cue = explanation.cue("v3")
    assert text.count(cue.statement) >= 2, "in the table of cues and beside the claim"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_markdown_and_terminal_say_the_status(language: str) -> None:
    explanation, said = claimed(language), words(language)  # type: ignore[arg-type]
    marked = render(explanation, "md")
    assert "[m1](#claim-m1) [v1](#cue-v1)" in marked and '<a id="claim-m1"></a>' in marked
    for text in (marked, shown(terminal(explanation), 160)):
        assert said.claims in text
        for claim in CLAIMS:
            assert said.of(claim.status) in text and claim.statement in text


def test_without_claims_nothing_is_said_of_them() -> None:
    plain = build("en")
    assert words("en").claims not in render(plain, "md") + shown(terminal(plain))
    assert "badge" not in render(plain, "html").split("</style>")[1]


@pytest.mark.parametrize("kind", [k for k in KINDS if k not in ("json", "md", "html")])
def test_the_other_kinds_leave_claims_out(kind: str) -> None:
    explanation = claimed("en")
    without = explanation.model_copy(update={"claims": ()})
    # An ELAN document holds the second in which it was written.
    texts = [re.sub(r'DATE="[^"]*"', "", render(x, kind)) for x in (explanation, without)]
    assert texts[0] == texts[1]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_statements_are_text(hostile: str) -> None:
    claim = Claim(
        id=f"m1{hostile}", modality="emotional", statement=hostile, status="contradicted",
        contradicted_by=("v1", hostile), supported_by=(hostile,),
    )  # fmt: skip
    explanation = claimed("en", (claim,))
    shown_page = page(explanation)
    assert len(shown_page.all("script")) == 1 and not shown_page.all("img")
    assert not any(key.startswith("on") for _, found in shown_page.elements for key in found)
    assert "<script" not in render(explanation, "md").replace("&lt;script", "")
    assert "\x1b" not in shown(terminal(explanation))


@pytest.mark.parametrize("width", [320, 768, 1100])
def test_claims_fit_the_screen_and_their_links_lead_to_them(
    browser: Browser, tmp_path: Path, width: int
) -> None:
    long = CLAIMS[0].model_copy(update={"statement": "a very long statement " * 20 + "x" * 200})
    path = write(claimed("en", (long, *CLAIMS[1:])), tmp_path / "page.html")
    browser.open(f"{path.as_uri()}#claim=m2", width)
    assert browser.js("document.documentElement.scrollWidth") <= width
    assert browser.js("document.querySelector(':target').textContent").startswith("m2")


def test_json_reads_claims_back() -> None:
    explanation = claimed("en")
    assert Explanation.from_json(render(explanation, "json")) == explanation
