"""Whisper's encoder out of a CTranslate2 model, as the encoder of transformers."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import WhisperConfig
from transformers.models.whisper.modeling_whisper import WhisperEncoder

from emer.errors import UsageError
from emer.models.parts.ctranslate2_file import CTranslate2File, Floats32, read_ctranslate2

POSITIONS_PER_SECOND = 50
"""Positions of the encoder a second: 100 log-mel frames, halved by its second convolution."""

_REVISION = 3
_MAX_LAYERS = 64


def read_whisper_encoder(
    path: Path, *, max_positions: int | None = None, weights: str = "model.bin"
) -> WhisperEncoder:
    """Read the encoder of a Whisper model converted for CTranslate2 (faster-whisper).

    Weights stored in float16, bfloat16, int8 or int16 are widened to float32, so the result is
    as exact as the file.

    Args:
        path: Folder that holds the model.
        max_positions: Keep the first so many position vectors, so that a window of
            `max_positions / 50` seconds can be read without 30 seconds being computed; 600 for
            12 seconds. All of them (1500) if absent.
        weights: Name of the file in the folder.

    Returns:
        The encoder in evaluation mode, float32. It takes log-mel frames of exactly
        [B, n_mels, 2 * positions].

    Raises:
        AssetError: The file is damaged, cut off, or not a Whisper model.
        UsageError: `max_positions` is not within 1 and what the file has.
    """
    file = read_ctranslate2(path / weights)
    if (file.spec, file.revision) != ("WhisperSpec", _REVISION):
        file.fail(f"it is a {file.spec!r} of revision {file.revision}, not a Whisper model")
    config = _config(file)
    tensors = {"embed_positions.weight": _positions(file, config, max_positions)}
    config.max_source_positions = len(tensors["embed_positions.weight"])
    for name in ("conv1", "conv2"):
        before = config.num_mel_bins if name == "conv1" else config.d_model
        tensors |= _affine(file, f"encoder/{name}", name, (config.d_model, before, 3))
    for index in range(config.encoder_layers):
        tensors |= _layer(file, index, config)
    tensors |= _norm(file, "encoder/layer_norm", "layer_norm", config.d_model)
    encoder = WhisperEncoder(config)
    encoder.load_state_dict({name: torch.from_numpy(values) for name, values in tensors.items()})
    torch.nn.Module.eval(encoder)
    return encoder


def _config(file: CTranslate2File) -> WhisperConfig:
    """Read the sizes off the shapes of the tensors."""
    first = file.stored.get("encoder/conv1/weight")
    inner = file.stored.get("encoder/layer_0/ffn/linear_0/weight")
    if first is None or inner is None or first.ndim != 3 or inner.ndim != 2:
        file.fail("it has no encoder of Whisper's form")
    names = file.names()
    layers = 0
    while f"encoder/layer_{layers}/ffn/linear_0/weight" in names and layers < _MAX_LAYERS:
        layers += 1
    width, heads = int(first.shape[0]), file.number("encoder/num_heads")
    if heads < 1 or width % heads:
        file.fail(f"{heads} attention heads do not divide a width of {width}")
    return WhisperConfig(
        num_mel_bins=int(first.shape[1]),
        d_model=width,
        encoder_layers=layers,
        encoder_attention_heads=heads,
        encoder_ffn_dim=int(inner.shape[0]),
        # The folder holds no decoder.
        decoder_layers=0,
        decoder_attention_heads=heads,
    )


def _positions(file: CTranslate2File, config: WhisperConfig, kept: int | None) -> Floats32:
    name = "encoder/position_encodings/encodings"
    stored = file.stored.get(name)
    if stored is None or stored.ndim != 2:
        file.fail("it has no position vectors")
    positions = file.floats(name, (stored.shape[0], config.d_model))
    if kept is None:
        return positions
    if not 1 <= kept <= len(positions):
        raise UsageError(
            f"Expected `max_positions` within 1 and {len(positions)}, but got {kept}.",
            f"A second takes {POSITIONS_PER_SECOND}.",
        )
    return positions[:kept]


def _layer(file: CTranslate2File, index: int, config: WhisperConfig) -> dict[str, Floats32]:
    width, inner = config.d_model, config.encoder_ffn_dim
    at, to = f"encoder/layer_{index}", f"layers.{index}"
    tensors = _attention(file, f"{at}/self_attention", f"{to}.self_attn", width)
    tensors |= _norm(file, f"{at}/self_attention/layer_norm", f"{to}.self_attn_layer_norm", width)
    tensors |= _affine(file, f"{at}/ffn/linear_0", f"{to}.fc1", (inner, width))
    tensors |= _affine(file, f"{at}/ffn/linear_1", f"{to}.fc2", (width, inner))
    return tensors | _norm(file, f"{at}/ffn/layer_norm", f"{to}.final_layer_norm", width)


def _attention(file: CTranslate2File, at: str, to: str, width: int) -> dict[str, Floats32]:
    """Take queries, keys and values apart, which CTranslate2 stores in one matrix."""
    joined = _affine(file, f"{at}/linear_0", "", (3 * width, width))
    tensors = _affine(file, f"{at}/linear_1", f"{to}.out_proj", (width, width))
    for index, name in enumerate(("q_proj", "k_proj", "v_proj")):
        rows = slice(index * width, (index + 1) * width)
        tensors[f"{to}.{name}.weight"] = joined[".weight"][rows]
        tensors[f"{to}.{name}.bias"] = joined[".bias"][rows]
    # Whisper's keys have no bias; CTranslate2 fills it up with zeros.
    if tensors.pop(f"{to}.k_proj.bias").any():
        file.fail(f"the keys of {at!r} have a bias, which Whisper's do not")
    return tensors


def _affine(file: CTranslate2File, at: str, to: str, shape: tuple[int, ...]) -> dict[str, Floats32]:
    return {
        f"{to}.weight": file.floats(f"{at}/weight", shape),
        f"{to}.bias": file.floats(f"{at}/bias", shape[:1]),
    }


def _norm(file: CTranslate2File, at: str, to: str, width: int) -> dict[str, Floats32]:
    return {
        f"{to}.weight": file.floats(f"{at}/gamma", (width,)),
        f"{to}.bias": file.floats(f"{at}/beta", (width,)),
    }
