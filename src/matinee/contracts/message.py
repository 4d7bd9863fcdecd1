"""The base of every message that crosses a service's edge."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

# What a type may be in JSON, of what is neither a text nor made of parts. Texts are left to each
# type's own reading, since addresses hold nothing else.
_SCALARS: dict[object, frozenset[type]] = {
    bool: frozenset({bool}),
    # 1.0 is an integer to JSON, and 1.5 is refused by the type itself.
    int: frozenset({int, float}),
    float: frozenset({int, float}),
    **dict.fromkeys(
        (str, bytes, UUID, date, datetime, AwareDatetime, time, timedelta), frozenset()
    ),
}
_OF_JSON = frozenset({bool, int, float})


class Message(BaseModel):
    """An immutable value; unknown fields are ignored, so that old readers survive new writers."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Unkept:
    """Marks a text that is not kept as it is, and may hold any character."""


class Request(BaseModel):
    """A body sent by a client; an unknown field is refused, so that a typing error is heard.

    So is a number where true or false is meant, and the other way round, and a number for a
    moment: pydantic would take `false` for 0 and 0 for the year 1970. And a text with a NUL in it,
    which PostgreSQL keeps nowhere, unless it is `Unkept`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _keeps_to_json_types(cls, told: Any) -> Any:
        if isinstance(told, dict):
            wrong = [*_wrong(cls, told), *_unkeepable(cls, told)]
            if wrong:
                raise ValidationError.from_exception_data(cls.__name__, wrong)
        return told


def _wrong(model: type[BaseModel], told: dict[Any, Any]) -> Iterator[InitErrorDetails]:
    for key, scalars in _scalars_of(model).items():
        found = {type(leaf) for leaf in _leaves(told.get(key))}
        if not found.isdisjoint(_OF_JSON - scalars):
            error = PydanticCustomError("json_type", "Give {what}", {"what": _in_words(scalars)})
            yield InitErrorDetails(type=error, loc=(key,), input=told[key])


def _unkeepable(model: type[BaseModel], told: dict[Any, Any]) -> Iterator[InitErrorDetails]:
    for key in told.keys() - _unkept_of(model):
        if any("\0" in leaf for leaf in _leaves(told[key]) if isinstance(leaf, str)):
            error = PydanticCustomError("nul", "Leave out the character U+0000")
            yield InitErrorDetails(type=error, loc=(key,), input=told[key])


def _in_words(scalars: frozenset[type]) -> str:
    words = {"true or false": bool in scalars, "a number": bool(scalars - {bool})}
    return " or ".join(word for word, fits in words.items() if fits) or "a text"


def _leaves(value: Any) -> Iterator[Any]:
    # Not by recursion: how deep it goes is the client's choice.
    left = [value]
    while left:
        part = left.pop()
        if isinstance(part, dict):
            left += part.values()
        elif isinstance(part, list):
            left += part
        else:
            yield part


@lru_cache(maxsize=512)
def _unkept_of(model: type[BaseModel]) -> frozenset[str]:
    fields = model.model_fields.items()
    return frozenset(
        field.alias or name
        for name, field in fields
        if any(map(_is_unkept, (*field.metadata, field.annotation)))
    )


def _is_unkept(part: Any) -> bool:
    return isinstance(part, Unkept) or any(map(_is_unkept, get_args(part)))


@lru_cache(maxsize=512)
def _scalars_of(model: type[BaseModel]) -> dict[str, frozenset[type]]:
    """The types of numbers, true and false that each field may have, or what it is a list of."""
    found = {
        field.alias or name: _scalars(field.annotation)
        for name, field in model.model_fields.items()
    }
    return {key: scalars for key, scalars in found.items() if scalars is not None}


def _scalars(annotation: Any) -> frozenset[type] | None:
    """None where the type alone does not say it: messages in messages, and what reads itself."""
    origin, of = get_origin(annotation), get_args(annotation)
    if origin in {Annotated, list, tuple, set, frozenset}:
        return _scalars(of[0])
    if origin is dict:
        return _scalars(of[1])
    if origin is Literal:
        return _OF_JSON & {type(value) for value in of}
    if origin in {Union, UnionType}:
        each = [_scalars(one) for one in of if one is not type(None)]
        return None if None in each else frozenset[type]().union(*filter(None, each))
    return _SCALARS.get(annotation)
