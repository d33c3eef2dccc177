"""The newest sound checkpoint wins; torn ones are named and passed over."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from figgen.training.checkpoints import CheckpointFiles


class Ear(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[tuple[str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append((record.levelname, record.getMessage()))


@pytest.fixture
def ear() -> Iterator[Ear]:
    """What is said on the logger `figgen`, which does not propagate."""
    handler = Ear()
    logging.getLogger("figgen").addHandler(handler)
    yield handler
    logging.getLogger("figgen").removeHandler(handler)


def saved(folder: Path, *steps: int) -> CheckpointFiles:
    files = CheckpointFiles(folder)
    for step in steps:
        files.save_checkpoint({"global_step": step, "weights": torch.full((1000,), float(step))}, folder / "any")
    return files


def test_newest_is_found_and_holds_what_was_saved(tmp_path: Path, ear: Ear) -> None:
    files = saved(tmp_path, 5, 10)
    path = files.newest_sound()
    assert path is not None
    loaded = files.load_checkpoint(path)
    assert loaded["global_step"] == 10
    assert torch.equal(loaded["weights"], torch.full((1000,), 10.0))
    assert ear.heard == []


@pytest.mark.parametrize(
    "tear", [lambda data: data[:-100], lambda data: data[:50] + b"?" + data[51:], lambda data: b""]
)
def test_torn_checkpoint_is_passed_over_with_a_warning(tmp_path: Path, ear: Ear, tear: object) -> None:
    files = saved(tmp_path, 5, 10)
    newest, before = files.newest_first()
    newest.write_bytes(tear(newest.read_bytes()))  # type: ignore[operator]
    assert files.newest_sound() == before
    ((level, message),) = ear.heard
    assert level == "WARNING"
    assert newest.name in message
    assert "torn" in message


def test_nothing_sound_is_none(tmp_path: Path, ear: Ear) -> None:
    assert CheckpointFiles(tmp_path / "absent").newest_sound() is None
    files = saved(tmp_path, 5)
    files.newest_first()[0].write_bytes(b"x")
    assert files.newest_sound() is None


def test_two_newest_are_kept(tmp_path: Path) -> None:
    files = saved(tmp_path, 9, 10, 100, 1000)
    assert [int(path.name.split("-")[1]) for path in files.newest_first()] == [1000, 100]


def test_name_carries_the_hash_of_the_content(tmp_path: Path) -> None:
    (path,) = saved(tmp_path, 7).newest_first()
    assert path.name == f"step-00000007-{hashlib.sha256(path.read_bytes()).hexdigest()[:16]}.ckpt"


def test_failed_save_leaves_the_earlier_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = saved(tmp_path, 5)

    def full_disk(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(OSError, match="no space"):
        files.save_checkpoint({"global_step": 6}, tmp_path / "any")
    monkeypatch.undo()
    assert [path.name for path in tmp_path.iterdir()] == [files.newest_first()[0].name]
    assert files.newest_sound() is not None


def test_code_in_a_checkpoint_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "step-00000001-evil.ckpt"
    torch.save({"global_step": print}, path)
    with pytest.raises(Exception, match=r"[Ww]eights.only"):
        CheckpointFiles(tmp_path).load_checkpoint(path)
