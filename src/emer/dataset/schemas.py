"""What an answer has to look like: as JSON schema for the server, and as a check of ours.

The schemas keep to what both the grammars of llama.cpp and the strict mode of OpenAI know: every
key is required, nothing else is allowed, what may be absent is null, and lists have a longest
length. Strict mode knows no longest length of a text, so texts are cut to size by `cleaning`.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from emer.dataset.entry import Task

OBSERVATIONS, READINGS = "emer.observations/1", "emer.readings/1"

MOST_OBSERVATIONS, MOST_EMOTIONS, MOST_READINGS, MOST_GIVEN = 8, 4, 4, 6
"""So chosen that an answer with short sentences fits into the 768 tokens of `Sampling`."""

Json = dict[str, Any]

_NUMBER: Json = {"type": ["number", "null"]}
_TEXT: Json = {"type": "string"}


def schema(task: Task) -> Json:
    """Return the JSON schema of the answers to a task; its "$id" holds the version."""
    if task == "disambiguate":
        return {"$id": READINGS, **_object(readings=_list(_reading(), MOST_READINGS))}
    observation = _object(text=_TEXT, start=_NUMBER, end=_NUMBER, confidence=_NUMBER)
    both = _object(
        observations=_list(observation, MOST_OBSERVATIONS),
        emotions=_list(_emotion(), MOST_EMOTIONS),
    )
    return {"$id": OBSERVATIONS, **both}


def check_observations(data: Any) -> Json:
    """Return an answer with observations and emotions, its lists cut to their longest length.

    Raises:
        ValueError: It has another form; says where and how.
    """
    return _checked(_Observations, data)


def check_readings(data: Any) -> Json:
    """Return an answer with readings, its lists cut to their longest length.

    Raises:
        ValueError: It has another form; says where and how.
    """
    return _checked(_Readings, data)


def _object(**properties: Json) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: Json, most: int) -> Json:
    return {"type": "array", "items": items, "maxItems": most}


def _emotion() -> Json:
    return _object(en=_TEXT, zh=_TEXT, confidence=_NUMBER)


def _reading() -> Json:
    given = _list(_TEXT, MOST_GIVEN)
    return _object(words=_TEXT, emotion=_emotion(), because=_TEXT, given=given)


class _Form(BaseModel):
    """Servers that do not enforce a schema add keys and leave some out; both does no harm."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)


class _Observation(_Form):
    text: str
    start: float | None = None
    end: float | None = None
    confidence: float | None = None


class _Emotion(_Form):
    en: str = ""
    zh: str = ""
    confidence: float | None = None


class _Reading(_Form):
    words: str
    emotion: _Emotion
    because: str = ""
    given: list[str] = []

    @model_validator(mode="before")
    @classmethod
    def _cut(cls, data: Any) -> Any:
        return _shortened(data, {"given": MOST_GIVEN})


class _Observations(_Form):
    observations: list[_Observation]
    emotions: list[_Emotion] = []

    @model_validator(mode="before")
    @classmethod
    def _cut(cls, data: Any) -> Any:
        return _shortened(data, {"observations": MOST_OBSERVATIONS, "emotions": MOST_EMOTIONS})


class _Readings(_Form):
    readings: list[_Reading]

    @model_validator(mode="before")
    @classmethod
    def _cut(cls, data: Any) -> Any:
        return _shortened(data, {"readings": MOST_READINGS})


def _shortened(data: Any, lengths: dict[str, int]) -> Any:
    """Cut lists before they are looked at: ten thousand observations cost no more than eight."""
    if not isinstance(data, dict):
        return data
    cut = {
        name: data[name][:most]
        for name, most in lengths.items()
        if isinstance(data.get(name), list)
    }
    return {**data, **cut}


def _checked(form: type[_Form], data: Any) -> Json:
    if not isinstance(data, dict):
        raise ValueError(f"the answer has to be a JSON object, but is {type(data).__name__}")
    try:
        return form.model_validate(data).model_dump()
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"]) or "the answer"
        raise ValueError(f"{where}: {first['msg']}") from error
