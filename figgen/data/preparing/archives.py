"""Archives from strangers: read in place as if they were folders, or unpacked without harm.

An archive is refused as a whole, with the member and the reason, where a member would leave the folder, is a link or
a device or takes another one's place, or where more comes out than anybody would publish.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import shutil
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO, Any, Protocol

from figgen.runs.errors import DataError
from figgen.runs.files import whole_folder

CHUNK = 2**20  # bytes that are in memory at once while unpacking; a tar's header is far smaller
ZEROS = bytes(512)  # the block that ends a tar


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


# ---- Reading in place ------------------------------------------------------------------------------------------------


class Files(Protocol):
    """Files with /-separated names below one root, wherever they lie."""

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
        return ZipFolder(path)
    raise DataError(f"There is neither a folder nor a zip at {path}.")


@dataclass(frozen=True)
class Folder:
    """The files below a folder."""

    root: Path

    def names(self) -> list[str]:
        return sorted(path.relative_to(self.root).as_posix() for path in self.root.rglob("*") if path.is_file())

    def has(self, name: str) -> bool:
        return _fault_of(name) is None and (self.root / name).is_file()

    def read(self, name: str) -> bytes:
        if fault := _fault_of(name):
            raise DataError(f"{name!r} {fault}")
        if not (self.root / name).is_file():
            raise DataError(f"{name} is missing")
        try:
            return (self.root / name).read_bytes()
        except OSError as error:
            raise DataError(f"{name} cannot be read ({error.strerror})") from error


class ZipFolder:
    """The files in a zip, which stays open and is not unpacked. Its list is checked at once, its members as read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with _broken_said(path):
            self._zip = zipfile.ZipFile(path)
        self._members: dict[str, zipfile.ZipInfo] = {}
        for member in self._zip.infolist():
            name = str(_checked_name(path, member.filename))
            _check_zip_kind(path, member)
            if name in self._members:
                raise _refusal(path, member.filename, "occurs twice")
            if not member.is_dir():
                self._members[name] = member

    def names(self) -> list[str]:
        return sorted(self._members)

    def has(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes:
        if name not in self._members:
            raise DataError(f"{name} is missing in {self.path.name}")
        most = Limits().most_bytes_of(self._members[name].compress_size)
        with _broken_said(self.path), self._zip.open(self._members[name]) as stream:
            data = stream.read(most + 1)
        if len(data) > most:
            raise _refusal(self.path, name, f"goes beyond the {most:,} bytes that may come out of it")
        return data


# ---- Unpacking -------------------------------------------------------------------------------------------------------


def unpack(archive: Path, folder: Path, limits: Limits | None = None) -> int:
    """Unpack a .zip, .tar, .tar.gz, .tgz, .tar.bz2 or .tar.xz into `folder`; => the number of files in it.

    `folder` must not be there yet and appears only when all is in it; nothing is written outside of it. Permissions,
    owners and times are not kept. DataError where the archive is broken or refused (see above).
    """
    unpack_into = _unpacker_of(archive)
    if folder.exists():
        raise DataError(f"{folder} is already there: move it away before {archive.name} is unpacked to that place.")
    with whole_folder(folder) as part:
        try:
            with _broken_said(archive):
                number = unpack_into(_Writer(archive, part, limits or Limits()))
            if not number:
                raise DataError(f"{archive} holds no files: download it again.")
        except BaseException:
            shutil.rmtree(part)
            raise
    return number


@dataclass
class _Writer:
    """Writes the members of `archive` below `root` and keeps count of them."""

    archive: Path
    root: Path
    limits: Limits
    files: int = 0
    members: int = 0
    total: int = 0
    name: str = "its first member"  # of the member being written

    def __post_init__(self) -> None:
        self.most_bytes = self.limits.most_bytes_of(self.archive.stat().st_size)

    def spend(self, number: int) -> None:
        """Count bytes as they come out: what headers say about sizes need not be true."""
        self.total += number
        if self.total > self.most_bytes:
            raise self.refusal(f"goes beyond the {self.most_bytes:,} bytes that may come out of such an archive")

    def make_folder(self, name: str) -> None:
        with self._placing(name) as place:
            place.mkdir(parents=True, exist_ok=True)

    def write(self, name: str, stream: Any) -> None:
        with self._placing(name) as place:
            place.parent.mkdir(parents=True, exist_ok=True)
            file = place.open("xb")  # fails for every name that this file system takes for one it has
        with file:
            while chunk := stream.read(CHUNK):
                file.write(chunk)
        self.files += 1

    @contextmanager
    def _placing(self, name: str) -> Iterator[Path]:
        """Where a member goes; the member is refused where that cannot be."""
        self.name, self.members = name, self.members + 1
        if self.members > self.limits.members:
            raise self.refusal(f"is one more than the {self.limits.members:,} members allowed")
        try:
            yield self.root / _checked_name(self.archive, name)
        except (FileExistsError, NotADirectoryError) as error:
            raise self.refusal("takes the place of another member") from error
        except OSError as error:
            raise self.refusal(f"cannot be written ({error.strerror})") from error

    def refusal(self, fault: str) -> DataError:
        return _refusal(self.archive, self.name, fault)


@dataclass
class _Metered:
    """A stream whose bytes are spent as they are read."""

    stream: IO[bytes]
    writer: _Writer
    last: bytes = b""  # what was read last

    def read(self, size: int) -> bytes:
        if size > 2 * CHUNK:
            raise self.writer.refusal(f"is followed by a header of {size:,} bytes")
        self.last = self.stream.read(size)
        self.writer.spend(len(self.last))
        return self.last

    def seek(self, place: int) -> int:
        return self.stream.seek(place)

    def tell(self) -> int:
        return self.stream.tell()

    def seekable(self) -> bool:
        return True


def _unpack_zip(writer: _Writer) -> int:
    with zipfile.ZipFile(writer.archive) as archive:
        for member in archive.infolist():
            _check_zip_kind(writer.archive, member)
            if member.is_dir():
                writer.make_folder(member.filename)
                continue
            with archive.open(member) as stream:
                writer.write(member.filename, _Metered(stream, writer))
    return writer.files


def _unpack_tar(open_stream: Callable[[Path, str], Any], writer: _Writer) -> int:
    with open_stream(writer.archive, "rb") as plain:
        stream: Any = _Metered(plain, writer)
        archive = tarfile.open(fileobj=stream, mode="r:")  # noqa: SIM115 (it owns nothing that needs closing)
        for member in archive:
            if member.isdir():
                writer.make_folder(member.name)
            elif member.isreg() and not member.issparse():
                writer.write(member.name, archive.extractfile(member))
            else:
                raise _refusal(writer.archive, member.name, "is a link, a device or a sparse file")
        if stream.last != ZEROS:  # tarfile takes a tar that was cut, or garbled, between two members for a whole one
            raise tarfile.ReadError("its end is missing")
        while stream.read(CHUNK):  # on to the checksum of what is compressed
            pass
    return writer.files


UNPACKERS: dict[tuple[str, ...], Callable[[_Writer], int]] = {
    (".zip",): _unpack_zip,
    (".tar",): partial(_unpack_tar, Path.open),
    (".tar.gz", ".tgz"): partial(_unpack_tar, gzip.open),
    (".tar.bz2", ".tbz2"): partial(_unpack_tar, bz2.open),
    (".tar.xz", ".txz"): partial(_unpack_tar, lzma.open),
}


def _unpacker_of(archive: Path) -> Callable[[_Writer], int]:
    """What unpacks a file of this name."""
    if not archive.is_file():
        raise DataError(f"There is no archive {archive}.")
    for suffixes, unpacker in UNPACKERS.items():
        if archive.name.lower().endswith(suffixes):
            return unpacker
    known = ", ".join(suffix for suffixes in UNPACKERS for suffix in suffixes)
    raise DataError(f"{archive} has the name of no archive that figgen unpacks: {known}.")


# ---- What is refused -------------------------------------------------------------------------------------------------


def _fault_of(name: str) -> str | None:
    """Why a name may not be followed below a root, on any system; None where it may."""
    posix, windows = PurePosixPath(name), PureWindowsPath(name)
    if posix.is_absolute() or windows.drive or windows.root:
        return "is an absolute path"
    if ".." in windows.parts:  # its parts are split at / and at \
        return "leaves the folder"
    return "holds a NUL" if "\0" in name else None


def _checked_name(archive: Path, name: str) -> PurePosixPath:
    if fault := _fault_of(name):
        raise _refusal(archive, name, fault)
    return PurePosixPath(name)


def _check_zip_kind(archive: Path, member: zipfile.ZipInfo) -> None:
    kind = stat.S_IFMT(member.external_attr >> 16)  # 0 where the zip was not made on Unix
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _refusal(archive, member.filename, "is a link or a device")


def _refusal(archive: Path, name: str, fault: str) -> DataError:
    return DataError(f"{archive} is refused: its member {name!r} {fault}.")


@contextmanager
def _broken_said(archive: Path) -> Iterator[None]:
    """DataError for whatever Python's readers raise on archives that are torn, false or encrypted."""
    try:
        yield
    except DataError:
        raise
    except Exception as error:
        reason = str(error) or type(error).__name__
        advice = "." if getattr(error, "errno", None) else ": download it again."  # a full disk is not its fault
        raise DataError(f"{archive} cannot be read to its end ({reason}){advice}") from error
