"""Configuration of XEmoGPT: three exchangeable parts, two bridges, and the prompt."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from transformers import AutoConfig, PreTrainedConfig
from transformers.configuration_utils import SubConfigSpec

from emer.errors import UsageError

# Wording, line breaks and indentation of the authors' inference script. A segment that names a
# placeholder is left out where its modality is missing.
PROMPT = (
    "###Human: ",
    "The audio content is as follows: <Audio><AudioHere></Audio>. ",
    "Meanwhile, we uniformly sample raw frames from the video: <Video><VideoHere></Video>. ",
    "The subtitle of this video is: <Subtitle>{subtitle}</Subtitle>. ",
    "Now, please answer my question based on all the provided information. "
    "{instruction} ###Assistant: ",
)
INSTRUCTION = (
    "\n                Please describe the speaker's emotional state in the video. "
    "\n                **Output Requirements:**  "
    "\n                Present the synthesized multimodal information in a well-structured "
    "paragraph, such as: 'In the video, ... In the audio, ...'. "
    "\n                Conclude the paragraph with an emotion state inference based on all cues. "
    "\n                "
)


class BridgeConfig(PreTrainedConfig):
    """Shape of one Emotional Cue Bridge.

    Attributes:
        hidden_size: Width of the tokens, that of the encoder in front.
        num_hidden_layers: Transformer layers.
        num_attention_heads: Heads of each.
        intermediate_size: Width of the feed-forward part.
        hidden_act: Its activation.
        layer_norm_eps: Of the layer norms.
        hidden_dropout: After attention and feed-forward; 0 in the video bridge.
        attention_dropout: Of attention weights.
        activation_dropout: Inside the feed-forward part.
    """

    model_type: ClassVar[str] = "xemogpt_bridge"

    hidden_size: int = 1024
    num_hidden_layers: int = 2
    num_attention_heads: int = 16
    intermediate_size: int = 4096
    hidden_act: str = "gelu"
    layer_norm_eps: float = 1e-5
    hidden_dropout: float = 0.0
    attention_dropout: float = 0.0
    activation_dropout: float = 0.0

    @classmethod
    def behind(cls, encoder: PreTrainedConfig, layers: int = 2) -> BridgeConfig:
        """Return a bridge whose layers have the shape of the encoder's own.

        Works for CLIP-like, HuBERT-like and Whisper-encoder configurations, whose names for the
        same thing differ; a part without layers of its own gets 4 heads and a feed-forward part
        four times as wide.
        """

        def first(*names: str, default: Any) -> Any:
            return next((getattr(encoder, n) for n in names if hasattr(encoder, n)), default)

        width = first("d_model", "hidden_size", default=None)
        return cls(
            hidden_size=width,
            num_hidden_layers=layers,
            num_attention_heads=first("encoder_attention_heads", "num_attention_heads", default=4),
            intermediate_size=first("encoder_ffn_dim", "intermediate_size", default=4 * width),
            hidden_act=first("activation_function", "hidden_act", default="gelu"),
            layer_norm_eps=first("layer_norm_eps", default=1e-5),
            hidden_dropout=first("hidden_dropout", default=0.0),
            attention_dropout=first("attention_dropout", default=0.0),
            activation_dropout=first("activation_dropout", default=0.0),
        )


class XEmoGPTConfig(PreTrainedConfig):
    """Configuration of XEmoGPT (arXiv 2602.05496); unknown keys are refused.

    Each part may be None: the model then cannot take that modality, or has no language model.

    Attributes:
        vision_config: A CLIP-like vision model, or the face track of `emer.models.parts`.
        audio_config: HuBERT, wav2vec2 or the encoder of Whisper.
        text_config: Any causal language model of transformers.
        video_bridge: Shape of the Video Emotional Cue Bridge; the vision model's if None.
        audio_bridge: Likewise of the Audio Emotional Cue Bridge.
        num_frames: Pictures taken from a clip, evenly over its decoded frames.
        frame_feature: What stands for a picture: "cls", the first token before the encoder's
            last layer norm (as in the paper), or "mean" of all tokens (encoders without one).
        sampling_rate: Of the sound, in Hz.
        audio_seconds: Sound beyond this is not heard.
        audio_downsampling: Encoder frames averaged into one token before the bridge; 1 is off.
        video_embedding_size: Width of the video-text space; None without that head.
        video_text_size: Width of the text features of video captions; None without projection.
        video_pooling: "attention" over time or "mean".
        order_head: Whether the head of the order task is there.
        reconstruction_head: Likewise of masked-frame reconstruction.
        audio_embedding_size: Width of the audio-text space; None without that head.
        audio_text_size: As `video_text_size`, of audio captions.
        prompt: Segments of the prompt. `<AudioHere>`, `<VideoHere>`, `{subtitle}` and
            `{instruction}` are filled in; a segment whose modality is missing is left out.
        instruction: The default question.
        pseudo_bos: Whether the pad token stands before the prompt, as in the official code.
        max_prompt_length: Tokens of a prompt at most, the pseudo-BOS not counted.
        long_prompt: What is cut off a longer one: "subtitle" shortens the subtitle; "end" cuts
            the question too, as the official code does.
    """

    model_type: ClassVar[str] = "xemogpt"
    sub_configs_defaults: ClassVar[dict[str, Any]] = {
        "vision_config": SubConfigSpec(AutoConfig, model_type="clip_vision_model", optional=True),
        "audio_config": SubConfigSpec(AutoConfig, model_type="hubert", optional=True),
        "text_config": SubConfigSpec(AutoConfig, model_type="qwen3", optional=True),
        "video_bridge": SubConfigSpec(BridgeConfig, optional=True),
        "audio_bridge": SubConfigSpec(BridgeConfig, optional=True),
    }

    vision_config: Any = None
    audio_config: Any = None
    text_config: Any = None
    video_bridge: Any = None
    audio_bridge: Any = None
    num_frames: int = 16
    frame_feature: Literal["cls", "mean"] = "cls"
    sampling_rate: int = 16000
    audio_seconds: float = 12.0
    audio_downsampling: int = 1
    video_embedding_size: int | None = 768
    video_text_size: int | None = 768
    video_pooling: Literal["attention", "mean"] = "attention"
    order_head: bool = True
    reconstruction_head: bool = True
    audio_embedding_size: int | None = 768
    audio_text_size: int | None = 768
    prompt: list[str] | tuple[str, ...] = PROMPT
    instruction: str = INSTRUCTION
    pseudo_bos: bool = True
    max_prompt_length: int = 2048
    long_prompt: Literal["subtitle", "end"] = "subtitle"
    initializer_range: float = 0.02
    tie_word_embeddings: bool = False

    def __post_init__(self, **kwargs: Any) -> None:
        super().__post_init__(**self._known(kwargs))
        # A whole CLIP model brings its vision half.
        inner = getattr(self.vision_config, "vision_config", None)
        self.vision_config = inner if inner is not None else self.vision_config
        for encoder, bridge in (
            ("vision_config", "video_bridge"),
            ("audio_config", "audio_bridge"),
        ):
            part = getattr(self, encoder)
            if part is not None and getattr(self, bridge) is None:
                setattr(self, bridge, BridgeConfig.behind(part))
        # transformers asks the outer configuration whether to tie the head of the inner model.
        self.tie_word_embeddings = bool(getattr(self.text_config, "tie_word_embeddings", False))
        self._check()

    @classmethod
    def published(cls, **changes: Any) -> XEmoGPTConfig:
        """Return the published sizes: CLIP ViT-L/14, HuBERT-large, Qwen3-4B (F and C of the docs).

        Args:
            changes: Attributes to set otherwise.
        """
        vision = {
            "model_type": "clip_vision_model",
            "hidden_size": 1024,
            "intermediate_size": 4096,
            "num_hidden_layers": 24,
            "num_attention_heads": 16,
            "patch_size": 14,
            "image_size": 224,
            "projection_dim": 768,
        }
        audio = {
            "model_type": "hubert",
            "hidden_size": 1024,
            "intermediate_size": 4096,
            "num_hidden_layers": 24,
            "num_attention_heads": 16,
            "feat_extract_norm": "layer",
            "do_stable_layer_norm": True,
            "conv_bias": True,
        }
        text = {
            "model_type": "qwen3",
            "hidden_size": 2560,
            "intermediate_size": 9728,
            "num_hidden_layers": 36,
            "num_attention_heads": 32,
            "num_key_value_heads": 8,
            "head_dim": 128,
            "vocab_size": 151936,
            "max_position_embeddings": 40960,
            "rope_theta": 1_000_000.0,
            "tie_word_embeddings": True,
        }
        return cls(
            **{"vision_config": vision, "audio_config": audio, "text_config": text} | changes
        )

    def audio_frames(self, samples: int) -> int:
        """Return how many frames the audio encoder gives for so many samples.

        Raises:
            UsageError: The model has no audio part.
        """
        if self.audio_config is None:
            raise UsageError("This XEmoGPT has no audio part.", "Give it clips without sound.")
        if self.audio_config.model_type == "whisper":
            return -(-samples // WHISPER_FRAME)
        for kernel, stride in zip(
            self.audio_config.conv_kernel, self.audio_config.conv_stride, strict=True
        ):
            samples = (samples - kernel) // stride + 1
        return max(samples, 0)

    def audio_tokens(self, samples: int) -> int:
        """Return how many tokens the language model sees for so many samples."""
        return -(-self.audio_frames(samples) // self.audio_downsampling)

    def _known(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        unknown = sorted(name for name in kwargs if name not in _LIBRARY and name[0] != "_")
        if unknown:
            raise UsageError(
                f"XEmoGPTConfig has no key {', '.join(map(repr, unknown))}.",
                f"Valid: {', '.join(sorted(XEmoGPTConfig.__annotations__))}.",
            )
        return kwargs

    def _check(self) -> None:
        for name in ("num_frames", "sampling_rate", "audio_downsampling", "max_prompt_length"):
            if getattr(self, name) < 1:
                raise UsageError(f"{name} must be at least 1, but is {getattr(self, name)}.")
        if not self.audio_seconds > 0:
            raise UsageError(f"audio_seconds must be above 0, but is {self.audio_seconds}.")
        for bridge in (self.video_bridge, self.audio_bridge):
            if bridge is not None and bridge.hidden_size % bridge.num_attention_heads:
                raise UsageError(
                    f"A bridge of width {bridge.hidden_size} cannot have "
                    f"{bridge.num_attention_heads} heads.",
                    "The width must be a multiple of the heads.",
                )


# Samples behind one frame of Whisper's encoder: 10 ms of mel, halved by its second convolution.
WHISPER_FRAME = 320

# Keys that transformers itself writes into a configuration or takes out of it.
_LIBRARY = frozenset(
    {"name_or_path", "torch_dtype", "attn_implementation", "experts_implementation"}
    | {"output_attentions", "num_labels", "per_layer_config", "quantization_config"}
    | {"model_type", "auto_map", "use_cache", "language", "is_decoder", "peft_type"}
)
