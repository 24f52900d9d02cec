"""One clip to train on: its media, what is said in it, and the text to learn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, overload

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from emer.training.data.base import Records
from emer.training.data.errors import RecordError


def _text(value: Any) -> Any:
    """Take whole numbers for text: ids and labels are often written so."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Name = Annotated[str, Field(min_length=1), BeforeValidator(_text)]


class Row(BaseModel):
    """A row of training data.

    Whether `audio` was left out or is null makes a difference: see `sound`.

    Attributes:
        id: Its own, once in a data set.
        video: A video or image: a path, absolute or relative to the folder of the rows, or a
            member of a shard ("shard.tar@512+1024.mp4").
        audio: A file with sound, likewise. Left out, it is that of the video; null or "" means
            that there is no sound to use.
        subtitle: What is said in the clip.
        text: The caption or the answer to learn.
        instruction: What is asked for; left out, what the recipe asks.
        labels: What is known of the clip, for splits and probes, such as
            {"emotion": "sad", "actor": "07"}.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Name
    video: str | None = None
    audio: str | None = None
    subtitle: str | None = None
    text: str
    instruction: str | None = None
    labels: dict[str, Name] = {}

    @field_validator("video", "audio", "subtitle", "instruction")
    @classmethod
    def _nothing_is_none(cls, value: str | None) -> str | None:
        return value if value and value.strip() else None

    @field_validator("text")
    @classmethod
    def _not_empty(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("it is empty: there is nothing to learn")
        return value

    @property
    def sound(self) -> str | None:
        """Where its sound is: `audio`, else, if `audio` was left out, the video, which may be mute.

        Whether a video has sound is what `survey` finds out.
        """
        return self.audio if "audio" in self.model_fields_set else self.video


def read_row(record: dict[str, Any], where: str) -> Row:
    """Return a record as a row.

    Args:
        record: Its fields.
        where: Its place, for errors, such as "line 17 of train.jsonl".

    Raises:
        RecordError: A key is unknown or missing, or a value is not what it should be.
    """
    try:
        return Row.model_validate(record)
    except ValidationError as error:
        reasons = "; ".join(_reason(each) for each in error.errors()[:5])
        raise RecordError(
            f"{where[:1].upper()}{where[1:]} is no row to train on: {reasons}.",
            f"Valid keys: {', '.join(Row.model_fields)}; id and text are needed.",
        ) from error


def _reason(error: Any) -> str:
    key = ".".join(map(str, error["loc"]))
    if error["type"] == "extra_forbidden":
        return f"the key {key!r} is unknown"
    if error["type"] == "missing":
        return f"{key!r} is missing"
    if error["type"] == "string_too_short":
        return f"{key!r} is empty"
    message = error["msg"].removeprefix("Value error, ")
    return f"{key!r}: {message} (found {error['input']!r:.60})"


class Rows(Sequence[Row]):
    """Records as rows, each checked when it is read; nothing is held.

    Args:
        records: Where they are.
        indices: Which of them, in order, such as `Survey.usable`; all if absent.
    """

    def __init__(self, records: Records, indices: Sequence[int] | None = None) -> None:
        self.records = records
        self.indices = range(len(records)) if indices is None else indices

    def __len__(self) -> int:
        return len(self.indices)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Rows: ...
    def __getitem__(self, index: int | slice) -> Row | Rows:
        if isinstance(index, slice):
            return Rows(self.records, self.indices[index])
        number = self.indices[index]
        return read_row(self.records[number], self.records.where(number))
