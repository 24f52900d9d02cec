"""XEmoGPT: a language model that sees and hears a clip through two Emotional Cue Bridges."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import torch
from torch import Tensor, nn
from transformers import AutoModelForCausalLM, GenerationMixin, PreTrainedModel
from transformers.utils import ModelOutput

from emer.errors import UsageError
from emer.models.xemogpt.base import (
    XEmoGPTModel,
    XEmoGPTPreTrainedModel,
    given,
    present,
)
from emer.models.xemogpt.card import write_card
from emer.models.xemogpt.configuration import XEmoGPTConfig
from emer.models.xemogpt.saving import (
    ADAPTER,
    add_lora,
    is_adapted,
    load_adapter,
    without_adapter,
)

TEXT, AUDIO, VIDEO = 0, 1, 2

CLIP_INPUTS = frozenset(
    {"token_type_ids", "pixel_values", "input_values", "audio_attention_mask"}
    | {"frame_features", "sound_features", "sound_mask"}
)


@dataclass
class XEmoGPTOutput(ModelOutput):
    """What `XEmoGPTForConditionalGeneration` returns.

    Attributes:
        loss: Mean cross-entropy over the labelled tokens, if labels were given.
        logits: `[B, S, vocabulary]`.
        past_key_values: The cache, if one was asked for.
    """

    loss: Tensor | None = None
    logits: Tensor | None = None
    past_key_values: Any = None


class XEmoGPTForConditionalGeneration(XEmoGPTPreTrainedModel, GenerationMixin):
    """XEmoGPT (arXiv 2602.05496): clips and a question in, an explanation out.

    The tokens of a clip replace the placeholders that the processor puts into the prompt, marked
    by `token_type_ids`: 0 text, 1 audio, 2 video.

    Args:
        config: Must have a `text_config`.
        language_model: A trained one to use; an untrained one is made if None.
    """

    def __init__(
        self, config: XEmoGPTConfig, language_model: PreTrainedModel | None = None
    ) -> None:
        super().__init__(config)
        if config.text_config is None:
            raise UsageError(
                "XEmoGPTForConditionalGeneration needs a text_config.",
                "Use XEmoGPTModel for the encoders and bridges alone.",
            )
        self.model = XEmoGPTModel(config)
        self.language_model = language_model or AutoModelForCausalLM.from_config(config.text_config)
        if language_model is not None:
            for module in language_model.modules():
                module._is_hf_initialized = True  # post_init leaves its weights alone
        width = self.language_model.config.hidden_size
        self.video_projection: nn.Linear | None = None
        self.audio_projection: nn.Linear | None = None
        if config.vision_config is not None:
            self.video_projection = nn.Linear(config.video_bridge.hidden_size, width)
        if config.audio_config is not None:
            self.audio_projection = nn.Linear(config.audio_bridge.hidden_size, width)
        if self.language_model.can_generate():
            self.generation_config = self.language_model.generation_config
        self.post_init()

    def parts(self) -> list[nn.Module]:
        """Return the parts that are frozen or trained as a whole."""
        projections = (self.video_projection, self.audio_projection)
        here = [part for part in projections if part is not None]
        return [*self.model.parts(), *here, self.language_model]

    def encoders(self) -> XEmoGPTModel:
        """Return the encoders, bridges and heads."""
        return self.model

    def add_lora(self, r: int, **options: Any) -> None:
        """Give the language model a LoRA adapter; see `saving.add_lora` for the options."""
        if is_adapted(self.language_model):
            raise UsageError("The language model has an adapter already.", "Merge it first.")
        self.language_model = add_lora(self.language_model, r=r, **options)

    def merge_adapter(self) -> None:
        """Add the adapter to the weights of the language model and forget it."""
        if not is_adapted(self.language_model):
            raise UsageError("The language model has no adapter to merge.")
        self.language_model = self.language_model.merge_and_unload()

    def save_pretrained(self, save_directory: str | Path, **kwargs: Any) -> None:
        """Write configuration, weights in safetensors, the adapter beside them, a model card."""
        adapted = is_adapted(self.language_model)
        if adapted:
            kwargs["state_dict"] = without_adapter(kwargs.get("state_dict") or self.state_dict())
        super().save_pretrained(save_directory, **kwargs)
        if adapted:
            self.language_model.save_pretrained(Path(save_directory) / ADAPTER)
        write_card(Path(save_directory), self.config, adapted=adapted)

    @classmethod
    def from_pretrained(
        cls,
        pretrained_model_name_or_path: str | Path,
        *args: Any,
        adapter_trainable: bool = False,
        **kwargs: Any,
    ) -> Self:
        """Load weights, safetensors only, and the adapter beside them if there is one.

        Args:
            pretrained_model_name_or_path: A folder, or a name on the hub.
            adapter_trainable: Whether the adapter goes on being trained.
            args: Of `transformers.PreTrainedModel.from_pretrained`.
            kwargs: Likewise, e.g. `dtype`, `device_map`, `quantization_config`.
        """
        model: Self = super().from_pretrained(pretrained_model_name_or_path, *args, **kwargs)
        if model.language_model.can_generate():
            model.language_model.generation_config = model.generation_config
        folder = Path(pretrained_model_name_or_path) / ADAPTER
        if folder.is_dir():
            adapted = load_adapter(model.language_model, folder, trainable=adapter_trainable)
            model.language_model = adapted
        return model.eval()

    def get_input_embeddings(self) -> nn.Module:
        """Return the token embeddings of the language model."""
        return self.language_model.get_input_embeddings()

    def get_output_embeddings(self) -> nn.Module | None:
        """Return the head of the language model."""
        return self.language_model.get_output_embeddings()

    def get_video_features(
        self, pixel_values: Tensor | None = None, *, frame_features: Tensor | None = None
    ) -> Tensor:
        """Return `[B, T, d_llm]`, the tokens of a clip's pictures as the language model sees them.

        Args:
            pixel_values: `[B, T, 3, H, W]` from the processor.
            frame_features: `[B, T, d]` from `model.encode_frames`, instead of pictures.
        """
        bridge = present(self.model.video_bridge, "video")
        if frame_features is None:
            frame_features = self.model.encode_frames(given(pixel_values, "pixel_values"))
        return present(self.video_projection, "video")(bridge(frame_features))

    def get_audio_features(
        self,
        input_values: Tensor | None = None,
        attention_mask: Tensor | None = None,
        *,
        sound_features: Tensor | None = None,
        sound_mask: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Return tokens `[B, n, d_llm]` and their mask `[B, n]`, True where the LLM sees them.

        Args:
            input_values: `[B, L]` mono sound from the processor.
            attention_mask: `[B, L]`, 1 at samples of the clip; all of them if None.
            sound_features: `[B, n, d]` from `model.encode_sound`, instead of sound.
            sound_mask: `[B, n]`, likewise.
        """
        bridge = present(self.model.audio_bridge, "audio")
        if sound_features is None or sound_mask is None:
            sound_features, sound_mask = self.model.hear(input_values, attention_mask)
        tokens = bridge(sound_features, sound_mask)
        return present(self.audio_projection, "audio")(tokens), sound_mask

    def embed_prompt(
        self,
        input_ids: Tensor,
        token_type_ids: Tensor | None = None,
        pixel_values: Tensor | None = None,
        input_values: Tensor | None = None,
        audio_attention_mask: Tensor | None = None,
        frame_features: Tensor | None = None,
        sound_features: Tensor | None = None,
        sound_mask: Tensor | None = None,
    ) -> Tensor:
        """Return `[B, S, d_llm]`: embedded text with the clips' tokens in their places.

        Pictures and sound hold rows only for the clips that have them, in the order of the batch.

        Args:
            input_ids: `[B, S]`; any id at the places of pictures and sound.
            token_type_ids: `[B, S]`, 0 text, 1 audio, 2 video; all text if None.
            pixel_values: `[V, T, 3, H, W]` of the V clips with pictures.
            input_values: `[A, L]` of the A clips with sound.
            audio_attention_mask: `[A, L]`.
            frame_features: `[V, T, d]`, instead of pictures.
            sound_features: `[A, n, d]`, instead of sound.
            sound_mask: `[A, n]`.

        Raises:
            UsageError: The places and the tokens of a modality differ in number.
        """
        embeds = self.get_input_embeddings()(input_ids)
        if token_type_ids is None:
            token_type_ids = torch.zeros_like(input_ids)
        if pixel_values is not None or frame_features is not None:
            tokens = self.get_video_features(pixel_values, frame_features=frame_features)
            embeds = _placed(embeds, token_type_ids == VIDEO, tokens.flatten(0, 1), "video")
        if input_values is not None or sound_features is not None:
            sound, mask = self.get_audio_features(
                input_values,
                audio_attention_mask,
                sound_features=sound_features,
                sound_mask=sound_mask,
            )
            embeds = _placed(embeds, token_type_ids == AUDIO, sound[mask], "audio")
        return embeds

    def forward(
        self,
        input_ids: Tensor | None = None,
        attention_mask: Tensor | None = None,
        labels: Tensor | None = None,
        inputs_embeds: Tensor | None = None,
        logits_to_keep: int = 0,
        **kwargs: Any,
    ) -> XEmoGPTOutput:
        """Run the language model over prompts (and answers).

        Args:
            input_ids: `[B, S]`, left-padded (or right-padded with `labels`).
            attention_mask: `[B, S]`, 1 at tokens, 0 at padding.
            labels: `[B, S]`, the answer's ids where the loss is taken, -100 elsewhere.
            inputs_embeds: `[B, S, d_llm]` from `embed_prompt`, instead of ids and media.
            logits_to_keep: Logits of so many tokens at the end; 0 for all. One more than the
                longest answer is enough for the loss on left-padded answers.
            kwargs: The clips, as `embed_prompt` takes them; what else there is goes to the
                language model, e.g. `past_key_values` or `num_items_in_batch`.

        Raises:
            UsageError: There are neither ids nor embeddings, or the clips do not fit the places.
        """
        clips, options = _clips(kwargs)
        if inputs_embeds is None:
            inputs_embeds = self.embed_prompt(given(input_ids, "input_ids"), **clips)
        if attention_mask is not None and "position_ids" not in options:
            options["position_ids"] = _positions(attention_mask)
        if labels is not None and logits_to_keep:
            labels = labels[:, -logits_to_keep:]
        outputs = self.language_model(
            inputs_embeds=inputs_embeds,
            attention_mask=attention_mask,
            labels=labels,
            logits_to_keep=logits_to_keep,
            **options,
        )
        return XEmoGPTOutput(outputs.loss, outputs.logits, outputs.past_key_values)

    @torch.no_grad()
    def generate(
        self, input_ids: Tensor, attention_mask: Tensor | None = None, **kwargs: Any
    ) -> Tensor:
        """Return the ids of the answers alone, `[B, new]`.

        Args:
            input_ids: `[B, S]`, left-padded.
            attention_mask: `[B, S]`.
            kwargs: The clips, as `embed_prompt` takes them, and options of
                `transformers.GenerationMixin.generate`, e.g. `max_new_tokens`. The official ones
                are `max_new_tokens=756, do_sample=True, temperature=0.3, top_p=0.9, num_beams=5`.
        """
        clips, options = _clips(kwargs)
        embeds = self.embed_prompt(input_ids, **clips)
        if attention_mask is None:
            attention_mask = torch.ones_like(input_ids)
        copies = self._copies(options)
        if copies == 1:
            return self.language_model.generate(
                inputs_embeds=embeds, attention_mask=attention_mask, **options
            )
        # Read the prompt once, not once a beam: all but its last token go into the cache.
        read = self.language_model(
            inputs_embeds=embeds[:, :-1],
            attention_mask=attention_mask[:, :-1],
            position_ids=_positions(attention_mask[:, :-1]),
            use_cache=True,
            logits_to_keep=1,
        )
        read.past_key_values.batch_repeat_interleave(copies)
        answers = self.language_model.generate(
            input_ids=input_ids,
            attention_mask=attention_mask,
            past_key_values=read.past_key_values,
            **options,
        )
        return answers[:, input_ids.shape[1] :]

    def _copies(self, options: dict[str, Any]) -> int:
        """Return how often `generate` copies each prompt, 1 where it may not be read ahead.

        A cache of another kind cannot be filled ahead, and penalties on repetition would see the
        ids of the prompt, which the official code does not show them.
        """
        config = options.get("generation_config") or self.language_model.generation_config

        def chosen(name: str) -> Any:
            return options.get(name, getattr(config, name, None))

        if chosen("cache_implementation") or chosen("no_repeat_ngram_size"):
            return 1
        if chosen("repetition_penalty") not in (None, 1.0) or chosen("use_cache") is False:
            return 1
        return max(chosen("num_beams") or 1, chosen("num_return_sequences") or 1)


def _clips(kwargs: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the arguments of `embed_prompt`, and the others."""
    clips = {name: value for name, value in kwargs.items() if name in CLIP_INPUTS}
    return clips, {name: value for name, value in kwargs.items() if name not in CLIP_INPUTS}


def _positions(attention_mask: Tensor) -> Tensor:
    return (attention_mask.cumsum(dim=-1) - 1).clamp(min=0)


def _placed(embeds: Tensor, places: Tensor, tokens: Tensor, name: str) -> Tensor:
    if int(places.sum()) != len(tokens):
        raise UsageError(
            f"The prompts have {int(places.sum())} places for {name}, "
            f"but the clips give {len(tokens)} tokens.",
            "Make both with the same XEmoGPTProcessor, from the same configuration.",
        )
    return embeds.masked_scatter(places.unsqueeze(-1), tokens.to(embeds.dtype))
