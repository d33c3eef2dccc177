"""Where the runs of a report lie: a group's folder, runs that are named one by one, or what MLflow has of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from figgen.runs.errors import DataError
from figgen.runs.files import whole_folder
from figgen.runs.tracking import KIND, connect


def of_group(folder: Path) -> list[Path]:
    """The runs below a group's folder."""
    return sorted(path.parent for path in folder.glob("*/run.json"))


def one_by_one(names: Sequence[str], outputs: Path) -> list[Path]:
    """Folders, patterns of folders, or signatures of runs below `outputs`, in the order in which they are named."""
    found = [path for name in names for path in run_folders(name, outputs)]
    return list(dict.fromkeys(found))


def run_folders(name: str, outputs: Path) -> list[Path]:
    """The runs that `name` stands for; DataError where there are none."""
    patterns = ((Path(), name), (outputs, name), (outputs, f"*/*-{name}"))
    for start, pattern in patterns:
        if Path(pattern).is_absolute():
            start, pattern = Path("/"), str(Path(pattern).relative_to("/"))
        if found := sorted(path for path in start.glob(pattern) if (path / "run.json").is_file()):
            return found
    raise DataError(f"{name}: no run has this folder or this signature below {outputs}")


def from_mlflow(uri: str, group: str, place: Path) -> list[Path]:
    """Fetch the records of a group's combinations into folders of `place`."""
    client = connect(uri)
    experiment = client.get_experiment_by_name(group)
    if experiment is None:
        raise DataError(f"{uri} has no experiment {group}")
    runs = client.search_runs([experiment.experiment_id], f"tags.`{KIND}` = 'combination'", order_by=["start_time"])
    folders = []
    for run in runs:
        if client.list_artifacts(run.info.run_id, "record"):
            with whole_folder(place / f"{run.info.run_name}-{run.data.tags['signature']}") as folder:
                Path(client.download_artifacts(run.info.run_id, "record", str(folder))).rename(folder / "record")
            folders.append(place / folder.name.removeprefix(".").removesuffix(".part") / "record")
    return folders
