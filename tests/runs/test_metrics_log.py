"""metrics.jsonl holds each step once, whatever happened to the process that wrote it."""

from __future__ import annotations

from pathlib import Path

from figgen.runs.metrics_log import MetricsLog


def written(path: Path, *steps: int) -> MetricsLog:
    log = MetricsLog(path)
    for step in steps:
        assert log.append(step, {"loss": step / 10})
    return log


def test_rows_come_back_as_they_were(tmp_path: Path) -> None:
    log = written(tmp_path / "a" / "metrics.jsonl", 10, 20)
    assert list(log.rows()) == [{"step": 10, "loss": 1.0}, {"step": 20, "loss": 2.0}]


def test_replayed_steps_are_not_repeated(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    written(path, 10, 20)
    log = MetricsLog(path)
    assert [log.append(step, {"loss": step / 10}) for step in (10, 20, 30, 30)] == [False, False, True, False]
    assert [row["step"] for row in MetricsLog(path).rows()] == [10, 20, 30]


def test_torn_line_is_dropped_and_written_again(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    written(path, 10, 20)
    whole = path.read_bytes()
    for cut in range(1, len(whole) - whole.index(b"\n") - 1):
        path.write_bytes(whole[:-cut])
        assert written(path, 20).last_step == 20
        assert path.read_bytes() == whole


def test_lone_torn_line_leaves_an_empty_log(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    path.write_text('{"step": 1')
    log = MetricsLog(path)
    assert list(log.rows()) == []
    assert log.append(0, {"loss": 1.0})


def test_no_file_is_an_empty_log(tmp_path: Path) -> None:
    assert list(MetricsLog(tmp_path / "metrics.jsonl").rows()) == []
