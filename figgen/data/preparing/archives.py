"""Archives from strangers, unpacked without harm.

An archive is refused as a whole, with the member and the reason, where a member would leave the folder, is a link or
a device or takes another one's place, or where more comes out than anybody would publish.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import shutil
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from figgen.data.readers.files import Limits, broken_said, check_zip_kind, checked_name, refusal
from figgen.runs.errors import DataError
from figgen.runs.files import whole_folder

CHUNK = 2**20  # bytes that are in memory at once while unpacking; a tar's header is far smaller
ZEROS = bytes(512)  # the block that ends a tar
TARS: dict[str, Callable[[Path, str], Any]] = {  # how to open what the tar is packed in
    ".tar": Path.open,
    ".tar.gz": gzip.open,
    ".tgz": gzip.open,
    ".tar.bz2": bz2.open,
    ".tbz2": bz2.open,
    ".tar.xz": lzma.open,
    ".txz": lzma.open,
}
KINDS = (".zip", *TARS)


def is_archive(path: Path) -> bool:
    """True where `unpack` knows the kind of file by its name."""
    return path.name.lower().endswith(KINDS)


def unpack(archive: Path, folder: Path, limits: Limits | None = None) -> int:
    """Unpack an archive of one of KINDS into `folder`; => the number of files in it.

    `folder` must not be there yet and appears only when all is in it; nothing is written outside of it. Permissions,
    owners and times are not kept. DataError where the archive is broken or refused (see above).
    """
    if not archive.is_file():
        raise DataError(f"There is no archive {archive}.")
    if not is_archive(archive):
        raise DataError(f"{archive} has the name of no archive that figgen unpacks: {', '.join(KINDS)}.")
    if folder.exists():
        raise DataError(f"{folder} is already there: move it away before {archive.name} is unpacked to that place.")
    with whole_folder(folder) as part:
        writer = _Writer(archive, part, limits or Limits())
        try:
            with broken_said(archive):
                (_unpack_zip if archive.name.lower().endswith(".zip") else _unpack_tar)(writer)
            if not writer.files:
                raise DataError(f"{archive} holds no files: download it again.")
        except BaseException:
            shutil.rmtree(part)
            raise
    return writer.files


@dataclass
class _Writer:
    """Writes the members of `archive` below `root` and keeps count of them."""

    archive: Path
    root: Path
    limits: Limits
    files: int = 0
    members: int = 0
    total: int = 0  # bytes
    name: str = "its first member"  # of the member being written

    def spend(self, number: int) -> None:
        """Count bytes as they come out: what headers say about sizes need not be true."""
        self.total += number
        if self.total > (most := self.limits.most_bytes_of(self.archive.stat().st_size)):
            raise self.refusal(f"goes beyond the {most:,} bytes that may come out of such an archive")

    def write(self, name: str, stream: IO[bytes] | _Metered | None) -> None:
        """The next member: a file of what the stream holds, or a folder where there is no stream."""
        self.name, self.members = name, self.members + 1
        if self.members > self.limits.members:
            raise self.refusal(f"is one more than the {self.limits.members:,} members allowed")
        place = self.root / checked_name(self.archive, name)
        try:
            (place if stream is None else place.parent).mkdir(parents=True, exist_ok=True)
            if stream is None:
                return
            file = place.open("xb")  # fails for every name that this file system takes for one it has
        except (FileExistsError, NotADirectoryError) as error:
            raise self.refusal("takes the place of another member") from error
        except OSError as error:
            raise self.refusal(f"cannot be written ({error.strerror})") from error
        with file:
            shutil.copyfileobj(stream, file, CHUNK)
        self.files += 1

    def refusal(self, fault: str) -> DataError:
        return refusal(self.archive, self.name, fault)


@dataclass
class _Metered:
    """A stream whose bytes are spent as they are read."""

    stream: IO[bytes]
    writer: _Writer
    last: bytes = b""  # what was read last

    def read(self, size: int = CHUNK) -> bytes:
        if size > 2 * CHUNK:
            raise self.writer.refusal(f"is followed by a header of {size:,} bytes")
        self.last = self.stream.read(size)
        self.writer.spend(len(self.last))
        return self.last

    def seek(self, place: int) -> int:
        return self.stream.seek(place)

    def tell(self) -> int:
        return self.stream.tell()


def _unpack_zip(writer: _Writer) -> None:
    with zipfile.ZipFile(writer.archive) as archive:
        for member in archive.infolist():
            check_zip_kind(writer.archive, member)
            if member.is_dir():
                writer.write(member.filename, None)
            else:
                with archive.open(member) as stream:
                    writer.write(member.filename, _Metered(stream, writer))


def _unpack_tar(writer: _Writer) -> None:
    packing = max((kind for kind in TARS if writer.archive.name.lower().endswith(kind)), key=len)
    with TARS[packing](writer.archive, "rb") as plain:
        stream: Any = _Metered(plain, writer)
        archive = tarfile.open(fileobj=stream, mode="r:")  # noqa: SIM115 (it owns nothing that needs closing)
        for member in archive:
            if not member.isdir() and (not member.isreg() or member.issparse()):
                raise refusal(writer.archive, member.name, "is a link, a device or a sparse file")
            writer.write(member.name, archive.extractfile(member))  # None for a folder
        if stream.last != ZEROS:  # tarfile takes a tar that was cut, or garbled, between two members for a whole one
            raise tarfile.ReadError("its end is missing")
        while stream.read(CHUNK):  # on to the checksum of what is compressed
            pass
