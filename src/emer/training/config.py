"""Settings of a training run: dataclasses, read from YAML, checked when they are made."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, get_type_hints

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from emer.errors import MissingExtra, UsageError

Count = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Reporter = Literal["tensorboard", "wandb", "trackio"]

STAGES = ("vecb", "aecb", "instruct")
"""The three stages, as the command line and the groups of a recipe name them."""

_FINITE = ConfigDict(allow_inf_nan=False)
_C = TypeVar("_C", bound="Settings")


@dataclass(kw_only=True)
class Settings:
    """A group of settings; every value is checked against the type of its field.

    Raises:
        UsageError: A value is not what its field takes; names the field.
    """

    def __post_init__(self) -> None:
        for name, hint in get_type_hints(type(self), include_extras=True).items():
            setattr(self, name, _checked(name, hint, getattr(self, name)))
        self.check()

    def check(self) -> None:
        """Check what concerns several fields; a stage with such rules overrides it."""

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as what JSON and YAML hold."""
        return asdict(self)


@dataclass(kw_only=True)
class DataConfig(Settings):
    """Where the rows to learn from are.

    Attributes:
        train: Rows to train on: .jsonl, .parquet, .tar, a folder of one kind or a brace pattern.
        validation: Rows that choose the best checkpoint; without them the last one counts. Never
            give test data here.
        root: Folder that media paths are relative to; that of the rows if null.
    """

    train: str
    validation: str | None = None
    root: str | None = None


@dataclass(kw_only=True)
class StageConfig(Settings):
    """Settings that all three stages share.

    None of these values is published for XEmoGPT (arXiv 2602.05496): every default is our choice.

    Attributes:
        output: Folder of checkpoints, curves and, at the end, the best model.
        data: Where the rows are.
        epochs: Passes over the rows; `max_steps` counts if both are given.
        max_steps: Optimizer steps, instead of epochs.
        batch_size: Clips a device takes at a time.
        accumulate: Batches whose gradients make one optimizer step.
        learning_rate: At its peak.
        warmup: Share of the steps over which the learning rate rises from 0.
        weight_decay: Of AdamW, not on biases and layer norms.
        schedule: What the learning rate does after warming up.
        clip: Longest gradient; a longer one is scaled down, 0 leaves all as they are.
        seed: Decides initial weights, order of rows, dropout and masks.
        precision: "bf16" computes in bfloat16 and keeps frozen weights in it.
        gradient_checkpointing: Compute activations twice to hold fewer of them.
        evaluate_every: Steps between two validations; there is one at the end too.
        save_every: Steps between two checkpoints; a new best and the end are saved too.
        log_every: Steps between two lines of the log.
        keep: Newest checkpoints that are kept; the best one is kept besides.
        workers: Processes that decode media; 0 decodes in the main one.
        cache: Folder for features of frozen encoders; null computes them in every epoch.
        report_to: Where figures go besides the console; null is TensorBoard if installed. wandb
            stays offline unless WANDB_MODE says otherwise.
        monitor: Validation figure that chooses the best checkpoint.
        higher_is_better: Whether a higher one is.
        device: "cpu", or "auto" for an accelerator if there is one.
    """

    output: str
    data: DataConfig
    epochs: Count = 3
    max_steps: Count | None = None
    batch_size: Count = 8
    accumulate: Count = 1
    learning_rate: Positive = 1e-4
    warmup: Share = 0.03
    weight_decay: NotNegative = 0.01
    schedule: Literal["cosine", "linear", "constant"] = "cosine"
    clip: NotNegative = 1.0
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    precision: Literal["fp32", "bf16"] = "fp32"
    gradient_checkpointing: bool = False
    evaluate_every: Count = 200
    save_every: Count = 200
    log_every: Count = 10
    keep: Count = 2
    workers: Annotated[int, Field(ge=0, le=64)] = 0
    cache: str | None = None
    report_to: list[Reporter] | None = None
    monitor: str = "loss"
    higher_is_better: bool = False
    device: Literal["auto", "cpu"] = "auto"


class FieldNote(NamedTuple):
    """One setting as it is documented.

    Attributes:
        name: Its key, "data.train" for one in a group.
        default: Its default as YAML writes it, "required" without one.
        meaning: From the docstring.
    """

    name: str
    default: str
    meaning: str


def load_config(
    path: str | Path, kind: type[_C], overrides: Sequence[str] = (), *, stage: str | None = None
) -> _C:
    """Read a configuration from YAML.

    A recipe may hold several stages, each in a group of its own ("vecb:", "aecb:", "instruct:");
    that of `stage` is read then, and the overrides are inside it.

    Args:
        path: The file.
        kind: The dataclass to make.
        overrides: "key=value" each, the value as YAML, "data.train=..." for one in a group.
        stage: One of `STAGES`; needed for a recipe of several.

    Raises:
        UsageError: The file cannot be read, has no group for the stage, a key is unknown or
            missing, a value is not valid.
    """
    yaml = _yaml()
    try:
        values = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"Cannot read the configuration {str(path)!r}: {error}.") from error
    except yaml.YAMLError as error:
        raise UsageError(f"{path} is not YAML: {' '.join(str(error).split())}.") from error
    if not isinstance(values, dict):
        raise UsageError(f"{path} holds no mapping.", "Write lines such as: learning_rate: 1e-4")
    values = _of_stage(values, stage, path)
    for override in overrides:
        _override(values, override)
    return from_mapping(kind, values)


def _of_stage(values: dict[str, Any], stage: str | None, path: str | Path) -> dict[str, Any]:
    """Return the group of a stage, or everything where there are no such groups."""
    groups = [name for name in STAGES if name in values]
    if not groups:
        return values
    strange = [str(key) for key in values if key not in STAGES]
    if strange:
        raise UsageError(
            f"{path} has {', '.join(map(repr, strange))} beside the groups of stages.",
            "Write settings into the group of their stage.",
        )
    if stage not in groups:
        raise UsageError(
            f"{path} has no group for the stage {stage!r}.", f"It has: {', '.join(groups)}."
        )
    if not isinstance(values[stage], dict):
        raise UsageError(f"The group {stage!r} of {path} holds no mapping.")
    return dict(values[stage])


def from_mapping(kind: type[_C], values: Mapping[str, Any], group: str = "") -> _C:
    """Make a configuration of a mapping.

    Args:
        kind: The dataclass.
        values: Its keys and values; groups are mappings themselves.
        group: Where the mapping stands, for errors.

    Raises:
        UsageError: A key is unknown or missing, or a value is not valid.
    """
    where = f"The group {group!r}" if group else "The configuration"
    valid = [each.name for each in fields(kind)]
    unknown = [str(key) for key in values if key not in valid]
    if unknown:
        raise UsageError(
            f"{where} has no key {', '.join(map(repr, unknown))}.", f"Valid: {', '.join(valid)}."
        )
    missing = [each.name for each in fields(kind) if _required(each) and each.name not in values]
    if missing:
        raise UsageError(
            f"{where} lacks {', '.join(map(repr, missing))}.", f"Write: {missing[0]}: ..."
        )
    return kind(**values)


def field_notes(kind: type[Settings], group: str = "") -> list[FieldNote]:
    """Return every setting of a configuration with its default and its meaning."""
    meanings = _meanings(kind)
    hints = get_type_hints(kind, include_extras=True)
    found: list[FieldNote] = []
    for each in fields(kind):
        if _is_group(hints[each.name]):
            found += field_notes(hints[each.name], f"{group}{each.name}.")
        else:
            found.append(
                FieldNote(f"{group}{each.name}", _default(each), meanings.get(each.name, ""))
            )
    return found


def _checked(name: str, hint: Any, value: Any) -> Any:
    if _is_group(hint):
        if isinstance(value, Mapping):
            return from_mapping(hint, value, name)
        if isinstance(value, hint):
            return value
        raise UsageError(f"{name} has to be a group of settings, but is {value!r}.")
    try:
        return TypeAdapter(hint, config=_FINITE).validate_python(value)
    except ValidationError as error:
        first = error.errors()[0]
        reason = first["msg"][:1].lower() + first["msg"][1:]
        raise UsageError(f"{name} cannot be {value!r}: {reason}.") from error


def _is_group(hint: Any) -> bool:
    return isinstance(hint, type) and is_dataclass(hint) and issubclass(hint, Settings)


def _required(each: Any) -> bool:
    return each.default is MISSING and each.default_factory is MISSING


def _default(each: Any) -> str:
    if _required(each):
        return "required"
    value = each.default if each.default is not MISSING else each.default_factory()
    text = _yaml().safe_dump(value, default_flow_style=True, width=1000, sort_keys=False)
    return str(text).removesuffix("...\n").strip()


def _meanings(kind: type[Settings]) -> dict[str, str]:
    """Return what the docstrings of a class and its bases say of each field."""
    found: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        text = (base.__doc__ or "").partition("    Attributes:\n")[2]
        for name, meaning in re.findall(
            r"^ {8}(\w+): (.+(?:\n {12}.+)*)", text, flags=re.MULTILINE
        ):
            found[name] = " ".join(meaning.split())
    return found


def _override(values: dict[str, Any], override: str) -> None:
    key, equals, text = override.partition("=")
    if not equals or not key.strip():
        raise UsageError(f"--set {override!r} is not key=value.", "For example: learning_rate=1e-4")
    *groups, name = key.strip().split(".")
    for group in groups:
        values = values.setdefault(group, {})
        if not isinstance(values, dict):
            raise UsageError(f"--set {override!r}: {group!r} is no group of settings.")
    try:
        values[name] = _yaml().safe_load(text)
    except _yaml().YAMLError as error:
        raise UsageError(f"--set {override!r}: the value is not YAML.") from error


def _yaml() -> Any:
    try:
        import yaml
    except ModuleNotFoundError as error:
        raise MissingExtra("Reading a training configuration", "pyyaml", "train") from error
    return yaml
