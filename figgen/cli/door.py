"""The edge of every verb: help, checks, Hydra, exit codes, and the one lazy import."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from pkgutil import resolve_name
from typing import Any, NoReturn

import hydra
from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig

from figgen.cli.choices import CONF
from figgen.cli.help import help_text
from figgen.cli.multirun import Multirun, as_job
from figgen.cli.preflight import as_hydra_reads, problems
from figgen.cli.verb import Outcome, Verb
from figgen.runs.console import say
from figgen.runs.errors import ConfigError, user_error
from figgen.runs.provenance import ROOT

STOPPED = (130, 143)  # exit codes of Ctrl-C and SIGTERM


def launch(verb: Verb) -> None:
    """Do the verb's work with the config that the command line composes, or a sweep of it. User errors exit with 2."""
    argv = sys.argv[1:] = as_hydra_reads(sys.argv[1:])
    if {"--help", "-h"} & set(argv):
        print(help_text(verb))
        return
    os.environ["FIGGEN_ROOT"] = str(ROOT)
    os.environ.setdefault("HYDRA_FULL_ERROR", "1")  # errors come through to here, whole
    try:
        if not is_completion(argv) and (found := problems(argv, verb)):
            raise ConfigError("\n".join(found))
        run_hydra(verb)
    except Exception as error:
        fail(error, show_traceback="traceback=true" in argv)
    except (KeyboardInterrupt, SystemExit) as stop:
        code = 130 if isinstance(stop, KeyboardInterrupt) else stop.code
        if code in STOPPED:
            print("stopped: the same command again goes on from here", file=sys.stderr)
        sys.exit(code)


def is_completion(argv: list[str]) -> bool:
    return any(arg in ("-sc", "--shell-completion", "--shell_completion", "--hydra-help") for arg in argv)


def run_hydra(verb: Verb) -> None:
    """Every job of the command line, here or on another machine, checked again: a sweep's jobs saw no preflight."""

    def work(cfg: DictConfig) -> Outcome:
        verb.rules.validate(cfg)
        for line in verb.rules.without_effect(cfg, HydraConfig.get().overrides.task):
            say(line)
        return verb.work(cfg)

    def job(cfg: DictConfig) -> None:
        if HydraConfig.get().mode == RunMode.MULTIRUN:
            return as_job(work, cfg)
        try:
            work(cfg)
        except Exception as error:
            fail(error, cfg.traceback)  # here, before Hydra puts a line of its own above it
        return None

    try:
        hydra.main(version_base="1.3", config_path=str(CONF), config_name=verb.config)(job)()
    finally:
        code = Multirun.end()
    if code:
        sys.exit(code)


def heavy(name: str) -> Callable[..., Any]:
    """The one lazy import: a verb's "module:function" that brings torch along, fetched when the checks are passed."""
    found: Callable[..., Any] = resolve_name(name)
    return found


def fail(error: Exception, show_traceback: bool) -> NoReturn:
    """A sentence and exit code 2 for user errors; the traceback and 1 for everything else."""
    explained = user_error(error)
    if explained is None or show_traceback:
        traceback.print_exception(error)
    if explained is None:
        sys.exit(1)
    for line in str(explained).splitlines():
        print(f"error: {line}", file=sys.stderr)
    sys.exit(explained.exit_code)
