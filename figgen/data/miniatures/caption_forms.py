"""The forms in which SciCap keeps a caption: in lower case and split into tokens, then normalised twice over."""

from __future__ import annotations

import re
from typing import Any

NUMBER, EQUATION, BRACKET = "NUM-TK", "EQUAT-TK", "BRACKET-TK"
TOKEN = re.compile(r"\d+(?:\.\d+)?|\w+|[^\w\s]")
NUMBERS = re.compile(r"(?<!\S)\d+(?:\.\d+)?(?!\S)")
BRACKETS = re.compile(r"\([^()]*\)")
EQUATIONS = re.compile(r"\b\w+ = \w+(?:\.\d+)?(?: \w\b)*(?: [-+*/] \w+)*")


def lowercase(caption: str) -> str:
    """Tokens with one space between them: Slope (n = 5). => slope ( n = 5 ) ."""
    return " ".join(TOKEN.findall(caption.lower()))


def without_numbers(text: str) -> str:
    """slope ( n = 5 ) . => slope ( n = NUM-TK ) ."""
    return NUMBERS.sub(NUMBER, text)


def without_equations_and_brackets(text: str) -> str:
    """slope ( n = 5 ) . => slope BRACKET-TK ."""
    return without_numbers(EQUATIONS.sub(EQUATION, BRACKETS.sub(BRACKET, text)))


def block(text: str, tokens: str = "token") -> dict[str, Any]:
    """A caption in one form, whole, by sentence and by token; `tokens` is what the last one is called."""
    return {"caption": text, "sentence": sentences(text), tokens: text.split()}


def sentences(text: str) -> list[str]:
    """Split behind every token that is a stop."""
    return re.split(r"(?<= \.) ", text)
