"""The user's own layout, as JSON in a file or on the command line."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from figgen.ocr.boxes import TextBox
from figgen.runs.errors import ConfigError

FORM = '{"text": "loss", "box": [left, top, width, height]}'


def read_layout(given: str) -> list[TextBox]:
    """JSON, or the path of a file that holds it => boxes in pixels; ConfigError where it is no layout."""
    where = "the layout"
    if not given.lstrip().startswith(("[", "{")):
        path, where = Path(given), given
        if not path.is_file():
            raise ConfigError(f"layout {given}: there is no such file, and it is no JSON list of {FORM} either.")
        given = path.read_text(encoding="utf-8", errors="replace")
    try:
        items = json.loads(given)
    except json.JSONDecodeError as error:
        raise ConfigError(f"{where} is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.") from error
    return boxes_of(items, where)


def boxes_of(items: Any, where: str = "the layout") -> list[TextBox]:
    """Parsed JSON => boxes; ConfigError, naming the first entry that is none."""
    if not isinstance(items, list):
        raise ConfigError(f"{where} is a list of {FORM}, not {_kind(items)}.")
    return [_box(item, f"{where}, entry {i}") for i, item in enumerate(items, 1)]


def _box(item: Any, where: str) -> TextBox:
    if not isinstance(item, dict) or set(item) != {"text", "box"}:
        found = f"the keys {', '.join(sorted(item)) or 'none'}" if isinstance(item, dict) else _kind(item)
        raise ConfigError(f"{where} is of the form {FORM}, not {found}.")
    text, box = item["text"], item["box"]
    if not isinstance(text, str) or not text.strip():
        raise ConfigError(f"{where}: text is one or more letters, not {_shown(text)}.")
    if not isinstance(box, list) or len(box) != 4 or not all(map(_is_number, box)):
        raise ConfigError(f"{where}: box is four numbers, [left, top, width, height] in pixels, not {_shown(box)}.")
    if min(box[2:]) <= 0:
        raise ConfigError(f"{where}: width and height are above 0, not {box[2]} and {box[3]}.")
    left, top, width, height = map(float, box)
    return TextBox.from_ltwh(left, top, width, height, text.strip())


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e6 and math.isfinite(value)


def _kind(value: Any) -> str:
    return {dict: "an object", list: "a list", str: "a string", type(None): "null"}.get(type(value), "a number")


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
