"""A multirun that can be followed, whoever launches its jobs: each keeps its state in a file, one process reads them.

<sweep folder>/<time of the command>/3.json   how job 3 stands
<sweep folder>/<time of the command>/3.log    all that it said, and the traceback that ended it
"""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.hydra_config import HydraConfig
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.experimental.callback import Callback
from omegaconf import DictConfig

from figgen.cli.verb import Outcome
from figgen.runs.console import console, logged_to, only_warnings
from figgen.runs.errors import user_error
from figgen.runs.files import read_json, write_json
from figgen.runs.times import span

FOLDER = "FIGGEN_MULTIRUN"  # in the environment, which jobs inherit: where they keep their states
EVERY = 0.3  # seconds between two looks at the jobs
DONE = ("finished", "reused")


def as_job(work: Callable[[DictConfig], Outcome], cfg: DictConfig) -> None:
    """Do the work as one job of a multirun: what breaks is kept in its state, and the other jobs go on."""
    hydra = HydraConfig.get()
    folder, number = Path(os.environ[FOLDER]), hydra.job.num + 1
    is_here = hydra.launcher._target_.endswith(".BasicLauncher")
    state: dict[str, Any] = {"status": "started", "started": time.time()}

    def keep(**changes: Any) -> None:
        state.update(changes, ended=time.time())
        write_json(folder / f"{number}.json", state)

    keep()
    try:
        with nullcontext() if cfg.get("dry_run") else only_warnings(bars=is_here), logged_to(folder / f"{number}.log"):
            outcome = work(cfg)
        keep(status=outcome.word, place=str(outcome.place), advice=outcome.advice)
    except Exception as error:
        explained = user_error(error)
        said = str(explained or repr(error)).splitlines()[0]
        keep(
            status="failed",
            place=f"{folder / f'{number}.log'}",
            said=said,
            code=explained.exit_code if explained else 1,
        )
    except BaseException:
        keep(status="stopped")
        raise


class Follower:
    """In the process that launches: says "3/12 ..." when a job starts and ends; a table when all are over."""

    def __init__(self, folder: Path, jobs: Sequence[str]) -> None:
        self.folder, self.jobs = folder, jobs
        self.states: list[dict[str, Any]] = [{} for _ in jobs]
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self.follow, name="multirun", daemon=True)
        folder.mkdir(parents=True)
        os.environ[FOLDER] = str(folder)
        self.thread.start()

    def follow(self) -> None:
        while not self.is_over.wait(EVERY):
            self.look()

    def look(self) -> None:
        """Read the states, and say which are new."""
        for i, job in enumerate(self.jobs):
            state = read_json(self.folder / f"{i + 1}.json")
            if state.get("status") != self.states[i].get("status"):
                console().print(f"{i + 1}/{len(self.jobs)} {job}: {news(state)}")
            self.states[i] = state

    def end(self) -> int:
        """Say how all jobs ended; => the exit code: 0 where all did their work."""
        self.is_over.set()
        self.thread.join()
        self.look()
        console().print(table(self.jobs, self.states))
        return min((state.get("code", 1) for state in self.states if state.get("status") not in DONE), default=0)


def news(state: dict[str, Any]) -> str:
    """What a job's line says."""
    if state["status"] in ("started", "reused"):
        return str(state["status"])
    said = f": {state['said']}" if "said" in state else ""
    return f"{state['status']} after {span(state['ended'] - state['started'])}{said}"


def table(jobs: Sequence[str], states: Sequence[dict[str, Any]]) -> str:
    """Every job with how it ended, and where its results lie, or its log; then what to type next."""
    ended = ["not begun" if not s else "died" if s["status"] == "started" else s["status"] for s in states]
    counts = ", ".join(f"{number} {word}" for word, number in Counter(ended).items())
    width, widest = max(map(len, ended)), max(map(len, jobs))
    rows = [
        f"  {i:>3}  {word:<{width}}  {span(s['ended'] - s['started']) if s else '':>6}  {job:<{widest}}  "
        f"{s.get('place', '')}".rstrip()
        for i, (word, job, s) in enumerate(zip(ended, jobs, states, strict=True), 1)
    ]
    advice = [*dict.fromkeys(s["advice"] for s in states if s.get("advice"))]
    if set(ended) - {*DONE}:
        advice.append("the same command again goes on with what is not finished, and reuses the rest")
    return "\n".join(["", f"{len(jobs)} jobs: {counts}", *rows, "", *advice])


class Multirun(Callback):
    """Hydra's word that a multirun begins; see hydra.callbacks in conf/."""

    following: Follower | None = None

    def on_multirun_start(self, config: DictConfig, **_: Any) -> None:
        """List the jobs as Hydra's sweeper will, and follow them."""
        params = [f"{key}={value}" for key, value in (config.hydra.sweeper.params or {}).items()]
        overrides = OverridesParser.create().parse_overrides([*params, *config.hydra.overrides.task])
        (jobs,) = BasicSweeper.split_arguments(overrides, None)
        varying = {o.get_key_element() for o in overrides if o.is_sweep_override()}
        folder = Path(config.hydra.sweep.dir) / f"{datetime.now():%Y-%m-%d-%H%M%S}-{os.getpid()}"
        names = [" ".join(part for part in job if part.split("=")[0] in varying) for job in jobs]
        Multirun.following = Follower(folder, [name or "the one job" for name in names])

    @classmethod
    def end(cls) -> int:
        """The exit code of the multirun that was followed; 0 where there was none."""
        following, cls.following = cls.following, None
        return following.end() if following else 0
