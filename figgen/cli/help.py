"""`--help`: what can be chosen, read from the config folders themselves."""

from __future__ import annotations

import textwrap

from figgen.cli.choices import EXTRA, defaults, description, groups, groups_of, top_keys
from figgen.cli.verbs import Verb

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
            *(line for group in groups_of(verb.config) for line in _group_lines(group, verb.config)),
            "",
            "Keys",
            *(_row(f"{key}={value}", comment, 26) for key, value, comment in top_keys(verb.config)),
            "",
            "Every other key, with its value: --cfg job --resolve (its comment: in the file of its group, conf/).",
            f"Hydra's own options, -m among them: --hydra-help. Completion: figgen-{verb.name} -sc install=bash.",
        ]
    )


def _group_lines(group: str, config: str) -> list[str]:
    chosen = defaults(config).get(group)
    name = f"+{group}" if group in EXTRA else group
    rows = [
        _row(f"  {choice}{' *' if choice == chosen else ''}", description(path), 26)
        for choice, path in groups()[group].items()
    ]
    return [f"  {name}=", *rows]


def _row(left: str, right: str, indent: int) -> str:
    """Two columns; what does not fit on the right is wrapped under itself."""
    lines = textwrap.wrap(right, WIDTH - indent, break_on_hyphens=False) or [""]
    head = f"  {left:<{indent - 3}} {lines[0]}"
    return "\n".join([head, *(" " * indent + line for line in lines[1:])])
