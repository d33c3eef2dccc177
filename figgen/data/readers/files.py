"""A dataset's original files where they lie: in a folder, or in a zip that is not unpacked. No name leads out of it."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Protocol

from figgen.runs.errors import DataError

LEVELS = ("", "*/", "*/*/")  # unpacked/<archive>/<its only folder>


class Files(Protocol):
    """Files with /-separated names below one root."""

    @property
    def root(self) -> Path:
        """The folder, or the zip."""

    def names(self) -> list[str]:
        """The names of all files, sorted."""

    def has(self, name: str) -> bool:
        """Whether there is such a file."""

    def read(self, name: str) -> bytes:
        """The bytes of one file; DataError where it is missing or broken, or its name leads out of the root."""


def open_files(path: Path) -> Files:
    """A folder or a zip as Files; DataError where there is neither."""
    if path.is_dir():
        return Folder(path)
    if path.is_file():
        return Zip(path)
    raise DataError(f"There is neither a folder nor a zip at {path}.")


def find(folder: Path, landmarks: tuple[str, ...], what: str) -> Path:
    """The first of `landmarks` in `folder` or at most two levels below it, for archives have folders of their own.

    DataError where there is none; `what` goes behind it: what the landmarks are.
    """
    for level in LEVELS:
        for landmark in landmarks:
            for found in sorted(folder.glob(f"{level}{landmark}")):
                return found
    raise DataError(f"There is no {' and no '.join(landmarks)} in {folder}: {what}.")


@dataclass(frozen=True)
class Folder:
    """The files below a folder."""

    root: Path

    def names(self) -> list[str]:
        return sorted(path.relative_to(self.root).as_posix() for path in self.root.rglob("*") if path.is_file())

    def has(self, name: str) -> bool:
        return fault_of(name) is None and (self.root / name).is_file()

    def read(self, name: str) -> bytes:
        if fault := fault_of(name):
            raise DataError(f"{name!r} {fault}")
        if not self.has(name):
            raise DataError(f"{name} is missing")
        try:
            return (self.root / name).read_bytes()
        except OSError as error:
            raise DataError(f"{name} cannot be read ({error.strerror})") from error


class Zip:
    """The files in a zip, which stays open. Its list is checked at once, its members as they are read."""

    def __init__(self, root: Path) -> None:
        self.root = root
        with broken_said(root):
            self._zip = zipfile.ZipFile(root)
        self._members: dict[str, zipfile.ZipInfo] = {}
        for member in self._zip.infolist():
            name = str(checked_name(root, member.filename))
            check_zip_kind(root, member)
            if name in self._members:
                raise refusal(root, member.filename, "occurs twice")
            if not member.is_dir():
                self._members[name] = member

    def names(self) -> list[str]:
        return sorted(self._members)

    def has(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes:
        if name not in self._members:
            raise DataError(f"{name} is missing in {self.root.name}")
        most = Limits().most_bytes_of(self._members[name].compress_size)
        with broken_said(self.root), self._zip.open(self._members[name]) as stream:
            data = stream.read(most + 1)
        if len(data) > most:
            raise refusal(self.root, name, f"goes beyond the {most:,} bytes that may come out of it")
        return data


# ---- What is refused -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Limits:
    """The most that may come out of an archive; the largest data sets stay well below."""

    members: int = 5_000_000
    total_bytes: int = 2**40
    ratio: float = 200.0  # bytes that come out for each byte of the archive
    free_bytes: int = 64 * 2**20  # up to here the ratio does not matter: long lists of numbers shrink a lot

    def most_bytes_of(self, packed: int) -> int:
        """What may come out of `packed` bytes."""
        return min(self.total_bytes, max(self.free_bytes, int(self.ratio * packed)))


def fault_of(name: str) -> str | None:
    """Why a name may not be followed below a root, on any system; None where it may."""
    posix, windows = PurePosixPath(name), PureWindowsPath(name)
    if posix.is_absolute() or windows.drive or windows.root:
        return "is an absolute path"
    if ".." in windows.parts:  # its parts are split at / and at \
        return "leaves the folder"
    return "holds a NUL" if "\0" in name else None


def checked_name(archive: Path, name: str) -> PurePosixPath:
    if fault := fault_of(name):
        raise refusal(archive, name, fault)
    return PurePosixPath(name)


def check_zip_kind(archive: Path, member: zipfile.ZipInfo) -> None:
    kind = stat.S_IFMT(member.external_attr >> 16)  # 0 where the zip was not made on Unix
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise refusal(archive, member.filename, "is a link or a device")


def refusal(archive: Path, name: str, fault: str) -> DataError:
    return DataError(f"{archive} is refused: its member {name!r} {fault}.")


@contextmanager
def broken_said(archive: Path) -> Iterator[None]:
    """DataError for whatever Python's readers raise on archives that are torn, false or encrypted."""
    try:
        yield
    except DataError:
        raise
    except Exception as error:
        reason = str(error) or type(error).__name__
        advice = "." if getattr(error, "errno", None) else ": download it again."  # a full disk is not its fault
        raise DataError(f"{archive} cannot be read to its end ({reason}){advice}") from error
