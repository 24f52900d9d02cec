"""What a model says is supported, contradicted or unchecked by what was measured."""

from __future__ import annotations

import time

import pytest

from builders import cue
from emer.cues.events import EVENTS
from emer.cues.face_words import WORDS as FACE
from emer.cues.speaker import _STATEMENTS as SPEAKER
from emer.cues.voice_words import WORDS as VOICE
from emer.cues.words_statements import STATEMENTS as TEXT
from emer.emotions.votes import VOTES
from emer.explainers.claim_emotions import feelings
from emer.explainers.claim_words import UNCLAIMED, UNCLAIMED_FAMILIES, concepts, read
from emer.explainers.claims import check, wanted
from emer.explanation import Claim, Cue, Emotion, Language
from emer.extraction import CueLists


def says(statement: str, *cues: Cue, modality: str = "visual", language: Language = "en") -> Claim:
    (claim,) = check(CueLists(**{modality: (statement,)}), cues, language)
    return claim


def emitted() -> set[str]:
    """Every kind that the observers can emit, from their own tables."""
    kinds = {event.kind for event in EVENTS} | set(FACE) | set(SPEAKER)
    kinds |= {name.partition(":")[0] for name in VOICE} | {"face_absent", "face_unusable"}
    kinds |= {"expression_change", "says"} | set(VOTES)
    return kinds | {k for k in TEXT if k not in ("says_given", "says_recognised", "text_neutral")}


def test_every_kind_of_cue_can_be_claimed() -> None:
    claimable = {kind for concept in concepts().values() for kind in concept.kinds}
    left = emitted() - claimable - set(UNCLAIMED) - {"emotion_word", "text"}
    assert {kind for kind in left if not kind.startswith(UNCLAIMED_FAMILIES)} == set()
    assert claimable <= emitted(), "a concept names a kind that nothing emits"


def test_opposites_are_concepts() -> None:
    for concept in concepts().values():
        assert set(concept.opposites) <= set(concepts())


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("The person smiles faintly.", "smile_slight"),
        ("The corners of the mouth turn up.", "smile_social"),
        ("A furrowed brow.", "brow_lowered"),
        ("The person's eyes are lowered.", "gaze_down"),
        ("The eyes widen.", "eyes_widened"),
        ("The person nods.", "head_nod"),
        ("The person shakes the head.", "head_shake"),
        ("一位男子皱着眉头。", "brow_lowered"),
        ("嘴角微微上扬。", "smile_genuine"),
        ("睁大了眼睛。", "eyes_widened"),
    ],
)
def test_what_is_seen_is_supported_by_its_kind(statement: str, kind: str) -> None:
    claim = says(statement, cue("v1", kind), cue("v2", "head_tilted"))
    assert (claim.status, claim.supported_by) == ("supported", ("v1",))
    assert claim.confidence == 0.9


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("The voice is loud.", "voice_loud"),
        ("High-pitched voice.", "pitch_high"),
        ("The person speaks quickly.", "speech_fast"),
        ("The voice trembles.", "voice_trembling"),
        ("Laughter is heard.", "laughter"),
        ("语速缓慢。", "speech_slow"),
        ("伴有叹气。", "sighing"),
        ("声音很大。", "voice_loud"),
    ],
)
def test_what_is_heard_is_supported_by_its_kind(statement: str, kind: str) -> None:
    assert says(statement, cue("a1", kind), modality="auditory").supported_by == ("a1",)


@pytest.mark.parametrize(
    ("statement", "kind", "modality"),
    [
        ("The person smiles.", "lip_corners_down", "visual"),
        ("The voice is loud.", "voice_quiet", "auditory"),
        ("The pitch is low.", "pitch_high", "auditory"),
        ("The speech is fast.", "speech_slow", "auditory"),
        ("The person laughs.", "crying", "auditory"),
        ("The voice is loud.", "voice_absent", "auditory"),
        ("The person does not smile.", "smile_genuine", "visual"),
        ("没有微笑。", "smile_social", "visual"),
        ("语速很快。", "speech_slow", "auditory"),
    ],
)
def test_the_opposite_contradicts(statement: str, kind: str, modality: str) -> None:
    measured = cue("v1" if modality == "visual" else "a1", kind)
    claim = says(statement, measured, modality=modality)
    assert (claim.status, claim.contradicted_by) == ("contradicted", (measured.id,))


def test_nothing_measured_is_unchecked() -> None:
    assert says("The person smiles.").status == "unchecked"
    assert says("The person wears a coat.", cue("v1", "smile_genuine")).status == "unchecked"
    assert says("The person smiles.", cue("v1", "brow_lowered")).confidence is None


def test_a_short_or_unsure_opposite_is_no_contradiction() -> None:
    down, other = cue("v1", "lip_corners_down", 0, 1), cue("v2", "head_tilted", 0, 10)
    assert says("The person smiles.", down, other).status == "unchecked"
    unsure = cue("v1", "lip_corners_down", confidence=0.3)
    assert says("The person smiles.", unsure).status == "unchecked"
    weak = cue("a1", "crying", confidence=0.5)
    assert says("Laughter is heard.", weak, modality="auditory").status == "unchecked"


def test_somebody_else_is_no_contradiction() -> None:
    two = [
        cue("v1", "lip_corners_down", person="p1"),
        cue("v2", "head_nod", person="p2"),
    ]
    assert says("The person smiles.", *two).status == "unchecked"


def test_support_at_one_time_outweighs_the_opposite_at_another() -> None:
    claim = says(
        "The voice is loud.", cue("a1", "voice_loud"), cue("a2", "voice_quiet", 2, 9),
        modality="auditory",
    )  # fmt: skip
    assert (claim.status, claim.contradicted_by) == ("supported", ())


def test_a_refuted_part_refutes_the_statement() -> None:
    claim = says("The person smiles and nods.", cue("v1", "smile_absent"), cue("v2", "head_nod"))
    assert (claim.status, claim.supported_by, claim.contradicted_by) == (
        "contradicted",
        ("v2",),
        ("v1",),
    )


@pytest.mark.parametrize(
    "statement",
    ["The person hardly smiles.", "The person is about to smile.", "不再微笑。"],
)
def test_what_is_left_open_stays_unchecked(statement: str) -> None:
    assert says(statement, cue("v1", "smile_genuine")).status == "unchecked"


def test_looked_for_in_vain() -> None:
    absent = cue("v1", "smile_absent")
    assert says("The person smiles.", absent).contradicted_by == ("v1",)
    assert says("There is no smile.", absent).supported_by == ("v1",)


SAD = (Emotion(label="sad", confidence=0.7, cues=("v1", "a2")),)


@pytest.mark.parametrize(
    ("statement", "status"),
    [
        ("The person appears heartbroken.", "supported"),
        ("Possibly the person feels dejected.", "supported"),
        ("他可能感到悲伤。", "supported"),
        ("The person is delighted.", "contradicted"),
        ("The person is not sad.", "contradicted"),
        ("The person is not happy.", "unchecked"),
        ("The person is surprised.", "unchecked"),
        ("The person is angry.", "unchecked"),
        ("The person is very excited.", "unchecked"),
        ("The person is fearful or sad.", "supported"),
    ],
)
def test_emotions_go_by_family_and_valence(statement: str, status: str) -> None:
    lists = CueLists(emotional=(statement,))
    (claim,) = check(lists, (cue("v1", "gaze_down"),), "en", emotions=SAD, valence=-0.5)
    assert claim.status == status
    behind = claim.supported_by or claim.contradicted_by
    assert behind == (() if status == "unchecked" else ("v1", "a2"))


def test_a_faint_valence_contradicts_nothing() -> None:
    lists = CueLists(emotional=("The person is delighted.",))
    (claim,) = check(lists, (), "en", emotions=SAD, valence=-0.2)
    assert claim.status == "unchecked"
    mixed = (*SAD, Emotion(label="happy", confidence=0.3, cues=("v3",)))
    (claim,) = check(lists, (), "en", emotions=mixed, valence=-0.4)
    assert claim.supported_by == ("v3",)


def test_labels_in_chinese_are_compared_alike() -> None:
    sad = (Emotion(label="悲伤", confidence=0.7, cues=("v1",)),)
    lists = CueLists(emotional=("The person is sad.", "他很高兴。"))
    claims = check(lists, (), "zh", emotions=sad, valence=-0.5)
    assert [claim.status for claim in claims] == ["supported", "contradicted"]


def test_quoted_words_are_compared_with_those_heard() -> None:
    heard = cue("t1", "says", statement="The words heard are “I can't believe it”.")
    right = CueLists(auditory=("Subtitle text: 'I can’t believe it!'",))
    wrong = CueLists(auditory=("Subtitle text: 'I hate you'",))
    assert check(right, (heard,), "en")[0].modality == "textual"
    plain = CueLists(auditory=("Subtitle text: 'I can't believe it!'",))
    assert check(plain, (heard,), "en")[0].supported_by == ("t1",)
    assert check(wrong, (heard,), "en")[0].status == "unchecked"


def test_ids_count_on_and_modalities_are_kept() -> None:
    lists = CueLists(("The person smiles.",), ("The voice is loud.",), ("The person is happy.",))
    claims = check(lists, (), "en")
    assert [(c.id, c.modality) for c in claims] == [
        ("m1", "visual"),
        ("m2", "auditory"),
        ("m3", "emotional"),
    ]


def test_a_statement_that_names_ids_is_not_believed() -> None:
    claim = says("As v1 proves, the coat is red (supported by v1).", cue("v1", "smile_genuine"))
    assert claim.status == "unchecked"


def test_wanted_names_what_to_look_for() -> None:
    lists = CueLists(("The person does not smile.",), ("Laughter is heard.",), ())
    assert wanted(lists, "en") == {"smile", "laughter"}


def test_feelings_find_the_finer_label() -> None:
    found = {one.label: one.family for one in feelings("frustrated, anxious and touched", "en")}
    assert found == {"annoyed": "anger", "anxious": "worry", "moved": "affection"}


def test_long_statements_take_linear_time() -> None:
    began = time.perf_counter()
    for text in ("eyebrows " * 12_000, "not " * 25_000, "眉" * 100_000, "corners of " * 9_000):
        read(text, "en")
        read(text, "zh")
        feelings(text, "en")
    assert time.perf_counter() - began < 5
