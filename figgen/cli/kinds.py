"""What a value of the config may be: an annotation of Python's, narrowed by a few marks => a check and its words.

Literal["pad", "crop"]              one of pad, crop
Annotated[float, Range(0, 1)]       a number of at least 0 and at most 1
int | None                          a whole number, or null
list[str]                           a list of one or more items, each some text
tuple[Count, Count]                 a list of 2 items, each a whole number of at least 1
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Literal, Protocol, Union, get_args, get_origin

PLAIN = {bool: "true or false", int: "a whole number", float: "a number", str: "some text", NoneType: "null"}


class Mark(Protocol):
    """What narrows an annotation, within Annotated[...]."""

    def holds(self, value: object) -> bool:
        """Whether a value of the annotated type is allowed."""

    def words(self, noun: str) -> str:
        """The words for what is allowed, from those for the annotated type."""


@dataclass(frozen=True)
class Range:
    """From `low` to `high`; `open_high` excludes the end."""

    low: float
    high: float = inf
    open_high: bool = False

    def holds(self, value: object) -> bool:
        assert isinstance(value, int | float)
        return self.low <= value <= self.high and not (self.open_high and value == self.high)

    def words(self, noun: str) -> str:
        end = "" if self.high == inf else f" and {'below' if self.open_high else 'at most'} {self.high:.10g}"
        return f"{noun} of at least {self.low:.10g}{end}"


class Existing:
    """The path of a file that is there."""

    def holds(self, value: object) -> bool:
        return Path(str(value)).is_file()

    def words(self, noun: str) -> str:
        return "a file that exists"


@dataclass(frozen=True)
class Within:
    """The name of a class or a function in one of the packages."""

    packages: tuple[str, ...]

    def holds(self, value: object) -> bool:
        return str(value).startswith(tuple(f"{package}." for package in self.packages))

    def words(self, noun: str) -> str:
        return f"a class of {', '.join(self.packages)}"


Count = Annotated[int, Range(1)]
Natural = Annotated[int, Range(0)]
Fraction = Annotated[float, Range(0, 1)]
NotNegative = Annotated[float, Range(0)]
WeightsFile = Annotated[str, Existing()] | None
Target = Annotated[str, Within(("figgen", "diffusers"))]  # what Hydra may build


def fits(kind: object, value: object) -> bool:
    """Whether the annotation `kind` allows `value`, a plain value or list as it comes from YAML."""
    origin, args = get_origin(kind), get_args(kind)
    if origin is Annotated:
        base, *marks = args
        return fits(base, value) and all(mark.holds(value) for mark in marks)
    if origin is Literal:
        return any(type(value) is type(option) and value == option for option in args)
    if origin in (Union, UnionType):
        return any(fits(option, value) for option in args)
    if origin is list:
        return isinstance(value, list) and bool(value) and all(fits(args[0], item) for item in value)
    if origin is tuple:
        return isinstance(value, list) and len(value) == len(args) and all(map(fits, args, value))
    if kind is float:
        return type(value) in (int, float) and isfinite(value)  # type: ignore[arg-type]
    return type(value) is kind and value != ""


def words(kind: object) -> str:
    """What the annotation `kind` allows, as one would say it."""
    origin, args = get_origin(kind), get_args(kind)
    if origin is Annotated:
        text = words(args[0])
        for mark in args[1:]:
            text = mark.words(text)
        return text
    if origin is Literal:
        return ("one of " if len(args) > 1 else "") + ", ".join(map(str, args))
    if origin in (Union, UnionType):
        return ", or ".join(map(words, args))
    if origin is list:
        return f"a list of one or more items, each {words(args[0])}"
    if origin is tuple:
        return f"a list of {len(args)} items" + (f", each {words(args[0])}" if args else "")
    assert isinstance(kind, type)
    return PLAIN[kind]


def named(kind: object) -> list[str]:
    """The words that an annotation names one by one; none where it is a matter of type or range."""
    return [word for word in get_args(kind) if isinstance(word, str)] if get_origin(kind) is Literal else []
