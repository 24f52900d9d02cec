"""Copies among many clips."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from dataset.scenes import FPS, clip, scene, smaller, squeezed, voice
from emer.dataset.collect import look
from emer.dataset.copies import Copy, find_copies
from emer.dataset.entry import Prints
from emer.dataset.plan import Copies, Source
from emer.dataset.sound_print import to_text
from emer.dataset.sources import Found
from emer.media import Limits
from making import RATE, pictures, sound, write

pytest.importorskip("imagehash")

Row = tuple[str, str, Prints]
SOURCE = Source(name="own", path=".", licence="CC0")


def row(path: Path) -> Row:
    entry = look(Found(path.stem, str(path)), SOURCE, Limits())
    assert entry.prints
    return entry.id, entry.media.sha256, entry.prints


def pairs(rows: list[Row], **settings: object) -> dict[str, str]:
    return {each.id: each.of for each in find_copies(rows, Copies.model_validate(settings))}


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Row]:
    """A clip `a`, what was made of it, and others that share its pictures or its sound."""
    folder = tmp_path_factory.mktemp("copies")
    images, speech = scene(1), voice(1)
    made = [
        clip(folder / "a.mkv", 1, 1),
        write(folder / "a_small.mkv", smaller(images), speech * np.float32(0.3), fps=FPS),
        write(folder / "a_trim.mkv", images[3:], speech[4800:], fps=FPS),
        write(folder / "a_mute.mkv", smaller(images), None, fps=FPS),
        write(folder / "a_silent.mkv", images, np.zeros_like(speech), fps=FPS),
        squeezed(folder / "a_sound.m4a", speech),
        clip(folder / "other_words.mkv", 1, 2),
        clip(folder / "other_look.mkv", 3, 1),
        clip(folder / "other.mkv", 4, 4),
        squeezed(folder / "other_sound.m4a", voice(5)),
        clip(folder / "other_mute.mkv", 5, None),
    ]
    return {path.stem: row(path) for path in made}


@pytest.mark.parametrize("name", ["a_small", "a_trim", "a_mute", "a_silent", "a_sound"])
def test_a_near_copy_is_found(rows: dict[str, Row], name: str) -> None:
    others = [each for key, each in rows.items() if key.startswith("other")]
    others = [each for each in others if each[0] in ("other", "other_sound", "other_mute")]
    assert pairs([rows["a"], rows[name], *others]) == {name: "a"}


def test_another_sentence_of_the_same_head_is_no_copy(rows: dict[str, Row]) -> None:
    assert pairs([rows["a"], rows["other_words"]]) == {}


def test_the_same_sound_over_other_pictures_is_no_copy(rows: dict[str, Row]) -> None:
    assert pairs([rows["a"], rows["other_look"]]) == {}


def test_reasons_and_settings(rows: dict[str, Row]) -> None:
    _, sha256, prints = rows["a"]
    both = [rows["a"], ("b", sha256, prints), rows["a_small"]]
    assert list(find_copies(both, Copies())) == [
        Copy("a_small", "a", "near", "It looks and sounds like a."),
        Copy("b", "a", "exact", "It is the same file as a."),
    ]
    assert [each.kind for each in find_copies(both, Copies(near=False))] == ["exact"]
    assert pairs([rows["a"], rows["a_trim"]], sound=0.0) == {}
    assert pairs([rows["a"], rows["other_look"]], frames=1.0) == {"other_look": "a"}


def test_another_half_of_a_muted_clip_is_no_copy(tmp_path: Path) -> None:
    """A head that hardly moves looks the same throughout."""
    images = scene(1, 1.0)[:6]
    calm = [image for image in images for _ in range(5)]
    one = write(tmp_path / "one.mkv", calm[:24], None, fps=FPS)
    two = write(tmp_path / "two.mkv", calm[6:], None, fps=FPS)
    assert pairs([row(one), row(two)]) == {}


def made(seed: int, bits: float = 0.0, parent: Prints | None = None) -> Prints:
    """Prints by chance, or those of a copy with a share of the bits flipped."""
    chance = np.random.default_rng(seed)
    if parent is None:
        steps = chance.integers(1, 2**32, 120, dtype=np.uint32)
        frames = chance.integers(1, 2**63, 8, dtype=np.uint64)
    else:
        steps = np.frombuffer(bytes.fromhex(parent.sound), ">u4").astype(np.uint32)
        steps = steps ^ noise(chance, len(steps), bits)
        frames = np.array([int(each, 16) for each in parent.frames], np.uint64)
    return Prints(frames=tuple(f"{each:016x}" for each in frames.tolist()), sound=to_text(steps))


def noise(chance: np.random.Generator, count: int, share: float) -> NDArray[np.uint32]:
    flips = np.packbits(chance.random((count, 32)) < share, axis=1)
    return flips.view(">u4")[:, 0].astype(np.uint32)


def many(count: int) -> Iterator[Row]:
    """Clips of which each tenth is a near copy, and each twentieth an exact one of the last."""
    for number in range(count):
        prints, digest = made(number), hashlib.sha256(str(number).encode()).hexdigest()
        if number % 10 == 9:
            prints = made(number, 0.08, made(number - 1))
        if number % 20 == 9:
            digest = hashlib.sha256(str(number - 1).encode()).hexdigest()
        yield f"s/{number:05d}", digest, prints


def test_planted_copies_are_found_and_nothing_else() -> None:
    found = list(find_copies(many(2000), Copies()))
    assert [each.id for each in found] == [f"s/{number:05d}" for number in range(9, 2000, 10)]
    assert all(int(each.of[2:]) == int(each.id[2:]) - 1 for each in found)
    assert [each.kind for each in found[:4]] == ["exact", "near", "exact", "near"]


def test_the_order_of_input_makes_no_difference() -> None:
    clips = list(many(300))
    expected = list(find_copies(clips, Copies()))
    for seed in range(3):
        random.Random(seed).shuffle(clips)
        assert list(find_copies(clips, Copies())) == expected


def test_a_chain_is_one_group() -> None:
    """The ends differ by more than the threshold, each link by less."""
    link, chain = made(0), []
    for number in range(12):
        chain.append((f"{number:02d}", f"{number:064x}", link))
        link = made(100 + number, 0.05, link)
    assert pairs([chain[0], chain[-1]], sound=0.2) == {}
    assert pairs(chain[::-1], sound=0.2) == {f"{number:02d}": "00" for number in range(1, 12)}
    reasons = {each.id: each.reason for each in find_copies(chain, Copies(sound=0.2))}
    assert reasons["11"] == "It is a copy of a copy of 00."
    assert reasons["01"] == "It looks and sounds like 00."


def test_many_copies_of_one_are_one_group() -> None:
    parent = made(0)
    rows = [(f"{n:03d}", f"{n:064x}", made(n, 0.05 * (n > 0), parent)) for n in range(200)]
    assert set(pairs(rows).values()) == {"000"}
    assert len(pairs(rows)) == 199


def test_empty_and_odd_prints() -> None:
    nothing, black = Prints(), Prints(frames=("0" * 16,) * 8)
    rows = [(f"{n}", f"{n:064x}", each) for n, each in enumerate([nothing, nothing, black, black])]
    assert pairs(rows) == {}
    assert pairs([]) == {}
    still = Prints(frames=("f0e1d2c3b4a59687",))
    moving = Prints(frames=("f0e1d2c3b4a59687",) * 8)
    assert pairs([("a", "0" * 64, still), ("b", "1" * 64, still)]) == {"b": "a"}
    assert pairs([("a", "0" * 64, still), ("b", "1" * 64, moving)]) == {}


def test_real_clips_and_acted_speech(shared: Path, tmp_path: Path) -> None:
    """Copies of real clips are found; no two clips, nor actors with one sentence, are copies."""
    clips = sorted((shared / "data" / "clips").glob("*.mp4"))[:6]
    speech = sorted((shared / "data" / "ravdess").glob("03-01-05-01-01-01-0*.flac"))
    copies = [
        write(
            tmp_path / f"{path.stem}_copy.mkv",
            smaller(pictures(path, start=0.3)),
            sound(path)[int(0.3 * RATE) :] * np.float32(0.3),
        )
        for path in clips[:2]
    ]
    assert len(clips) == 6
    found = pairs([row(path) for path in (*clips, *copies, *speech)])
    assert found == {f"{path.stem}_copy": path.stem for path in clips[:2]}
