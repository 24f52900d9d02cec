"""The data card: all facts on it, front matter that holds, and nothing that breaks out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataset.composed import entry
from dataset.export.folders import plan, split_of
from emer.dataset.card import MOST_LABELS, card, pages
from emer.dataset.card_facts import (
    CostFacts,
    Facts,
    ModelFacts,
    PromptFacts,
    SourceFacts,
    SplitFacts,
)
from emer.dataset.compose import Compose
from emer.dataset.export import File, Written, write
from emer.dataset.report.facts import Agreement, Histogram, LabelCount, Parked, Step
from emer.explanation import AssetUse

yaml = pytest.importorskip("yaml")

FILES = tuple(
    File(f"parquet/{config}/train/00000.parquet", config, "train", "parquet", 1, 9, "0" * 64)
    for config in ("cues", "captions-video", "instruct")
)
WRITTEN = Written("my cues", "en", ("emotion",), {"train": 1, "dev-test": 0}, FILES)
FACTS = Facts(
    written=WRITTEN,
    about="A small set.",
    version="0.5.0",
    plan_hash="f" * 64,
    command="emer build plan.yaml",
    sources=(SourceFacts("show", "CC-BY-4.0", "Doe et al., 2025", 12, 10),),
    splits=(SplitFacts("train", 1, 1, 7200.0, 40),),
    labels=tuple(LabelCount(f"l{n}", f"标{n}", "joy", 99 - n) for n in range(MOST_LABELS + 3)),
    lengths=Histogram((0, 2, 4), (3, 5)),
    agreement_mean=0.75,
    agreement=Agreement(alpha=0.61, alpha_about="Over labels.", statuses={"measured": 5}),
    steps=(Step("collect", 12, gone={"a copy": 2}),),
    funnel={
        "filters": [
            {
                "name": "grounding",
                "records": {"in": 10, "out": 10, "removed": 0},
                "statements": {"in": 50, "out": 43, "removed": 7},
                "reasons": [{"reason": "The measurements contradict it", "count": 7}],
            }
        ]
    },
    models=(ModelFacts("qwen", "Qwen3-VL", "r1", ("visual",), ("frames",), {"temperature": 0.0}),),
    prompts=(PromptFacts("visual.en@1", "ab" * 32, "Say what you see.\n"),),
    assets=(AssetUse(name="face", sha256="c" * 64, licence="Apache-2.0"),),
    cost=(CostFacts("qwen", 120, 60_000, 8_000, 1.5),),
    parked=(Parked("qwen", "visual", "refused", 2),),
    notes=("Recorded in a studio.",),
)


def head(text: str) -> dict[str, object]:
    """Return the front matter as a reader of cards splits it off."""
    lines = text.splitlines()
    assert lines[0] == "---"
    end = lines[1:].index("---") + 1
    found: dict[str, object] = yaml.safe_load("\n".join(lines[1:end]))
    return found


@pytest.mark.parametrize(
    "said",
    [
        "# my cues", "A small set.", "Article 5(1)(f)", "identifying", "中文简介", "共 1 个片段",
        "| show | CC-BY-4.0 | 12 | 10 | Doe et al., 2025 |", "| train | 1 | 1 | 2.00 | 40 |",
        "| `instruct` | 1 | 0 |", "| 0 to 2 s | 3 | ████", "| l0 · 标0 | 99 | ████", "3 further",
        "0.750 of 1", "Krippendorff's alpha: 0.610. Over labels.", "| measured | 5 |",
        "| collect | 12 | a copy: 2 |", "| grounding | 10 | 0 | 7 | The measurements contradict",
        "| qwen | Qwen3-VL | r1 | visual | frames | temperature 0 |", "ab" * 32,
        "| qwen | 120 | 60,000 | 8,000 | 1.50 |", "2 calls have no usable answer", "emer 0.5.0",
        "f" * 64, "emer build plan.yaml", "Recorded in a studio.", "| face | cccccccccccccccc |",
    ],
)  # fmt: skip
def test_everything_is_on_it(said: str) -> None:
    assert said.casefold() in card(FACTS).casefold()


def test_the_front_matter_names_tables_splits_and_types() -> None:
    found = head(card(FACTS))
    assert found["license"] == "cc-by-4.0" and found["language"] == ["en"]
    configs = found["configs"]
    assert isinstance(configs, list)
    assert [each["config_name"] for each in configs] == ["cues", "captions-video", "instruct"]
    assert configs[0]["data_files"] == [{"split": "train", "path": "parquet/cues/train/*.parquet"}]
    assert configs[0]["default"] is True
    infos = found["dataset_info"]
    assert isinstance(infos, list)
    (labels,) = [each for each in infos[1]["features"] if each["name"] == "labels"]
    names = [each["name"] for each in labels["struct"]]
    assert names == ["emotion", "form", "group", "source"]


def test_little_is_known() -> None:
    bare = Facts(WRITTEN, "", "0", "0", "emer build", (), ())
    text = card(bare)
    assert "No language model annotated." in text and "no agreement to tell" in text
    assert "No clip has an open label." in text and "No filter was asked for." in text
    assert "## Cost" not in text
    assert head(text)["license"] == "other"


def test_shards_alone_are_not_said_to_be_loaded_by_datasets() -> None:
    files = tuple(replace(each, format="webdataset") for each in FILES)
    text = card(replace(FACTS, written=replace(WRITTEN, files=files)))
    assert "load_dataset" not in text and "open_records" in text
    assert "configs" not in head(text)


def test_licences_that_differ_are_other() -> None:
    other = SourceFacts("b", "research only", "", 1, 1)
    assert head(card(replace(FACTS, sources=(*FACTS.sources, other))))["license"] == "other"


HOSTILE = st.sampled_from(
    [
        "a | b", "---\nlicense: mit\n---", "<script>alert(1)</script>", "![x](http://e.org/p.png)",
        "](javascript:x)", "x\n# Heading", "- item", "`code`", "{{ x }}", ": [", "'\"", "\u202eabc",
        "a\r\n| c | d |", "&lt;b&gt;", "*/ --> <!--", "label: !!python/object:os.system",
    ]
)  # fmt: skip


@given(HOSTILE, HOSTILE, HOSTILE)
@settings(max_examples=40)
def test_nothing_breaks_out_of_its_place(one: str, two: str, three: str) -> None:
    facts = replace(
        FACTS,
        written=replace(WRITTEN, labels=(one, two)),
        about=two,
        sources=(SourceFacts(one, two, three, 1, 1),),
        labels=(LabelCount(one, two, three, 1),),
        steps=(Step(one, 1, gone={two: 1}),),
        models=(ModelFacts(one, two, three, (one,), (two,), {three: 1.0}),),
        prompts=(PromptFacts(one, "ab" * 32, two),),
        assets=(AssetUse(name=one, sha256="c" * 64, licence=two),),
        cost=(CostFacts(one, 1, 1, 1),),
        notes=(three,),
        command=one,
    )
    text, plain = card(facts), card(FACTS)
    found = head(text)
    assert found.keys() == head(plain).keys()
    body = text.split("\n---\n", 1)[1]
    assert "<script" not in body and "<!--" not in body and "http://e.org" not in body
    sizes = {
        len(line.replace("\\|", "").split("|")) for line in plain.splitlines() if line[:1] == "|"
    }
    for line in body.splitlines():
        if line.startswith("|"):
            assert len(line.replace("\\|", "").split("|")) in sizes
    headings = [line for line in body.splitlines() if line.startswith("#")]
    assert headings == [line for line in plain.splitlines() if line.startswith("#")]


@pytest.mark.parametrize("name", ["../../x", "/etc/x", "..", "", "a b/c", "名"])
def test_prompts_are_files_inside(name: str, tmp_path: Path) -> None:
    prompt = PromptFacts(name, "ab" * 32, "Look.\n")
    made = Compose("en")(entry())
    facts = replace(FACTS, prompts=(prompt,))
    folder = tmp_path / "d"
    write(
        lambda: iter([made]), split_of, plan(), folder,
        pages=lambda written: pages(replace(facts, written=written)),
    )  # fmt: skip
    (found,) = (folder / "prompts").iterdir()
    assert found.read_text() == "Look.\n"
    assert f"[prompts/{found.name}](prompts/{found.name})" in (folder / "README.md").read_text()
