"""`--help`: what can be chosen, read from the config folders themselves."""

from __future__ import annotations

import textwrap

from figgen.runs.choices import EXTRA, defaults, description, groups, top_keys

WIDTH = 100

EXAMPLES = """\
  python -m figgen.train dataset=mlfigs loss=tpl                  one combination; again: resume, or its summary
  python -m figgen.train loss=ocr teacher=ppocr autoencoder.steps=2000 seed=1
  python -m figgen.train -m +sweeps=loss_ablation                 a grid; every job resumable
  python -m figgen.train +experiments=mlfigs/tpl dry_run=true     would it fit? shapes, sizes, cost; writes nothing
  python -m figgen.train debug=fast                               two steps of every stage"""


def help_text() -> str:
    """The page that `python -m figgen.train --help` prints."""
    return "\n".join(
        [
            "figgen.train: train an autoencoder and a denoiser, draw pictures, measure whether their text can be read.",
            "Say GROUP=CHOICE to choose a building block and KEY=VALUE to change a number; order does not matter.",
            "",
            "Examples",
            EXAMPLES,
            "",
            "Groups (* is the default)",
            *(line for group in groups() for line in _group_lines(group)),
            "",
            "Keys",
            *(_row(f"{key}={value}", comment, 26) for key, value, comment in top_keys()),
            "",
            "Every other key, with its value: --cfg job --resolve (its comment: in the file of its group, conf/).",
            "Hydra's own options, -m among them: --hydra-help. Completion: figgen-train -sc install=bash.",
        ]
    )


def _group_lines(group: str) -> list[str]:
    chosen = defaults().get(group)
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
