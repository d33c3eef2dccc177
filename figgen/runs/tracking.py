"""MLflow as a mirror: it follows the run directory from a thread of its own and can never stop a run."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from figgen.runs.console import warn
from figgen.runs.metrics_log import MetricsLog

if TYPE_CHECKING:  # MLflow takes seconds: where there is no mirror, it is never imported
    from mlflow import MlflowClient

PATIENCE = 60.0  # seconds that the end of a run waits for the mirror
BATCH = 100  # MLflow's own limit is 1,000 metrics and 100 params a call
KIND, GROUP = "figgen.kind", "group"  # what a run of MLflow stands for: a group, a combination, a stage


@dataclass(frozen=True)
class Entry:
    """How an MLflow run is entered."""

    experiment: str
    name: str
    tags: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)
    experiment_tags: Mapping[str, str] = field(default_factory=dict)  # of an experiment that is made for it
    parent: str | None = None  # the id of the run that it stands below; None: the experiment's own, made where missing


class Mirror:
    """One MLflow run. Every call returns at once; the first failure ends the mirroring with one warning."""

    def __init__(
        self, tracking_uri: str | None, run_id: str | None = None, named: Callable[[str], str] = lambda key: key
    ) -> None:
        """named: a metric's name in metrics.jsonl => its name in MLflow."""
        self.uri, self.run_id, self.named = tracking_uri or "", run_id or "", named
        self.is_online = tracking_uri is not None
        self.client: MlflowClient
        self.jobs: queue.Queue[Callable[[], object] | None] = queue.Queue()
        self.opened = threading.Event()
        self.thread = threading.Thread(target=self._work, name="mlflow-mirror", daemon=True)
        if self.is_online:
            self.thread.start()

    def open(self, entry: Entry, log: MetricsLog | None = None) -> None:
        """Begin the run, or go on with `run_id`, and send what `log` holds and MLflow does not."""
        rows = list(log.rows()) if log else []
        self._later(lambda: self._open(entry, rows))
        self._later(self.opened.set)

    def row(self, step: int, values: Mapping[str, float]) -> None:
        self._later(lambda: self._send([{"step": step, **values}]))

    def artifact(self, path: Path, folder: str | None = None) -> None:
        """A file, or a folder with all that is in it."""
        self._later(
            lambda: (self.client.log_artifacts if path.is_dir() else self.client.log_artifact)(
                self.run_id, str(path), folder
            )
        )

    def document(self, content: Mapping[str, Any], path: str) -> None:
        """Plain values as a file, JSON or YAML by the ending of its path among the artifacts."""
        self._later(lambda: self.client.log_dict(self.run_id, dict(content), path))

    def pictures(self, key: str, by_step: Mapping[int, Path]) -> None:
        """Pictures under one name, which the UI moves through by step; those that it has are not sent again."""
        self._later(lambda: self._send_pictures(key, dict(by_step)))

    def tag(self, key: str, value: str) -> None:
        self._later(lambda: self.client.set_tag(self.run_id, key, value))

    def close(self, status: str) -> None:
        """FINISHED, FAILED or KILLED; waits for what is still to be sent, within reason."""
        if not self.is_online:
            return
        self._later(lambda: self.client.set_terminated(self.run_id, status))
        self.jobs.put(None)
        self.thread.join(PATIENCE)
        if self.thread.is_alive():
            self._give_up(TimeoutError(f"it took more than {PATIENCE:.0f} s"))

    def wait_for_id(self) -> str | None:
        """The run's id, once MLflow has given it; None where there is no mirror."""
        while self.is_online and not self.opened.wait(0.1):
            pass
        return self.run_id or None

    def _later(self, job: Callable[[], object]) -> None:
        if self.is_online:
            self.jobs.put(job)

    def _work(self) -> None:
        while (job := self.jobs.get()) is not None:
            if self.is_online:
                try:
                    job()
                except Exception as error:
                    self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        self.is_online = False
        self.opened.set()
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        warn(f"MLflow at {self.uri} cannot be written to ({reason}); the run goes on, its directory keeps everything")

    def _open(self, entry: Entry, rows: list[dict[str, Any]]) -> None:
        self.client = connect(self.uri)
        experiment = experiment_id(self.client, self.uri, entry.experiment, entry.experiment_tags)
        parent = entry.parent or group_run(self.client, self.uri, experiment, entry.experiment)
        tags = {**entry.tags, "mlflow.parentRunId": parent}
        if not self.run_id or not self._exists():
            self.run_id = self.client.create_run(experiment, tags=tags, run_name=entry.name).info.run_id
        self.client.update_run(self.run_id, status="RUNNING")
        self._log_params(entry.params)
        for key, value in tags.items():
            self.client.set_tag(self.run_id, key, value)
        known = {m.step for m in self.client.get_metric_history(self.run_id, self.named("loss"))}
        self._send([row for row in rows if row["step"] not in known])

    def _exists(self) -> bool:
        from mlflow.exceptions import MlflowException

        try:
            return bool(self.client.get_run(self.run_id))
        except MlflowException:
            return False

    def _log_params(self, params: Mapping[str, Any]) -> None:
        """Params never change in MLflow: what a resumed run has otherwise goes into the tag `param_drift`."""
        from mlflow.entities import Param

        known = self.client.get_run(self.run_id).data.params
        values = {key: str(value)[:6000] for key, value in params.items()}
        fresh = [Param(key, value) for key, value in values.items() if key not in known]
        for start in range(0, len(fresh), BATCH):
            self.client.log_batch(self.run_id, params=fresh[start : start + BATCH])
        drift = [key for key, value in values.items() if key in known and known[key] != value]
        if drift:
            self.client.set_tag(self.run_id, "param_drift", ", ".join(drift))

    def _send(self, rows: list[dict[str, Any]]) -> None:
        from mlflow.entities import Metric

        stamp = int(time.time() * 1000)
        metrics = [
            Metric(self.named(key), float(value), stamp, row["step"])
            for row in rows
            for key, value in row.items()
            if key != "step"
        ]
        for start in range(0, len(metrics), BATCH):
            self.client.log_batch(self.run_id, metrics=metrics[start : start + BATCH])

    def _send_pictures(self, key: str, by_step: Mapping[int, Path]) -> None:
        from PIL import Image

        there = [Path(item.path).name for item in self.client.list_artifacts(self.run_id, "images")]
        for step, path in by_step.items():
            if not any(name.startswith(f"{key.replace('/', '~')}+step+{step}+") for name in there):
                self.client.log_image(self.run_id, Image.open(path), key=key, step=step, synchronous=True)


def connect(uri: str) -> MlflowClient:
    """A client that answers 'no' within seconds. A new database is laid out under a lock: four at once would race."""
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "10")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "WARNING")  # how it lays out its tables is not news
    from mlflow import MlflowClient

    with database_lock(uri):
        client = MlflowClient(tracking_uri=uri)
        client.search_experiments(max_results=1)
    return client


def experiment_id(client: MlflowClient, uri: str, name: str, tags: Mapping[str, str]) -> str:
    """The experiment called `name`, made with these tags where it is not there; its artifacts lie beside a database."""
    with database_lock(uri):
        known = client.get_experiment_by_name(name)
        if known is not None:
            return known.experiment_id
        store = database_path(uri)
        artifacts = (store.parent / "mlartifacts").as_uri() if store else None
        return client.create_experiment(name, artifact_location=artifacts, tags=dict(tags))


def group_run(client: MlflowClient, uri: str, experiment: str, name: str) -> str:
    """The one run that all of an experiment stand below; it is nothing that works, and so is finished at once."""
    with database_lock(uri):
        known = client.search_runs([experiment], f"tags.`{KIND}` = '{GROUP}'", max_results=1)
        if known:
            return str(known[0].info.run_id)
        run = client.create_run(experiment, tags={KIND: GROUP}, run_name=f"group {name}")
        client.set_terminated(run.info.run_id, "FINISHED")
        return str(run.info.run_id)


def database_path(uri: str) -> Path | None:
    """The file of a sqlite:/// address, None for a server."""
    return Path(uri.removeprefix("sqlite:///")) if uri.startswith("sqlite:///") else None


def database_lock(uri: str) -> AbstractContextManager[object]:
    """A lock beside the database file; for a server, which has its own, a lock that nobody shares."""
    store = database_path(uri)
    if store is None:
        return threading.Lock()
    store.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(store.with_suffix(".lock"))
