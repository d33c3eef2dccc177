"""What tells runs apart: the shortest words that name every choice in which some of them differ."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

Science = dict[str, Any]  # the config of a run, as far as its results depend on it


def labels(sciences: Sequence[Science]) -> list[str]:
    """One a run, equal where nothing but the seed differs: "loss=tpl, weight=3.2"; "" where nothing does."""
    keys = differing([{key: value for key, value in science.items() if key != "seed"} for science in sciences])
    ends = Counter(key.rpartition(".")[2] for key in keys)
    short = {key: end if ends[end := key.rpartition(".")[2]] == 1 else key for key in keys}
    return [
        ", ".join(f"{short[key]}={said(value)}" for key in keys if (value := at(science, key)) is not ABSENT)
        for science in sciences
    ]


def differing(values: Sequence[Any], key: str = "") -> list[str]:
    """The keys in which configs differ. A choice is named by its name, or its class; what it brings along counts
    among those of the same choice only."""
    alike: dict[str, list[Any]] = defaultdict(list)
    for value in values:
        alike[repr(value) if not isinstance(value, dict) else said(value)].append(value)
    found = [key] if len(alike) > 1 else []
    for group in alike.values():
        if isinstance(group[0], dict):
            inner = dict.fromkeys(name for value in group for name in value)
            for name in inner:
                found += differing([value.get(name) for value in group], f"{key}.{name}" if key else name)
    return list(dict.fromkeys(found))


def said(value: Any) -> str:
    """A choice by its name, an object by the module of its class, anything else as it is."""
    if isinstance(value, dict):
        return str(value.get("name") or value.get("_target_", "").rpartition(".")[0].rpartition(".")[2])
    return "none" if value is None else str(value)


ABSENT = object()


def at(science: Science, key: str) -> Any:
    """What stands at a dotted key; ABSENT where the choices made there have no such key."""
    value: Any = science
    for name in key.split("."):
        if not isinstance(value, dict) or name not in value:
            return ABSENT
        value = value[name]
    return value
