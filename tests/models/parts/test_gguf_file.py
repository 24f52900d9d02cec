import json

import gguf
import numpy as np
import pytest
import torch
from gguf import TokenType
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM
from transformers.convert_slow_tokenizer import bytes_to_unicode

from emer.errors import AssetError, MissingExtra
from emer.models.parts.gguf_file import gguf_to_folder

WIDTH, HEADS, KEY_HEADS, INNER, LAYERS = 32, 4, 2, 64, 2
TOKENS = ["<|end|>", *bytes_to_unicode().values(), "th", "the"]
NAMES = {
    "input_layernorm": "attn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "post_attention_layernorm": "ffn_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}


@pytest.fixture(scope="module")
def llama():
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(TOKENS),
        hidden_size=WIDTH,
        intermediate_size=INNER,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        num_key_value_heads=KEY_HEADS,
        max_position_embeddings=128,
        tie_word_embeddings=False,
        initializer_range=0.3,
        rope_parameters={"rope_type": "default", "rope_theta": 5000.0},
        bos_token_id=0,
        eos_token_id=0,
    )
    return LlamaForCausalLM(config).eval()


def interleaved(weight, heads):
    """Order the rows of queries and keys as llama.cpp does: pairs that rotate side by side."""
    rows, columns = weight.shape
    halves = weight.reshape(heads, 2, rows // heads // 2, columns)
    return halves.swapaxes(1, 2).reshape(rows, columns)


def tensors(model):
    weights = {name: value.numpy() for name, value in model.state_dict().items()}
    yield "token_embd.weight", weights["model.embed_tokens.weight"]
    yield "output_norm.weight", weights["model.norm.weight"]
    yield "output.weight", weights["lm_head.weight"]
    for layer in range(LAYERS):
        for ours, theirs in NAMES.items():
            value = weights[f"model.layers.{layer}.{ours}.weight"]
            if theirs in ("attn_q", "attn_k"):
                value = interleaved(value, HEADS if theirs == "attn_q" else KEY_HEADS)
            yield f"blk.{layer}.{theirs}.weight", value


def write(path, model, *, skip=(), eos=True, quantization=None):
    """Write a model as GGUF with the library of llama.cpp."""
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(128)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_HEADS)
    writer.add_rope_freq_base(5000.0)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_vocab_size(len(TOKENS))
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(TOKENS)
    writer.add_token_types([TokenType.CONTROL, *[TokenType.NORMAL] * (len(TOKENS) - 1)])
    writer.add_token_merges(["t h", "th e"])
    if eos:
        writer.add_eos_token_id(0)
        writer.add_bos_token_id(0)
    for name, value in tensors(model):
        if name not in skip:
            if quantization is not None and value.ndim == 2:
                packed = gguf.quants.quantize(value, quantization)
                writer.add_tensor(name, packed, raw_dtype=quantization)
            else:
                writer.add_tensor(name, np.ascontiguousarray(value))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@torch.no_grad()
def test_a_folder_with_the_very_model(llama, tmp_path):
    gguf_to_folder(write(tmp_path / "toy.gguf", llama), tmp_path / "out")
    model = AutoModelForCausalLM.from_pretrained(tmp_path / "out", use_safetensors=True)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "out")
    text = "the cat, then\n the 道"
    ids = tokenizer(text, return_tensors="pt").input_ids
    assert tokenizer.decode(ids[0]) == text
    assert TOKENS.index("the") in ids[0]
    assert torch.allclose(model(ids).logits, llama(ids).logits, atol=1e-5)
    assert tokenizer.pad_token == tokenizer.eos_token == "<|end|>"
    assert model.config.pad_token_id == model.generation_config.pad_token_id == 0
    config = json.loads((tmp_path / "out" / "config.json").read_text())
    assert "quantization_config" not in config and config["dtype"] == "float32"
    assert not [p for p in (tmp_path / "out").iterdir() if p.suffix in (".bin", ".pt")]


@torch.no_grad()
def test_quantized_weights_are_widened(llama, tmp_path):
    kind = gguf.GGMLQuantizationType.Q4_1
    gguf_to_folder(write(tmp_path / "q.gguf", llama, quantization=kind), tmp_path / "out")
    model = AutoModelForCausalLM.from_pretrained(tmp_path / "out")
    name = "model.layers.1.mlp.up_proj.weight"
    packed = gguf.quants.quantize(llama.state_dict()[name].numpy(), kind)
    expected = gguf.quants.dequantize(packed, kind)
    assert np.array_equal(model.state_dict()[name].numpy(), expected)
    model.train()
    loss = model(torch.tensor([[1, 2, 3]]), labels=torch.tensor([[1, 2, 3]])).loss
    assert loss.isfinite()


def test_refuses_what_is_no_gguf(llama, tmp_path):
    with pytest.raises(AssetError, match="cannot be read"):
        gguf_to_folder(tmp_path / "absent.gguf", tmp_path / "out")
    (tmp_path / "pickle.gguf").write_bytes(b"\x80\x04\x95" + bytes(64))
    with pytest.raises(AssetError, match="not with b'GGUF'"):
        gguf_to_folder(tmp_path / "pickle.gguf", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("share", [0.001, 0.05, 0.5, 0.99])
def test_refuses_a_cut_file(llama, tmp_path, share):
    data = write(tmp_path / "toy.gguf", llama).read_bytes()
    (tmp_path / "cut.gguf").write_bytes(data[: int(len(data) * share)])
    with pytest.raises(AssetError, match="not a usable GGUF"):
        gguf_to_folder(tmp_path / "cut.gguf", tmp_path / "out")


def test_refuses_missing_weights(llama, tmp_path):
    path = write(tmp_path / "toy.gguf", llama, skip=("blk.1.ffn_up.weight",))
    with pytest.raises(AssetError, match=r"lacks model\.layers\.1\.mlp\.up_proj"):
        gguf_to_folder(path, tmp_path / "out")


def test_without_the_package(monkeypatch, tmp_path):
    monkeypatch.setitem(__import__("sys").modules, "gguf", None)
    with pytest.raises(MissingExtra, match=r"emer\[train\]"):
        gguf_to_folder(tmp_path / "any.gguf", tmp_path / "out")


@pytest.mark.slow
@torch.no_grad()
def test_smollm2_agrees_with_llama_cpp(assets, tmp_path):
    xllamacpp = pytest.importorskip("xllamacpp")
    path = assets("smollm2-135m")
    gguf_to_folder(path, tmp_path)
    model = AutoModelForCausalLM.from_pretrained(tmp_path)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path)
    parameters = xllamacpp.CommonParams()
    parameters.model.path, parameters.n_ctx, parameters.verbosity = str(path), 256, -1
    server = xllamacpp.Server(parameters)
    for prompt in (
        "The capital of France is",
        "On 2018-01-22 (你好) his voice is calm; he appears",
    ):
        # llama.cpp gets the text, so that its own tokenizer is compared too.
        request = {"prompt": prompt, "max_tokens": 1, "temperature": 0.0, "n_probs": 5}
        answer = server.handle_completions(request)
        top = answer["choices"][0]["logprobs"]["content"][0]["top_logprobs"]
        ids = tokenizer(prompt, return_tensors="pt").input_ids
        assert answer["usage"]["prompt_tokens"] == ids.shape[1]
        ours = model(ids).logits[0, -1].log_softmax(-1)
        assert top[0]["id"] == int(ours.argmax())
        # llama.cpp rounds activations to 8 bits and its cache to 16.
        assert max(abs(ours[entry["id"]].item() - entry["logprob"]) for entry in top) < 0.4
