"""All that is wrong with a command line, found before anything heavy is imported."""

from __future__ import annotations

import difflib
import re
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import islice

from hydra import compose, initialize_config_dir
from hydra._internal.utils import get_args_parser
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override, QuotedString
from hydra.errors import HydraException
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from figgen.cli.choices import CONF, EXTRA, groups_of
from figgen.cli.rules import shown
from figgen.cli.verb import Verb
from figgen.runs.identity import flatten, plain

MAX_VARIANTS = 12  # a sweep's configs that are composed here, 0.1 s each; every job is checked again when it starts


def problems(argv: Sequence[str], verb: Verb) -> list[str]:
    """Every problem of a command line, a sentence each; an empty list where it can be run."""
    args, _ = get_args_parser().parse_known_args(as_hydra_reads(argv))
    verb = replace(verb, config=args.config_name or verb.config)
    overrides, found = parsed(args.overrides)
    own = [o for o in overrides if (o.key_or_group or "").split("/")[0].split(".")[0] == "hydra"]  # Hydra's own
    overrides = [o for o in overrides if o not in own]
    choosing = [o for o in overrides if is_group(o, verb)]
    wrong = {o.input_line: problem for o in choosing if (problem := choice_problem(o, verb))}
    found += wrong.values()
    good = [o for o in choosing if o.input_line not in wrong]
    with initialize_config_dir(str(CONF), version_base="1.3"):
        try:
            base = compose(verb.config, [*map(first_value, good), *map(first_value, own)], return_hydra_config=True)
        except (HydraException, OmegaConfBaseException) as error:
            return [*found, one_line(error)]
        launcher = base.hydra.runtime.choices["hydra/launcher"]
        if launcher == "submitit_slurm" and not shutil.which("sbatch"):
            found.append(f"hydra/launcher={launcher}: there is no SLURM here (sbatch), take hydra/launcher=joblib")
        is_elsewhere = args.cfg or launcher.startswith("submitit")  # printed alone, or run on another machine
        looked_at = verb.rules.problems if is_elsewhere else verb.rules.problems_here
        swept, more = parsed(swept_by_config(base))
        changing = [o for o in [*overrides, *swept] if not is_group(o, verb)]
        found += more + [p for o in swept if is_group(o, verb) and (p := choice_problem(o, verb))]
        found += [problem for o in changing for problem in value_problems(o, base, verb)]
        if not (args.multirun or base.hydra.mode == RunMode.MULTIRUN):
            found += [f"{o.input_line}: several values are a sweep, which wants -m" for o in overrides if sweeps(o)]
        if found:
            return list(dict.fromkeys(found))
        changing = [o for o in changing if o not in swept]
        found = [p for v in variants([*swept, *good, *changing]) for p in variant_problems(verb, v, looked_at)]
    return list(dict.fromkeys(found))


def as_hydra_reads(argv: Sequence[str]) -> list[str]:
    """What was typed, without the + that some groups may have, and with the quotes that letters beyond ASCII need."""
    plus, written = tuple(f"+{group}=" for group in EXTRA), []
    for arg in argv:
        arg = arg[1:] if arg.startswith(plus) else arg
        key, equals, value = arg.partition("=")
        is_foreign = equals and not value.isascii() and not set(value) & set("'\"[]{},")
        written.append(f"{key}='{value}'" if is_foreign else arg)
    return written


def sweeps(override: Override) -> bool:
    return not override.is_delete() and override.is_sweep_override()


def variants(overrides: Sequence[Override]) -> list[list[str]]:
    """Overrides without sweeps: all at their first value, then each other value of each sweep by itself."""
    first = [first_value(o) for o in overrides]
    others = (
        [*first[:i], f"{name_of(o)}={value}", *first[i + 1 :]]
        for i, o in enumerate(overrides)
        if sweeps(o)
        for value in islice(o.sweep_string_iterator(), 1, None)
    )
    return [first, *islice(others, MAX_VARIANTS - 1)]


def variant_problems(verb: Verb, overrides: list[str], looked_at: Callable[[DictConfig], list[str]]) -> list[str]:
    """What is wrong with one composed config, by the rules that are `looked_at`."""
    try:
        cfg = compose(verb.config, overrides)
    except (HydraException, OmegaConfBaseException) as error:
        absent = re.search(r"Could not override '([\w.]+)'", str(error))  # a key of only some of the swept choices
        return [unknown(absent[1], [], verb) if absent else one_line(error)]
    return looked_at(cfg)


def parsed(texts: Iterable[str]) -> tuple[list[Override], list[str]]:
    """Overrides, and a sentence for each text that is not one."""
    parser, good, found = OverridesParser.create(), [], []
    for text in texts:
        try:
            good.append(parser.parse_override(text))
        except HydraException:
            found.append(f"'{text}': not readable; write KEY=VALUE or GROUP=CHOICE, and quote what a shell would split")
    return good, found


def is_group(override: Override, verb: Verb) -> bool:
    return override.key_or_group in groups_of(verb.config) and not isinstance(override.value(), dict)


def values(override: Override) -> list[object]:
    """What an override sets: its value, or each value of its sweep."""
    if sweeps(override):
        return [v.text if isinstance(v, QuotedString) else v for v in override.sweep_iterator()]
    return [override.value()]


def first_value(override: Override) -> str:
    """The override, a sweep narrowed to its first value."""
    if not sweeps(override):
        return str(override.input_line)
    return f"{name_of(override)}={next(iter(override.sweep_string_iterator()))}"


def name_of(override: Override) -> str:
    """What stands before the = of an override, a + included."""
    return str(override.input_line).split("=")[0]


def choice_problem(override: Override, verb: Verb) -> str | None:
    """A group's choice that does not exist, or a + (or ~) that does not belong there."""
    group, known = override.key_or_group, groups_of(verb.config)[override.key_or_group]
    listed = f"Choices of {group}: {', '.join(known)}"
    if override.is_delete():
        return f"{override.input_line}: {group} cannot be left out. {listed}"
    if override.is_add() or override.is_force_add():
        return f"{override.input_line}: {group} is on by default, leave out the +"
    for name in values(override):
        if not isinstance(name, str | int) or str(name) not in known:
            return f"{group}={shown(name)}: no such choice{nearest(str(name), known)}. {listed}"
    return None


def value_problems(override: Override, base: DictConfig, verb: Verb) -> list[str]:
    """An unknown key, or values that its rule does not allow."""
    key = override.key_or_group
    known = [*flatten(without_hydra(base))]
    is_branch = any(leaf.startswith(f"{key}.") for leaf in known)
    if key not in known and not is_branch:
        return [unknown(key, known, verb)]
    if override.is_delete():
        return [f"{override.input_line}: no key can be left out; set {key}=null where that is allowed"]
    if override.is_add():
        return [f"{override.input_line}: {key} is there already, leave out the +"]
    found = []
    for value in values(override):
        if is_branch and not isinstance(value, dict) and value is not None:
            found.append(f"{override.input_line}: {key} is a group of keys; set one of them, {key}.KEY=VALUE")
        elif not (isinstance(value, str) and "${" in value):
            found += [
                p for leaf, item in flatten(value, key).items() if (p := verb.rules.key_problem(leaf, plain(item)))
            ]
    return found


def unknown(key: str, known: list[str], verb: Verb) -> str:
    """Why there is no such key: another choice has it, or it is spelled otherwise."""
    owners = [f"{group}={name}" for group, name in owners_of(key, verb)]
    if owners:
        return f"{key}: no such key with the choices made here; it belongs to {' and '.join(owners)}"
    return f"{key}: no such key{nearest(key, [*known, *groups_of(verb.config)])}; all keys: --cfg job"


def owners_of(key: str, verb: Verb) -> list[tuple[str, str]]:
    """The choices of the key's group whose composed config has the key."""
    group = key.split(".")[0]
    owners = []
    for name in groups_of(verb.config).get(group, {}):
        cfg = compose(verb.config, [f"{group}={name}"])
        if key in flatten(without_hydra(cfg)):
            owners.append((group, name))
    return owners


def nearest(word: str, known: Iterable[str]) -> str:
    match = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f", did you mean {match[0]}" if match else ""


def without_hydra(cfg: DictConfig) -> dict[str, object]:
    """The config's plain content, unresolved, without Hydra's own part."""
    content = OmegaConf.to_container(cfg, resolve=False)
    assert isinstance(content, dict)
    content.pop("hydra", None)
    return {str(key): value for key, value in content.items()}


def swept_by_config(base: DictConfig) -> list[str]:
    """The overrides that a sweeps/*.yaml puts into hydra.sweeper.params."""
    params = OmegaConf.select(base, "hydra.sweeper.params") or {}
    return [f"{key}={value}" for key, value in params.items()]


def one_line(error: Exception) -> str:
    return " ".join(str(error).split())
