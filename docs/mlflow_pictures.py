"""python -m docs.mlflow_pictures OUTPUTS GROUP: what the MLflow UI shows of a group, as pictures in docs/.

A real `mlflow server` on the database of OUTPUTS, looked at by Chromium without a window.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

from mlflow import MlflowClient
from PIL import Image

from figgen.runs.provenance import ROOT
from figgen.stages.mirroring import VIEW

PORT, PATIENCE = 5055, 180  # seconds that a busy machine may take to start the server
ASIDE = 0.741  # of the width is left of the UI's chat
KEYS = ["autoencoder/validation", "diffusion/validation"]  # of the pictures that are shown


def main() -> None:
    outputs, group = Path(sys.argv[1]).resolve(), sys.argv[2]
    with server(outputs) as address:
        client = MlflowClient(address)
        experiment = client.get_experiment_by_name(group)
        assert experiment is not None, f"no experiment {group}"
        runs = client.search_runs([experiment.experiment_id], VIEW["searchFilter"] + " and params.seed = '0'")
        ids = [run.info.run_id for run in runs]
        client.set_experiment_tag(
            experiment.experiment_id, "mlflow.sharedViewState.images", json.dumps(image_view(last_look(client, ids[0])))
        )
        page = (
            f"{address}/#/experiments/{experiment.experiment_id}/runs?workflowType=machine_learning&viewStateShareKey="
        )
        chosen = f"runs={quote(json.dumps(ids))}&experiments={quote(json.dumps([experiment.experiment_id]))}"
        photograph(f"{page}combinations", "mlflow_table.png", (1900, 620))
        photograph(
            f"{address}/#/compare-runs?{chosen}&workflowType=machine_learning", "mlflow_compare.png", (1900, 1500)
        )
        photograph(f"{page}images&compareRunsMode=CHART", "mlflow_images.png", (1900, 1000))


def image_view(step: int) -> dict[str, object]:
    """The table's runs beside one chart: the pictures of the last look at validation figures."""
    flags = {"deleted": False, "isGenerated": False}
    section = {"uuid": "looks", "name": "validation figures", "display": True, "isReordered": True} | flags
    chart = {"type": "IMAGE", "uuid": "images", "imageKeys": KEYS, "metricSectionId": "looks", "step": step} | flags
    size = {"columns": 1, "cardHeight": 640}
    charts = {"compareRunSections": [section | size], "compareRunCharts": [chart], "chartsSearchFilter": ""}
    return {**VIEW, **charts, "isAccordionReordered": True}


def last_look(client: MlflowClient, run: str) -> int:
    names = [Path(item.path).name for item in client.list_artifacts(run, "images")]
    return max(int(name.split("+")[2]) for name in names if name.startswith(KEYS[-1].replace("/", "~")))


@contextmanager
def server(outputs: Path) -> Iterator[str]:
    """The address of a server that shows OUTPUTS/mlflow.db."""
    store, artifacts = f"sqlite:///{outputs}/mlflow.db", str(outputs / "mlartifacts")
    options = ["--host", "127.0.0.1", "--port", str(PORT), "--workers", "1", "--backend-store-uri", store]
    command = [sys.executable, "-m", "mlflow", "server", *options, "--artifacts-destination", artifacts]
    address = f"http://127.0.0.1:{PORT}"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(address)
            yield address
        finally:
            process.terminate()


def wait_for(address: str) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            urlopen(f"{address}/health", timeout=5).close()
            return
        except (URLError, TimeoutError):
            if time.monotonic() > end:
                raise
            time.sleep(1)


def photograph(address: str, name: str, size: tuple[int, int]) -> None:
    """docs/NAME: the page once it has loaded what it wants to show."""
    with tempfile.TemporaryDirectory() as profile:
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={profile}"]
        view = [f"--window-size={size[0]},{size[1]}", "--virtual-time-budget=60000"]
        path = ROOT / "docs" / name
        command = ["chromium", *flags, *view, f"--screenshot={path}", address]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    shown = Image.open(path).convert("RGB").crop((0, 0, round(size[0] * ASIDE), size[1]))
    shown.quantize(256).save(path, optimize=True)


if __name__ == "__main__":
    main()
