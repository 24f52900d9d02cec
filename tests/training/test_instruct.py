"""Stage 3 on a tiny random model: what is trained, what is shown, what comes out."""

import json
import math
import os
import random
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from emer.errors import UsageError
from emer.models.xemogpt import XEmoGPTForConditionalGeneration, XEmoGPTProcessor
from emer.training.answers import Answer, drop_samples, score_answers
from emer.training.checkpoints import damage
from emer.training.data.errors import RecordError
from emer.training.instruct import InstructTrainer
from emer.training.instruct_data import SHOWN, Collator, choose
from emer.training.sampling import Place, generator
from training.forked import forks
from training.instruct_corpus import (
    ANSWERS,
    CountingEncoder,
    make_corpus,
    settings,
    trainer,
    weights,
    write_rows,
)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return make_corpus(tmp_path_factory.mktemp("corpus"))


@pytest.fixture(autouse=True)
def one_thread_and_own_assets(monkeypatch, tmp_path_factory):
    monkeypatch.setenv("EMER_ASSETS", str(tmp_path_factory.getbasetemp() / "assets"))
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def both(corpus):
    return {"train": str(corpus / "train.jsonl"), "validation": str(corpus / "validation.jsonl")}


def test_four_rows_can_be_learnt_by_heart(corpus, tmp_path):
    run = trainer(
        corpus,
        tmp_path / "run",
        lora={"r": -1},
        modalities={"V+A": 1},
        epochs=50,
        batch_size=4,
        log_every=5,
        save_every=100,
        learning_rate=0.01,
        cache=str(tmp_path / "features"),
    )
    losses = [log["loss"] for log in run.run()["history"] if "loss" in log]
    assert losses[-1] < 0.2 < 5 < losses[0]
    model = XEmoGPTForConditionalGeneration.from_pretrained(tmp_path / "run")
    processor = XEmoGPTProcessor.from_pretrained(tmp_path / "run")
    inputs = processor([str(corpus / "clip2.mkv")])
    ids = model.generate(**inputs, max_new_tokens=40, do_sample=False)
    assert processor.batch_decode(ids, skip_special_tokens=True) == [ANSWERS[2]]


@pytest.mark.parametrize(
    ("train", "lora", "expected"),
    [
        (None, 4, {"video_bridge", "video_projection", "audio_bridge", "audio_projection", "lora"}),
        (["audio_bridge", "audio_projection"], 4, {"audio_bridge", "audio_projection"}),
        (["llm"], 4, {"lora"}),
        (["llm", "video_bridge"], 0, {"video_bridge"}),
        (["llm"], -1, {"language_model"}),
        (["vision_tower"], 4, {"vision_tower"}),
    ],
)
def test_only_the_named_parts_are_trained(corpus, tmp_path, train, lora, expected):
    run = trainer(
        corpus, tmp_path, train=train, lora={"r": lora}, max_steps=3, modalities={"V+A": 1}
    )
    frozen_in_training = []
    original = run.compute_loss

    def watching(model, inputs, **kwargs):
        frozen_in_training.extend(
            name
            for part in model.parts()
            for name, module in part.named_modules()
            if module.training and not any(p.requires_grad for p in part.parameters())
        )
        return original(model, inputs, **kwargs)

    run.compute_loss = watching
    before = weights(run.model)
    run.train()
    assert frozen_in_training == []
    after = dict(run.model.named_parameters())
    changed = {name for name in after if not torch.equal(before[name], after[name])}
    parts = {next((part for part in expected if part in name), name) for name in changed}
    assert parts == expected
    saved = load_file(tmp_path / "checkpoint-3" / "trained.safetensors")
    assert changed <= saved.keys()


def test_a_modality_that_is_not_shown_gets_no_gradient(corpus, tmp_path):
    run = trainer(corpus, tmp_path, modalities={"A": 1}, train=["video_bridge", "audio_bridge"])
    batch = Collator(run.processor)([run.train_dataset[Place(0, n)] for n in range(3)])
    assert "pixel_values" not in batch
    run.model.train()(**batch).loss.backward()
    assert all(p.grad is None for p in run.model.model.video_bridge.parameters())
    assert all(p.grad is not None for p in run.model.model.audio_bridge.parameters())


def test_modalities_are_drawn_by_weight_and_repeat_for_a_seed():
    whole = frozenset({"video", "audio", "subtitle"})
    weights = {"V": 1.0, "A": 2.0, "V+A": 1.0}
    drawn = [choose(whole, weights, generator(5, Place(0, n))) for n in range(4000)]
    shares = {name: drawn.count(shown) / len(drawn) for name, shown in SHOWN.items()}
    for name, share in {"V": 0.25, "A": 0.5, "V+A": 0.25}.items():
        assert abs(shares[name] - share) < 0.03
    assert drawn == [choose(whole, weights, generator(5, Place(0, n))) for n in range(4000)]
    later = [choose(whole, weights, generator(5, Place(1, n))) for n in range(4000)]
    assert later != drawn


def test_a_clip_that_lacks_a_modality_is_shown_by_what_it_has():
    numbers = np.random.default_rng(0)
    assert choose(frozenset({"video"}), {"A": 1.0, "V+A": 1.0}, numbers) == {"video"}
    assert choose(frozenset({"audio"}), {"A": 1.0, "V": 1.0}, numbers) == {"audio"}
    assert choose(frozenset({"subtitle"}), {"V": 1.0}, numbers) == frozenset()


def test_only_answers_and_the_end_are_learnt(corpus, tmp_path):
    run = trainer(corpus, tmp_path)
    batch = Collator(run.processor)([run.train_dataset[Place(0, n)] for n in range(4)])
    for row, answer in zip(batch["labels"], ANSWERS, strict=True):
        learnt = row[row != -100]
        assert run.processor.decode(learnt[:-1]) == answer
        assert learnt[-1] == run.processor.tokenizer.eos_token_id


def test_short_logits_lose_no_token_of_the_longest_answer(corpus, tmp_path):
    run = trainer(corpus, tmp_path)
    batch = Collator(run.processor)([run.train_dataset[Place(0, n)] for n in range(4)])
    model = run.model.eval()
    short = model(**batch).loss
    assert batch.pop("logits_to_keep") < batch["input_ids"].shape[1]
    torch.testing.assert_close(short, model(**batch).loss)


def test_kept_features_give_the_same_loss_and_are_computed_once(corpus, tmp_path):
    # At a rate at which Adam does not blow up rounding errors of gradients that are zero.
    options = {"data": both(corpus), "epochs": 2, "learning_rate": 1e-6}
    plain = trainer(corpus, tmp_path / "plain", **options)
    kept = trainer(corpus, tmp_path / "kept", cache=str(tmp_path / "c"), **options)
    one, other = plain.run(), kept.run()
    for log, same in zip(one["history"], other["history"], strict=True):
        for name in ("loss", "eval_loss"):
            assert log.get(name, 0) == pytest.approx(same.get(name, 0), abs=1e-5)
    assert one["best"]["value"] == pytest.approx(other["best"]["value"], abs=1e-5)
    files = {path: path.stat().st_mtime_ns for path in (tmp_path / "c").rglob("*.safetensors")}
    assert len(files) == 7, "pictures of four clips and sound of three"
    # From now on nothing is decoded or encoded.
    again = trainer(corpus, tmp_path / "again", epochs=2, cache=str(tmp_path / "c"))
    sample = again.train_dataset[Place(0, 0)]
    assert sample.frames is None and sample.sound is None and sample.kept
    again.model.model.encode_frames = again.model.model.encode_sound = None
    again.run()
    assert files == {p: p.stat().st_mtime_ns for p in (tmp_path / "c").rglob("*.safetensors")}


def test_features_of_other_weights_are_not_taken_for_ours(corpus, tmp_path):
    first = trainer(corpus, tmp_path / "a", cache=str(tmp_path / "c"))
    whole = first.model.model
    key = first._cache.key("frames", "clip0.mkv", corpus)
    with torch.no_grad():
        next(whole.vision_tower.parameters()).add_(1.0)
    from emer.training.feature_cache import FeatureCache

    other = FeatureCache.of(
        tmp_path / "c",
        whole,
        image_processor=first.processor.image_processor,
        feature_extractor=first.processor.feature_extractor,
    )
    assert other.key("frames", "clip0.mkv", corpus) != key
    assert other.key("sound", "clip0.mkv", corpus) == first._cache.key("sound", "clip0.mkv", corpus)


def test_an_encoder_that_is_trained_is_not_cached(corpus, tmp_path):
    run = trainer(corpus, tmp_path, train=["vision_tower"], cache=str(tmp_path / "c"))
    assert set(run._cache.stores) == {"sound"}
    assert set(run.train_dataset[Place(0, 0)].keys) <= {"sound"}


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """Return a function that trains in a process of its own."""
    with forks("training.instruct_corpus", tmp_path_factory.mktemp("forks")) as run:
        yield run


@pytest.mark.parametrize("kind", ["kill_at", pytest.param("term_at", marks=pytest.mark.slow)])
def test_a_run_cut_short_ends_with_the_same_bits(corpus, tmp_path, start, kind):
    options = {"data": both(corpus), "workers": 1}
    config = settings(corpus, tmp_path / "run", cache=str(tmp_path / "a"), **options)
    whole = trainer(corpus, tmp_path / "whole", cache=str(tmp_path / "b"), **options)
    done = whole.run()
    step = random.Random(os.urandom(8)).randrange(1, done["steps"])
    asked = {"config": config, "assets": str(tmp_path / "assets")}
    first = start(**asked, **{kind: step})
    assert first.returncode == (-9 if kind == "kill_at" else 130), first.stderr
    second = start(**asked, resume=True)
    assert second.returncode == 0, second.stderr
    for name in ("model.safetensors", "adapter/adapter_model.safetensors"):
        one, other = (load_file(tmp_path / run / name) for run in ("whole", "run"))
        assert one.keys() == other.keys()
        assert all(torch.equal(one[key], other[key]) for key in one), name


@pytest.mark.parametrize("workers", [0, pytest.param(2, marks=pytest.mark.slow)])
def test_a_signal_to_the_whole_job_leaves_a_checkpoint(corpus, tmp_path, start, workers):
    config = settings(corpus, tmp_path / "run", epochs=20, workers=workers, save_every=1000)
    done = start(config=config, assets=str(tmp_path / "assets"), term_all_at=3)
    assert done.returncode == 130, done.stderr
    path = next((tmp_path / "run").glob("checkpoint-*"))
    assert damage(path) is None and f"go on with --resume from {path}" in done.stderr


def test_two_processes_end_with_equal_finite_weights(corpus, tmp_path, start):
    # Clips are shown in different ways, so that one process lacks a modality the other has.
    config = settings(corpus, tmp_path / "run", data=both(corpus), epochs=2, batch_size=1)
    done = start(config=config, assets=str(tmp_path / "assets"), processes=2)
    assert done.returncode == 0, done.stderr
    saved = load_file(tmp_path / "run" / "model.safetensors")
    assert all(torch.isfinite(value).all() for value in saved.values())


@pytest.mark.slow
def test_two_processes_by_torchrun_end_with_equal_finite_weights(corpus, tmp_path):
    import subprocess
    import sys

    import yaml

    config = settings(corpus, tmp_path / "run", data=both(corpus), epochs=2, batch_size=1)
    file = tmp_path / "instruct.yaml"
    file.write_text(yaml.safe_dump(config), "utf-8")
    words = "-m torch.distributed.run --standalone --nproc_per_node 2 -m emer.cli.main train"
    done = subprocess.run(
        [sys.executable, *words.split(), "instruct", str(file), "--json"],
        capture_output=True,
        text=True,
        timeout=200,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    assert record["processes"] == 2 and record["steps"] == 4
    assert math.isfinite(record["best"]["value"])
    saved = load_file(tmp_path / "run" / "model.safetensors")
    assert all(torch.isfinite(value).all() for value in saved.values())


@pytest.mark.usefixtures("counting")
def test_answers_are_scored_and_written_as_they_are(corpus, tmp_path):
    run = trainer(corpus, tmp_path, data=both(corpus), epochs=1, generate=2, max_new_tokens=4)
    done = run.run()
    lines = [json.loads(line) for line in (tmp_path / "samples.jsonl").read_text().splitlines()]
    assert [line["id"] for line in lines] == ["clip0", "clip2"]
    assert {line["step"] for line in lines} == {2}
    assert lines[0]["reference"] == ANSWERS[0] and lines[0]["shown"] == ["audio", "video"]
    figures = [log for log in done["history"] if "eval_emocue_f1" in log]
    assert len(figures) == 1 and 0 <= figures[0]["eval_emocue_f1"] <= 1


@pytest.fixture
def counting(monkeypatch):
    """Stand in for the text encoder, whose asset need not be there."""
    monkeypatch.setattr("emer.training.instruct.load_encoder", lambda name: CountingEncoder())


def test_right_answers_score_one_and_dealt_ones_chance():
    texts = [
        "In the video, he frowns. In the audio, his voice is loud. He appears angry.",
        "In the video, she smiles. In the audio, her voice is soft. She appears happy.",
        "In the video, he cries. In the audio, his voice trembles. He appears sad.",
    ]
    right = [Answer(str(n), ("video",), text, text) for n, text in enumerate(texts)]
    scores = score_answers(right, CountingEncoder())
    assert scores["emocue_f1"] == pytest.approx(1.0)
    wrong = [Answer(a.id, a.shown, texts[int(a.id) - 1], a.reference) for a in right]
    assert score_answers(wrong, CountingEncoder())["emocue_f1"] < 0.7
    assert scores["emocue_chance"] < 0.7
    nothing = [Answer(a.id, a.shown, "", a.reference) for a in right]
    assert score_answers(nothing, CountingEncoder())["emocue_f1"] == 0.0


def test_answers_of_steps_that_are_done_again_are_dropped(tmp_path):
    path = tmp_path / "samples.jsonl"
    path.write_text('{"step": 2}\n{"step": 4}\n{"st', "utf-8")
    drop_samples(path, after=2)
    assert path.read_text("utf-8") == '{"step": 2}\n'
    drop_samples(tmp_path / "absent.jsonl", after=2)


def test_an_empty_answer_and_missing_media_are_listed_skipped_and_counted(corpus, tmp_path):
    rows = [
        {"id": "good", "video": "clip0.mkv", "text": "The speaker appears calm."},
        {"id": "empty", "video": "clip1.mkv", "text": "  "},
        {"id": "gone", "video": "nowhere.mkv", "text": "The speaker appears calm."},
        {"id": "words", "subtitle": "I am fine.", "text": "The speaker appears calm."},
    ]
    write_rows(corpus / "some.jsonl", rows)
    run = trainer(corpus, tmp_path, data={"train": str(corpus / "some.jsonl")}, epochs=1)
    done = run.run()
    assert done["skipped"] == 2
    assert done["data"]["splits"]["train"]["used"] == 2
    listed = (tmp_path / "skipped-train.jsonl").read_text("utf-8").splitlines()
    assert {json.loads(line)["id"] for line in listed} == {"empty", "gone"}


def test_rows_whose_media_are_all_broken_are_refused(corpus, tmp_path):
    (corpus / "noise.mkv").write_bytes(b"not a clip" * 100)
    rows = [{"id": str(n), "video": "noise.mkv", "text": "Calm."} for n in range(2)]
    write_rows(corpus / "broken.jsonl", rows)
    with pytest.raises(RecordError, match="No row can be used"):
        trainer(corpus, tmp_path, data={"train": str(corpus / "broken.jsonl")})


def test_a_prompt_that_cannot_fit_names_its_row(corpus, tmp_path):
    rows = [
        {"id": "fine", "video": "clip0.mkv", "text": "Calm."},
        {"id": "endless", "video": "clip1.mkv", "text": "Calm.", "instruction": "Why? " * 3000},
    ]
    write_rows(corpus / "long.jsonl", rows)
    run = trainer(corpus, tmp_path, data={"train": str(corpus / "long.jsonl")})
    with pytest.raises(UsageError, match=r"'endless'.*above the limit of 2048"):
        run.run()


def test_a_part_the_model_lacks_cannot_be_trained(corpus, tmp_path):
    run = trainer(corpus, tmp_path)
    run.model.video_projection = None
    from emer.training.instruct import prepare

    config = run.config
    config.train = ["video_projection"]
    with pytest.raises(UsageError, match=r"video_projection, which this model does not have"):
        prepare(run.model, config)


def test_an_adapter_is_trained_on(corpus, tmp_path):
    first = trainer(corpus, tmp_path / "one", epochs=2)
    first.run()
    second = trainer(corpus, tmp_path / "two", model=str(tmp_path / "one"), epochs=2)
    names = {n for n, p in second.model.language_model.named_parameters() if p.requires_grad}
    assert names and all("lora_" in name for name in names)
    loaded = dict(first.model.language_model.named_parameters())
    for name, value in second.model.language_model.named_parameters():
        assert torch.equal(value, loaded[name]), name


def test_bf16_keeps_frozen_weights_narrow_and_trained_ones_wide(corpus, tmp_path):
    run = trainer(corpus, tmp_path, precision="bf16", epochs=1, gradient_checkpointing=True)
    kinds = {p.requires_grad: set() for p in run.model.parameters()}
    for p in run.model.parameters():
        kinds[p.requires_grad].add(p.dtype)
    assert kinds == {True: {torch.float32}, False: {torch.bfloat16}}
    assert math.isfinite(run.run()["history"][0]["loss"])


def test_gradient_checkpointing_gives_the_same_gradients(corpus, tmp_path):
    found = []
    for checkpointing in (False, True):
        run = trainer(corpus, tmp_path / str(checkpointing), gradient_checkpointing=checkpointing,
                      lora={"r": 4, "dropout": 0}, max_steps=2)  # fmt: skip
        run.train()
        found.append(run.model.model.video_bridge.layers[0].fc1.weight.detach())
    assert torch.allclose(*found, atol=1e-6)


@pytest.mark.slow
def test_workers_give_the_same_weights(corpus, tmp_path):
    for workers in (0, 1):
        trainer(corpus, tmp_path / str(workers), workers=workers, epochs=2).run()
    one, other = (load_file(tmp_path / str(n) / "model.safetensors") for n in (0, 1))
    assert all(torch.equal(one[key], other[key]) for key in one)


def test_the_trainer_is_made_of_parts_too(corpus, tmp_path):
    parts = Path(corpus) / "parts"
    run = trainer(
        corpus,
        tmp_path,
        model=None,
        llm=str(parts / "llm"),
        audio=str(parts / "hubert"),
        epochs=1,
        fields={"instruction": "How does the speaker feel?"},
    )
    assert isinstance(run, InstructTrainer)
    assert run.model.video_projection is None
    run.run()
    again = XEmoGPTProcessor.from_pretrained(tmp_path)
    assert again.config.instruction == "How does the speaker feel?"
