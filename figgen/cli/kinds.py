"""What a value of the config may be: an annotation of Python's, narrowed by a mark => a check and its words.

Literal["pad", "crop"]              one of pad, crop
Annotated[float, Range(0, 1)]       a number of at least 0 and at most 1
int | None                          a whole number, or null
list[str]                           a list of one or more items, each some text
tuple[Count, Count]                 a list of 2 items, each a whole number of at least 1
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, isfinite
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

PLAIN = {bool: "true or false", int: "a whole number", float: "a number", str: "some text", NoneType: "null"}


@dataclass(frozen=True)
class Mark:
    """What narrows an annotation within Annotated[...]: which of its values are allowed, and the words for them."""

    holds: Callable[[Any], bool]
    words: str  # {} stands for the words of the annotation that is narrowed


def Range(low: float, high: float = inf, open_high: bool = False) -> Mark:
    """From `low` to `high`; `open_high` excludes the end."""
    end = "" if high == inf else f" and {'below' if open_high else 'at most'} {high:.10g}"
    return Mark(lambda x: low <= x <= high and not (open_high and x == high), f"{{}} of at least {low:.10g}{end}")


Count = Annotated[int, Range(1)]
Natural = Annotated[int, Range(0)]
Fraction = Annotated[float, Range(0, 1)]
NotNegative = Annotated[float, Range(0)]
WeightsFile = Annotated[str, Mark(lambda path: Path(path).is_file(), "a file that exists")] | None
Target = Annotated[str, Mark(lambda name: name.startswith(("figgen.", "diffusers.")), "a class of figgen, diffusers")]


def fits(kind: object, value: object) -> bool:
    """Whether the annotation `kind` allows `value`, a plain value or list as it comes from YAML."""
    origin, args = get_origin(kind), get_args(kind)
    if origin is Annotated:
        base, mark = args
        return fits(base, value) and bool(mark.holds(value))
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
        base, mark = args
        return str(mark.words.format(words(base)))
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
