"""The model card that stands beside saved weights."""

from __future__ import annotations

from pathlib import Path

from emer.models.xemogpt.configuration import XEmoGPTConfig
from emer.report.output import replace

_USE = """## Intended use

Research on explainable multimodal emotion recognition: which emotions a clip *appears* to
express, and why. The model infers expressed emotion; it does not read minds, and its text is
written by a language model: check it against measurements (`emer explain --explainer DIR` does).

## Uses that are out of scope

No decision about a person. Article 5(1)(f) of the EU AI Act forbids inferring emotions of people
at work and in education, but for medical and safety reasons. The model must not be used to guess
gender, age, ethnicity or identity.
"""


def write_card(folder: Path, config: XEmoGPTConfig, *, adapted: bool) -> None:
    """Write `README.md`, unless somebody has written one already."""
    path = folder / "README.md"
    if not path.exists():
        replace(path, card(config, adapted=adapted))


def card(config: XEmoGPTConfig, *, adapted: bool) -> str:
    """Return the text of the card: what the model is made of and what it is for."""
    rows = [
        f"| vision | {_kind(config.vision_config)}, {config.num_frames} pictures a clip |",
        f"| sound | {_kind(config.audio_config)}, first {config.audio_seconds:g} s |",
        f"| language model | {_kind(config.text_config)}{', with LoRA' if adapted else ''} |",
    ]
    head = "---\nlibrary_name: transformers\ntags: [emotion-recognition, multimodal, emer]\n---\n"
    table = "\n".join(["| part | what |", "|---|---|", *rows])
    return (
        f"{head}\n# XEmoGPT\n\nAfter Zhang et al., arXiv 2602.05496, in the implementation of "
        f"emer.\n\n{table}\n\n```python\nfrom emer.models.xemogpt import (\n"
        "    XEmoGPTForConditionalGeneration,\n    XEmoGPTProcessor,\n)\n\n"
        "processor = XEmoGPTProcessor.from_pretrained(FOLDER)\n"
        "model = XEmoGPTForConditionalGeneration.from_pretrained(FOLDER)\n"
        'inputs = processor(["clip.mp4"])\n'
        "print(processor.batch_decode(model.generate(**inputs, max_new_tokens=256)))\n```\n\n"
        f"{_USE}"
    )


def _kind(part: object) -> str:
    if part is None:
        return "none"
    size = getattr(part, "hidden_size", None) or getattr(part, "d_model", None)
    return f"{getattr(part, 'model_type', '?')} of width {size}"
