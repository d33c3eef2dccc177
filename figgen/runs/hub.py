"""What lies on the Hugging Face hub: one short question, for its own library asks for half a minute."""

from __future__ import annotations

from functools import cache
from pathlib import Path

SECONDS = 2  # to wait for an answer


@cache
def why_absent(source: str, file: str, revision: str) -> str | None:
    """Why `file` cannot be had from `source`, a folder or a name on the hub; None where it can, or is here."""
    if Path(source).expanduser().is_dir():
        return None
    from huggingface_hub import HfApi, try_to_load_from_cache

    try:
        if isinstance(try_to_load_from_cache(source, file, revision=revision), str):
            return None
        HfApi().model_info(source, revision=revision, timeout=SECONDS)
    except Exception as error:  # no network, no such repository, no name at all: many libraries' errors
        return f"there is no such folder, and the hub does not give it ({str(error).strip().splitlines()[0]})"
    return None
