"""`--help`: what can be chosen, read from the config folders themselves."""

from __future__ import annotations

import textwrap

from figgen.cli.choices import EXTRA, defaults, description, groups, groups_of, top_keys
from figgen.cli.kinds import named
from figgen.cli.verb import Verb

WIDTH = 100


def help_text(verb: Verb) -> str:
    """The page that `python -m figgen.VERB --help` prints."""
    return "\n".join(
        [
            f"figgen.{verb.name}: {verb.purpose}",
            "Say GROUP=CHOICE to choose a building block and KEY=VALUE to change a number; order does not matter.",
            "",
            "Examples",
            verb.examples,
            "",
            "Groups (* is the default)",
            *(line for group in groups_of(verb.config) for line in _group_lines(group, verb)),
            "",
            "Keys",
            *(_row(f"{key}={value}", comment, 26) for key, value, comment in top_keys(verb.config)),
            "",
            "Every other key, with its value: --cfg job --resolve (its comment: in the file of its group, conf/).",
            f"Hydra's own options, -m among them: --hydra-help. Completion: figgen-{verb.name} -sc install=bash.",
        ]
    )


def _group_lines(group: str, verb: Verb) -> list[str]:
    """The group's choices, then those of its keys that take one of a few words."""
    chosen = defaults(verb.config).get(group)
    name = f"+{group}" if group in EXTRA else group
    rows = [
        _row(f"  {choice}{' *' if choice == chosen else ''}", description(path), 26)
        for choice, path in groups()[group].items()
    ]
    kinds = {key: kind for key, kind in verb.rules.kinds.items() if key.startswith(f"{group}.") and "*" not in key}
    keys = "  ".join(f"{key}={'|'.join(words)}" for key, kind in kinds.items() if (words := named(kind)))
    return [f"  {name}=", *rows, *([_row("  its keys", keys, 26)] if keys else [])]


def _row(left: str, right: str, indent: int) -> str:
    """Two columns; what does not fit on the right is wrapped under itself."""
    lines = textwrap.wrap(right, WIDTH - indent, break_on_hyphens=False, break_long_words=False) or [""]
    head = f"  {left:<{indent - 3}} {lines[0]}"
    return "\n".join([head, *(" " * indent + line for line in lines[1:])])
