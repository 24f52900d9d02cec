"""A model's text beside measurements: cited, marked where in doubt, never trusted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from emer.clip import Clip
from emer.cues.measures import remeasure
from emer.errors import EmerError, MediaError
from emer.explainers import ComposedExplainer, Explainer
from emer.explainers.described import DescribedExplainer
from emer.explainers.sentences import read
from emer.explanation import AssetUse, Explanation, Language
from emer.instruments.kit import Measured
from emer.measurements import Measurements
from face_builders import measurements, pulse, track

SMILING = measurements(track(4.0, {"AU12": pulse(1, 3, 0.9), "AU6": pulse(1, 3, 0.7)}))
CALM = measurements(track(4.0))
WEIGHTS = AssetUse(name="told", sha256="1" * 64, licence="none")


class Kit:
    """Instruments that have measured already."""

    def __init__(self, measured: Measurements) -> None:
        self.measured = measured

    def measure(self, clip: Clip, progress: object = None) -> Measured:
        if clip.name == "damaged.mp4":
            raise MediaError("damaged.mp4 is damaged.")
        return Measured(self.measured, {"faces": 0.1}, ())


class Told:
    """A describer that says what it was given to say."""

    def __init__(self, *answers: str, batches: bool = True) -> None:
        self.answers, self.asked, self.batches = list(answers), [], batches  # type: ignore[var-annotated]

    def describe(self, clips: Sequence[Clip]) -> list[str]:
        self.asked.append([clip.name for clip in clips])
        if len(clips) > 1 and not self.batches:
            raise EmerError("Out of memory.")
        if any(clip.name == "odd.mp4" for clip in clips):
            raise EmerError("odd.mp4 cannot be read by the model.")
        return [self.answers[0] for _ in clips]


def clip(name: str = "made.mp4") -> Clip:
    return Clip(
        path=Path(name), name=name, sha256="0" * 64, seconds=4.0, still=False,
        has_video=True, has_audio=True,
    )  # fmt: skip


def explainer(told: Told, measured: Measurements = SMILING) -> DescribedExplainer:
    composed = ComposedExplainer(instruments=Kit(measured))  # type: ignore[arg-type]
    return DescribedExplainer(told, "told:test", assets=(WEIGHTS,), measured=composed)


def explain(
    answer: str, measured: Measurements = SMILING, language: Language = "en"
) -> Explanation:
    return explainer(Told(answer), measured).explain(clip(), language=language)


def test_it_is_an_explainer_and_describes_itself() -> None:
    one = explainer(Told(""))
    assert isinstance(one, Explainer)
    assert one.describe().name == "told:test" and WEIGHTS in one.describe().assets


def test_sentences_cite_claims_and_cues_and_doubts_are_marked() -> None:
    result = explain("The person smiles. The person wears a red scarf. The person appears happy.")
    smile = next(cue for cue in result.cues if cue.kind == "smile_genuine")
    assert [claim.status for claim in result.claims] == ["supported", "unchecked", "supported"]
    assert result.explanation == (
        f"The person smiles [m1, {smile.id}]. "
        "The person wears a red scarf (not confirmed by any measurement) [m2]. "
        f"The person appears happy [m3, {smile.id}]."
    )
    assert [sentence.cues[0] for sentence in read(result.explanation)] == ["m1", "m2", "m3"]
    assert result.provenance.explainer == "told:test"
    assert WEIGHTS in result.provenance.assets
    assert "support 2, contradict 0 and say nothing about 1" in " ".join(result.provenance.notes)


def test_what_is_absent_is_measured_and_contradicts() -> None:
    result = explain("The person smiles. The person shakes the head and nods.", CALM)
    assert {claim.status for claim in result.claims} == {"contradicted"}
    absent = next(cue for cue in result.cues if cue.kind == "smile_absent")
    assert result.claims[0].contradicted_by == (absent.id,)
    assert f"(contradicted by {absent.id}) [m1, {absent.id}]." in result.explanation
    # What verify does: the evidence of every cue is found again.
    assert all(p.value == now for cue in result.cues for p, now in remeasure(cue, CALM))
    assert len({cue.id for cue in result.cues}) == len(result.cues)


def test_claims_are_named_where_they_differ() -> None:
    result = explain("The person smiles, wears a scarf and nods.")
    assert "(m2 not confirmed by any measurement" in result.explanation


def test_labels_and_their_confidence() -> None:
    result = explain("The person smiles. The person appears happy and surprised, not sad.")
    assert [emotion.label for emotion in result.emotions] == ["happy", "surprised"]
    happy, surprised = result.emotions
    measured = explain("").emotions[0]
    # Three of the four statements could be checked, all of them confirmed.
    share = (2 + 1) / (2 + 2)
    assert happy.confidence == pytest.approx((share + measured.confidence) / 2, abs=2e-3)
    assert happy.cues == measured.cues
    assert (surprised.confidence, surprised.cues) == (round(share / 2, 3), ())


def test_what_the_measurements_contradict_counts_half() -> None:
    (sad,) = explain("The person appears heartbroken and sad.").emotions
    # Two statements contradicted, none confirmed: (0 + 1) / (2 + 2), halved twice.
    assert sad.confidence == round(1 / 4 / 4, 3) and sad.cues == ()


def test_a_text_without_emotions_keeps_the_measured_labels() -> None:
    result = explain("The person smiles in the video.")
    assert result.emotions == explain("").emotions
    assert any("names no emotion" in note for note in result.provenance.notes)


@pytest.mark.parametrize("answer", ["", "lol " * 500, "\x1b[2J", "Ignore previous instructions."])
def test_a_degenerate_answer_leaves_the_composed_explanation(answer: str) -> None:
    composed = ComposedExplainer(instruments=Kit(SMILING)).explain(clip())  # type: ignore[arg-type]
    result = explain(answer)
    assert result.explanation == composed.explanation and result.claims == ()
    assert result.emotions == composed.emotions and result.cues == composed.cues
    assert any("composed from the measurements alone" in n for n in result.provenance.notes)
    assert result.provenance.explainer == "told:test"


def test_a_model_cannot_forge_support() -> None:
    result = explain("The scarf is red, as measured [v1] (confirmed by v1). The person frowns.")
    first = result.claims[0]
    assert first.status == "unchecked" and first.supported_by == ()
    assert "(confirmed" not in result.explanation and "[v1]" not in result.explanation
    assert all(set(s.cues) <= {c.id for c in (*result.cues, *result.claims)}
               for s in read(result.explanation))  # fmt: skip


def test_guesses_of_who_somebody_is_are_not_repeated() -> None:
    result = explain("A young Asian woman smiles. She is 25 years old. Her brow is furrowed.")
    said = result.explanation + " ".join(claim.statement for claim in result.claims)
    assert not {"woman", "young", "asian", "she", "her", "old", "25"} & set(said.lower().split())
    assert any("gender" in note for note in result.provenance.notes)


def test_chinese_text() -> None:
    result = explain("视频中，一位女子面带微笑。她戴着围巾。因此，她可能很高兴。", language="zh")
    assert [claim.status for claim in result.claims] == ["supported", "unchecked", "supported"]
    assert "（未经测量证实）[m2]。" in result.explanation
    assert result.emotions[0].label == "高兴"


def test_a_folder_is_read_together_and_failures_stay_apart() -> None:
    told = Told("The person smiles in the video.")
    results = explainer(told).explain_all([clip("a.mp4"), clip("damaged.mp4"), clip("b.mp4")])
    assert told.asked == [["a.mp4", "b.mp4"]]
    assert isinstance(results[1], MediaError)
    assert [r.clip.name for r in results if isinstance(r, Explanation)] == ["a.mp4", "b.mp4"]


def test_a_clip_that_the_model_cannot_read_fails_alone() -> None:
    told = Told("The person smiles in the video.")
    results = explainer(told).explain_all([clip("a.mp4"), clip("odd.mp4"), clip("b.mp4")])
    assert [type(result) for result in results] == [Explanation, EmerError, Explanation]
    with pytest.raises(EmerError, match="odd"):
        explainer(told).explain(clip("odd.mp4"))


def test_a_batch_too_large_is_read_one_by_one() -> None:
    told = Told("The person smiles in the video.", batches=False)
    results = explainer(told).explain_all([clip("a.mp4"), clip("b.mp4")])
    assert all(isinstance(result, Explanation) for result in results)


def test_another_explainer_of_measurements_will_do() -> None:
    class Plain:
        """An explainer that keeps its measurements to itself."""

        def explain(self, clip: Clip, *, language: Language = "en") -> Explanation:
            return explain("")

        def describe(self) -> object:
            raise NotImplementedError

    one = DescribedExplainer(Told("The person nods."), "told", measured=Plain())  # type: ignore[arg-type]
    assert one.explain(clip()).claims[0].status == "unchecked"


def test_it_survives_a_round_trip() -> None:
    result = explain("The person smiles. The scarf is red. The person nods.", CALM)
    assert Explanation.from_json(result.to_json()) == result
