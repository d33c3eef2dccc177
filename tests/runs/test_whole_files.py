"""Files are whole or absent."""

from __future__ import annotations

from pathlib import Path

import pytest

from figgen.runs.files import read_json, whole_file, write_json, write_text


def test_exception_in_the_middle_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    write_text(path, "old")
    with pytest.raises(KeyboardInterrupt), whole_file(path) as file:
        file.write(b"half of the n")
        raise KeyboardInterrupt
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_exception_in_a_first_write_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), whole_file(tmp_path / "new") as file:
        file.write(b"half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_name_is_taken_only_when_all_is_written(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "weights"
    with whole_file(path) as file:
        file.write(b"abc")
        assert not path.exists()
    assert path.read_bytes() == b"abc"
    assert path.stat().st_mode & 0o777 == 0o644


def test_what_cannot_be_json_spoils_nothing(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    write_json(path, {"b": [1, 2], "a": None})
    with pytest.raises(TypeError):
        write_json(path, {"b": object()})
    assert read_json(path) == {"b": [1, 2], "a": None}


def test_missing_json_is_the_default(tmp_path: Path) -> None:
    assert read_json(tmp_path / "none.json") == {}
    assert read_json(tmp_path / "none.json", list) == []
