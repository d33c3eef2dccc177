"""What five people would say about a snapshot. Every sentence is true of it, for the layout keeps to the relation."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from figgen.data.miniatures.snapshot_things import Thing

NUMBER = 5
NUMBERS = {2: "two", 3: "three", 4: "four"}

TOLD: Mapping[str, tuple[str, ...]] = {
    "left of": (
        "{a} to the left of {b} {where}.",
        "{b} to the right of {a} {where}.",
        "{a} and {b} next to each other {where}.",
        "there is {a} on the left and {b} on the right.",
        "on the right is {b}, on the left {a}.",
        "{a_} sits left of {b} {where}.",
        "a photo of {a_} beside {b_} {where}.",
        "{b_} {where} with {a} on its left side.",
    ),
    "in front of": (
        "{a} in front of {b} {where}.",
        "{b} behind {a} {where}.",
        "{a} with {b} right behind it.",
        "there is {b} in the back and {a} in front of it.",
        "{a_} partly hides {b} {where}.",
        "{where}, {a} is closer than {b}.",
        "a picture of {a_} in front of {b_}.",
        "{b} can be seen behind {a_} {where}.",
    ),
    "above": (
        "{a} above {b} {where}.",
        "{b} {where} with {a} above it.",
        "{b_} below {a}.",
        "there is {a} {aloft} and {b} underneath.",
        "{a_} over {b} {where}.",
        "{where}, {b} is under {a}.",
        "a picture of {a_} {aloft} above {b_}.",
        "a view of {b} and, {aloft}, {a}.",
    ),
    "row": (
        "{count} {coloured} {where}.",
        "{count} {many} in a row {where}.",
        "a row of {count} {coloured}.",
        "there are {count} {many} next to each other {where}.",
        "a group of {count} {coloured}, side by side.",
        "{where}, {count} {many} are lined up.",
        "a photo of {count} {coloured} in a line.",
    ),
}


def with_article(words: str) -> str:
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def coloured(thing: Thing, colour: str, name: str) -> str:
    """The name with its colour, where captions say it."""
    return f"{colour} {name}" if thing.told else name


def pair_captions(
    relation: str, first: tuple[Thing, str], second: tuple[Thing, str], where: str, rng: np.random.Generator
) -> list[str]:
    """`first` is left of, in front of or above `second`; each is a thing and its colour."""
    (a, _), (b, _) = first, second
    words = {"a": with_article(coloured(*first, a.name)), "b": with_article(coloured(*second, b.name))}
    words |= {"a_": with_article(a.name), "b_": with_article(b.name), "where": where, "aloft": a.aloft}
    return _told(relation, words, rng)


def row_captions(thing: Thing, colour: str, number: int, where: str, rng: np.random.Generator) -> list[str]:
    """`number` of a thing side by side, all in one colour."""
    words = {"count": NUMBERS[number], "many": thing.many, "coloured": coloured(thing, colour, thing.many)}
    return _told("row", words | {"where": where}, rng)


def _told(relation: str, words: Mapping[str, str], rng: np.random.Generator) -> list[str]:
    """Five of the sentences, no two alike; the first says the relation, with colours and place."""
    first, *others = TOLD[relation]
    chosen = rng.choice(len(others), NUMBER - 1, replace=False)
    filled = (sentence.format_map(words) for sentence in (first, *(others[i] for i in chosen)))
    return [sentence[0].upper() + sentence[1:] for sentence in filled]
