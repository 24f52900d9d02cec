"""Plans as files: what is read, what is refused, and what a refusal says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.dataset.write_plan_schema import COPIES

from emer.dataset.errors import PlanError
from emer.dataset.plan import FilterCall
from emer.dataset.plan_file import MOST_BYTES, load_plan, schema

PLAN = """\
# A plan with every part.
name: build
out: ./out
language: zh
sources:
  - name: clips
    path: clips
    licence: CC BY 4.0
    labels: [emotion]
evaluation:
  - {name: test, ids: test.txt}
annotators:
  - name: one
    url: http://127.0.0.1:8080/v1
    model: qwen
    sampling: {temperature: 1e-1, max_tokens: 300}
    rate: {at_once: 8}
  - {name: two, url: "https://host/v1", model: other, key: OTHER_KEY}
filters:
  - unsafe
  - length: {longest: 300}
  - name: agreement
    options: {least: 0.5}
split:
  shares: {train: 0.8, validation: 0.1, test: 0.1}
"""


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "plan.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def refusal(folder: Path, text: str | bytes) -> str:
    with pytest.raises(PlanError) as caught:
        load_plan(written(folder, text))
    return str(caught.value)


def test_a_plan_is_read_with_its_lines(tmp_path: Path) -> None:
    loaded = load_plan(written(tmp_path, PLAN))
    assert loaded.root == tmp_path
    assert loaded.plan.language == "zh"
    assert loaded.plan.annotators[0].sampling.temperature == 0.1
    assert loaded.plan.filters[1] == FilterCall(name="length", options={"longest": 300})
    lines = PLAN.splitlines()
    for key, word in {
        "name": "name: build",
        "sources[0].licence": "licence:",
        "annotators[0].rate.at_once": "rate:",
        "annotators[1]": "- {name: two",
        "filters[1].length.longest": "- length",
        "filters[2].options.least": "options:",
    }.items():
        assert word in lines[loaded.lines[key] - 1]


@pytest.mark.parametrize(
    ("before", "after", "line", "parts"),
    [
        ("at_once: 8", "at_onc: 8", 17, ["annotators[0].rate.at_onc ", "'at_once'", "tokens_per_"]),
        ("at_once: 8", "at_once: eight", 17, ["rate.at_once has to be a whole number", "'eight'"]),
        ("at_once: 8", "at_once: '8'", 17, ["has to be a whole number"]),
        ("at_once: 8", "at_once: yes", 17, ["has to be a whole number", "'yes'"]),
        ("at_once: 8", "at_once: 0", 17, ["greater than or equal to 1"]),
        ("at_once: 8", "at_once: 1e999", 17, ["whole number"]),
        ("language: zh", "language: fr", 4, ["language cannot be 'fr'", "Valid: en, zh."]),
        ("name: build", "name: 2024", 2, ["name has to be text", "quotes"]),
        ("name: build", "name: my build", 2, ["name is not valid", "Letters, digits"]),
        ("    licence: CC BY 4.0\n", "", 6, ["sources[0].licence is missing", "card"]),
        ("labels: [emotion]", "labels: emotion", 9, ["sources[0].labels has to be a list"]),
        ("name: two", "name: one", 18, ["annotators[1].name is 'one', as on line 13"]),
        ("out: ./out", "out: ./out\nout: x", 4, ["out is there twice", "line 3"]),
        ("test: 0.1", "test: 0.2", 24, ["split", "shares must be 1 in all"]),
        ("test: 0.1", "te st: 0.1", 25, ["split.shares.te st", "at most 64"]),
        (
            "{name: test, ids: test.txt}",
            "{name: test}",
            11,
            ["evaluation[0]", "ids, clips or both"],
        ),
        ("https://host/v1", "host/v1", 18, ["annotators[1].url", "http:// or https://"]),
        ("- unsafe", "- 7", 20, ["filters[0]", "mapping"]),
        ("- {name: two", "- &x {name: two", 18, ["annotators[1] uses an anchor"]),
        ("- unsafe", "- *x", 20, ["filters[0] uses an anchor"]),
        ("- unsafe", "- !!python/name:os.system ''", 20, ["filters[0] has the tag"]),
        ("name: build", "name: [", 4, ["is not YAML", "on line 2"]),
        ("name: build", "name: a\x07", 2, ["'\\x07'"]),
        ("name: build", 'name: "a\\0"', 2, ["name holds the character '\\x00'"]),
        ("name: build", 'name: "\\ud800"', 2, ["name holds the character '\\ud800'"]),
        ("split:", "---\nsplit:", 24, ["second document"]),
        ("out: ./out", "out: " + "[" * 20 + "]" * 20, 3, ["out", "levels deep"]),
    ],
)
def test_a_mistake_is_told_with_line_and_key(
    before: str, after: str, line: int, parts: list[str], tmp_path: Path
) -> None:
    assert before in PLAN
    message = refusal(tmp_path, PLAN.replace(before, after, 1))
    assert f"line {line}: " in message
    for part in parts:
        assert part in message


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "mapping"),
        ("# nothing", "mapping"),
        ("- a", "mapping"),
        (b"name: \xff", "not UTF-8"),
        (b"name: b\n" + b"#" * MOST_BYTES, "larger than"),
        ("a: [" + "1," * 20_000 + "]", "holds more than"),
        ("[" * 5_000, "levels deep"),
        ("a: &a [1]\nb: &b [*a, *a]\nc: [*b, *b]\n", "anchor"),
        ("? [a, b]\n: c\n", "not a word"),
    ],
)
def test_what_is_no_plan_at_all_is_refused(text: str | bytes, part: str, tmp_path: Path) -> None:
    assert part in refusal(tmp_path, text)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path, tmp_path / "a\0b"):
        with pytest.raises(PlanError, match="cannot be read"):
            load_plan(path)


@pytest.mark.parametrize(
    "lines",
    [
        ["key: sk-abcdef"],
        ["key: 271828182"],
        ["key: [sk-abcdef]"],
        ["api_key: sk-abcdef"],
        ["key: sk-abcdef", "frames: four"],
        ["key: 'Bearer sk-abcdef'"],
    ],
)
def test_a_secret_is_refused_and_not_repeated(lines: list[str], tmp_path: Path) -> None:
    put = "".join(f"    {line}\n" for line in lines)
    message = refusal(tmp_path, PLAN.replace("    model: qwen\n", f"    model: qwen\n{put}"))
    assert "abcdef" not in message and "271828182" not in message
    assert "annotators[0]." in message


@pytest.mark.parametrize("url", ["http://me:abcdef@host/v1", "me:abcdef@host", "https://abcdef@h"])
def test_a_login_in_an_address_is_refused_and_not_repeated(url: str, tmp_path: Path) -> None:
    message = refusal(tmp_path, PLAN.replace("http://127.0.0.1:8080/v1", url))
    assert "abcdef" not in message and "annotators[0].url holds a user or password" in message


def test_several_mistakes_are_told_at_once_but_at_most_ten(tmp_path: Path) -> None:
    message = refusal(tmp_path, PLAN + "".join(f"bad{number}: 1\n" for number in range(12)))
    assert "has 12 errors" in message and "and 2 more" in message
    assert message.count("Valid:") == 10


def test_variables_are_not_expanded(tmp_path: Path) -> None:
    loaded = load_plan(written(tmp_path, PLAN.replace("./out", "$HOME/${USER}")))
    assert loaded.plan.out == "$HOME/${USER}"


CHARACTERS = st.sampled_from(sorted({*PLAN, *"&*!|>'\"%@`?~\t\r\x00\x85\ufeff€😀"}))


@settings(max_examples=120)
@given(
    at=st.integers(0, len(PLAN)),
    out=st.integers(0, 40),
    put=st.text(CHARACTERS, max_size=12) | st.text(max_size=4),
)
def test_any_text_loads_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, at: int, out: int, put: str
) -> None:
    text = (PLAN[:at] + put + PLAN[at + out :]).encode("utf-8", "surrogatepass")
    loads_or_is_refused(written(tmp_path_factory.getbasetemp(), text))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)


@settings(max_examples=120)
@given(number=st.integers(0, 100), value=VALUES)
def test_any_value_in_any_place_loads_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, number: int, value: Any
) -> None:
    tree = yaml.safe_load(PLAN)
    places = list(places_of(tree))
    container, key = places[number % len(places)]
    container[key] = value
    loads_or_is_refused(written(tmp_path_factory.getbasetemp(), yaml.safe_dump(tree)))


def places_of(tree: Any) -> Iterator[tuple[Any, Any]]:
    keys = list(tree) if isinstance(tree, dict) else range(len(tree))
    for key in keys:
        yield tree, key
        if isinstance(tree[key], dict | list):
            yield from places_of(tree[key])


def loads_or_is_refused(path: Path) -> None:
    try:
        load_plan(path)
    except PlanError as error:
        assert str(path) in str(error)


@pytest.mark.parametrize("copy", COPIES, ids=lambda path: path.parent.name)
def test_the_committed_schema_is_the_one_of_the_code(copy: Path) -> None:
    assert json.loads(copy.read_text("utf-8")) == schema(), (
        "write it anew: python -m tests.dataset.write_plan_schema"
    )


def test_the_schema_takes_what_the_reader_takes() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    check = jsonschema.Draft202012Validator(schema())
    tree = yaml.safe_load(PLAN)
    tree["annotators"][0]["sampling"]["temperature"] = 0.1  # YAML 1.1 takes 1e-1 for a word
    check.validate(tree)
    tree["filters"] = ["unsafe", {"length": None}, {"name": "x"}]
    check.validate(tree)
    for wrong in (7, {}, {"a": {}, "b": {}}, {"length": 3}, "no good"):
        assert not check.is_valid({**tree, "filters": [wrong]})
