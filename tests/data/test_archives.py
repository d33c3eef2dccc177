"""Archives: what is good comes out as it went in, and each attack is refused with the member and the reason."""

from __future__ import annotations

import gzip
import io
import stat
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from figgen.data.preparing.archives import unpack
from figgen.data.readers.files import Limits, open_files
from figgen.runs.errors import DataError

KINDS = ("zip", "tar", "tar.gz", "tgz", "tar.bz2", "tar.xz")
Members = Sequence[tuple[str, bytes]]
GOOD: Members = [("list.csv", b"a,b\n1,2\n"), ("images/1.jpg", b"one"), ("images/deep/2.jpg", b"two" * 1000)]
SPECIAL = [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE]


def packed(path: Path, members: Members) -> Path:
    """An archive of the kind that its name says."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members:
                archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
        return path
    packing = {"tar": "", "tgz": "gz"}.get(path.suffix[1:], path.suffix[1:])
    with tarfile.open(path, f"w:{packing}") as archive:  # type: ignore[call-overload]
        for name, data in members:
            add(archive, tarfile.TarInfo(name), data)
    return path


def add(archive: tarfile.TarFile, member: tarfile.TarInfo, data: bytes = b"") -> None:
    member.size = len(data)
    archive.addfile(member, io.BytesIO(data))


def refusal_of(archive: Path, limits: Limits | None = None) -> str:
    """The one sentence with which an archive is refused; it left nothing behind."""
    room = archive.parent / "room"
    room.mkdir()
    before = sorted(archive.parent.rglob("*"))
    with pytest.raises(DataError) as caught:
        unpack(archive, room / "unpacked", limits)
    assert sorted(archive.parent.rglob("*")) == before
    return str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_packed_comes_out(tmp_path: Path, kind: str) -> None:
    archive = packed(tmp_path / f"good.{kind}", GOOD)
    assert unpack(archive, tmp_path / "out") == 3
    out = tmp_path / "out"
    assert {(p.relative_to(out).as_posix(), p.read_bytes()) for p in out.rglob("*") if p.is_file()} == set(GOOD)


def test_a_tar_of_the_folder_dot_comes_out(tmp_path: Path) -> None:
    (tmp_path / "in/images").mkdir(parents=True)
    (tmp_path / "in/images/1.jpg").write_bytes(b"one")
    with tarfile.open(tmp_path / "dot.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "in", ".")
    assert unpack(tmp_path / "dot.tar.gz", tmp_path / "out") == 1
    assert (tmp_path / "out/images/1.jpg").read_bytes() == b"one"


def test_long_names_and_folders_listed_after_their_files_come_out(tmp_path: Path) -> None:
    name = "/".join(["a-rather-long-name"] * 12) + "/ü.png"
    with tarfile.open(tmp_path / "long.tar", "w") as archive:
        add(archive, tarfile.TarInfo(name), b"x")
        folder = tarfile.TarInfo("a-rather-long-name")
        folder.type = tarfile.DIRTYPE
        add(archive, folder)
    unpack(tmp_path / "long.tar", tmp_path / "out")
    assert (tmp_path / "out" / name).read_bytes() == b"x"


def test_permissions_are_not_kept(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "rights.tar", "w") as archive:
        program, closed = tarfile.TarInfo("program"), tarfile.TarInfo("closed")
        program.mode, closed.mode, closed.type = 0o6777, 0, tarfile.DIRTYPE
        add(archive, program, b"x")
        add(archive, closed)
    unpack(tmp_path / "rights.tar", tmp_path / "out")
    assert not (tmp_path / "out/program").stat().st_mode & (stat.S_ISUID | stat.S_ISGID | 0o111)
    assert (tmp_path / "out/closed").stat().st_mode & 0o700 == 0o700


@pytest.mark.parametrize("kind", ["zip", "tar"])
@pytest.mark.parametrize("name", ["/etc/cron.d/x", "C:/windows/x", "C:x", "\\\\host\\share\\x"])
def test_an_absolute_path_is_refused(tmp_path: Path, kind: str, name: str) -> None:
    said = refusal_of(packed(tmp_path / f"bad.{kind}", [*GOOD, (name, b"x")]))
    assert repr(name) in said and "absolute" in said


@pytest.mark.parametrize("kind", ["zip", "tar"])
@pytest.mark.parametrize("name", ["../x", "images/../../x", "images/../x", "..\\x"])
def test_a_path_that_goes_up_is_refused(tmp_path: Path, kind: str, name: str) -> None:
    said = refusal_of(packed(tmp_path / f"bad.{kind}", [*GOOD, (name, b"x")]))
    assert repr(name) in said and "leaves the folder" in said


@pytest.mark.parametrize("kind", SPECIAL)
def test_a_link_or_a_device_in_a_tar_is_refused(tmp_path: Path, kind: bytes) -> None:
    with tarfile.open(tmp_path / "bad.tar", "w") as archive:
        member = tarfile.TarInfo("images/1.jpg")
        member.type, member.linkname = kind, "/etc/passwd"
        add(archive, member)
    said = refusal_of(tmp_path / "bad.tar")
    assert "'images/1.jpg'" in said and "is a link, a device" in said


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO])
def test_a_link_or_a_device_in_a_zip_is_refused(tmp_path: Path, kind: int) -> None:
    member = zipfile.ZipInfo("images/1.jpg")
    member.external_attr = (kind | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr(member, "/etc/passwd")
    said = refusal_of(tmp_path / "bad.zip")
    assert "'images/1.jpg'" in said and "is a link or a device" in said
    with pytest.raises(DataError, match="is a link or a device"):
        open_files(tmp_path / "bad.zip")


def test_a_sparse_file_is_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "bad.tar", "w", format=tarfile.PAX_FORMAT) as archive:
        member = tarfile.TarInfo("hole.bin")
        member.pax_headers = {"GNU.sparse.map": "0,1", "GNU.sparse.size": str(2**50)}
        add(archive, member, b"x")
    assert "sparse" in refusal_of(tmp_path / "bad.tar")


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("kind", ["zip", "tar"])
@pytest.mark.parametrize(
    "names", [("a.jpg", "a.jpg"), ("a.jpg", "./a.jpg"), ("a/b.jpg", "a//b.jpg"), ("a", "a/b"), ("a/b", "a")]
)
def test_a_member_in_the_place_of_another_is_refused(tmp_path: Path, kind: str, names: tuple[str, str]) -> None:
    said = refusal_of(packed(tmp_path / f"bad.{kind}", [(name, b"x") for name in names]))
    assert repr(names[1]) in said and "takes the place of another member" in said


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path, kind: str) -> None:
    assert "cannot be written" in refusal_of(packed(tmp_path / f"bad.{kind}", [("x" * 300, b"")]))


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_more_members_than_allowed_are_refused(tmp_path: Path, kind: str) -> None:
    archive = packed(tmp_path / f"bad.{kind}", [(f"{i}/", b"") for i in range(11)])
    assert "more than the 10 members allowed" in refusal_of(archive, Limits(members=10))


@pytest.mark.parametrize("kind", KINDS)
def test_more_bytes_than_allowed_are_refused(tmp_path: Path, kind: str) -> None:
    archive = packed(tmp_path / f"bad.{kind}", [("1", b"x" * 30_000), ("2", b"y" * 30_000)])
    said = refusal_of(archive, Limits(total_bytes=50_000))
    assert "'2'" in said and "50,000 bytes" in said


@pytest.mark.parametrize("kind", ["zip", "tar.gz", "tar.bz2", "tar.xz"])
def test_a_bomb_is_refused_by_its_ratio(tmp_path: Path, kind: str) -> None:
    archive = packed(tmp_path / f"bomb.{kind}", [("zeros", bytes(4_000_000))])
    assert "goes beyond" in refusal_of(archive, Limits(free_bytes=100_000))


def test_bytes_are_counted_as_they_come_not_by_what_the_header_says(tmp_path: Path) -> None:
    """A zip whose lists say that 3 MB of zeros are 10 bytes: at most those 10 come out, and the sum is then wrong."""
    data = packed(tmp_path / "plain.zip", [("zeros", bytes(3_000_000))]).read_bytes()
    size = (3_000_000).to_bytes(4, "little")
    assert data.count(size) == 2
    (tmp_path / "plain.zip").unlink()
    (tmp_path / "lie.zip").write_bytes(data.replace(size, (10).to_bytes(4, "little")))
    assert "CRC" in refusal_of(tmp_path / "lie.zip", Limits(total_bytes=1000))


def test_files_that_share_their_bytes_in_a_zip_count_each_time(tmp_path: Path) -> None:
    """Fifield's bomb: many entries of the list point at the same packed bytes."""
    with zipfile.ZipFile(tmp_path / "overlap.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0", bytes(100_000))
        twin = archive.infolist()[0]
        for _ in range(50):
            archive.filelist.append(twin)
    assert "is refused" in refusal_of(tmp_path / "overlap.zip", Limits(free_bytes=200_000, ratio=1))


def test_a_header_as_large_as_a_bomb_is_refused_unread(tmp_path: Path) -> None:
    header = tarfile.TarInfo("pax")
    header.type, header.size = tarfile.XHDTYPE, 2**33
    with gzip.open(tmp_path / "bad.tar.gz", "wb") as file:
        file.write(header.tobuf(tarfile.GNU_FORMAT))
    assert "header of 8,589,934,592 bytes" in refusal_of(tmp_path / "bad.tar.gz")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("kept", [0.0, 0.2, 0.5, 0.8, 0.97])
def test_a_cut_archive_is_said_to_be_downloaded_again(tmp_path: Path, kind: str, kept: float) -> None:
    noise = bytes(i * i % 251 for i in range(20_000))
    archive = packed(tmp_path / f"cut.{kind}", [(f"{i}.jpg", noise) for i in range(4)])
    whole = archive.read_bytes()
    end = whole.rstrip(b"\0") if kind == "tar" else whole
    archive.write_bytes(end[: int(kept * len(end))])
    assert "download it again" in refusal_of(archive)


def test_a_tar_cut_between_two_members_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    archive = packed(tmp_path / "cut.tar", [("1", b"x" * 512), ("2", b"y" * 512)])
    archive.write_bytes(archive.read_bytes()[:1024])
    assert "its end is missing" in refusal_of(archive)


def test_a_wrong_checksum_at_the_very_end_is_seen(tmp_path: Path) -> None:
    archive = packed(tmp_path / "bad.tar.gz", GOOD)
    data = bytearray(archive.read_bytes())
    data[-6] ^= 1
    archive.write_bytes(bytes(data))
    assert "download it again" in refusal_of(archive)


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_saved_under_the_name_of_an_archive_is_refused(tmp_path: Path, kind: str) -> None:
    (tmp_path / f"page.{kind}").write_text("<!DOCTYPE html><title>Sign in</title>" * 100)
    assert "download it again" in refusal_of(tmp_path / f"page.{kind}")


def test_an_encrypted_zip_is_refused_with_that_reason(tmp_path: Path) -> None:
    data = bytearray(packed(tmp_path / "secret.zip", [("a", b"x")]).read_bytes())
    data[6] |= 1  # the flag of the member, and again in the list at the end
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "secret.zip").write_bytes(bytes(data))
    assert "encrypted" in refusal_of(tmp_path / "secret.zip")


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_an_empty_archive_is_refused(tmp_path: Path, kind: str) -> None:
    assert "holds no files" in refusal_of(packed(tmp_path / f"empty.{kind}", []))


def test_other_kinds_of_files_are_refused_with_those_that_are_known(tmp_path: Path) -> None:
    (tmp_path / "data.rar").write_bytes(b"Rar!")
    assert ".zip, .tar, .tar.gz, .tgz" in refusal_of(tmp_path / "data.rar")
    with pytest.raises(DataError, match="There is no archive"):
        unpack(tmp_path / "data.zip", tmp_path / "out")


def test_a_folder_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    archive = packed(tmp_path / "good.zip", GOOD)
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine.txt").write_text("mine")
    with pytest.raises(DataError, match="already there"):
        unpack(archive, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


def as_zip(folder: Path) -> Path:
    return packed(folder / "set.zip", GOOD)


def as_folder(folder: Path) -> Path:
    unpack(packed(folder / "set.zip", GOOD), folder / "set")
    return folder / "set"


@pytest.mark.parametrize("place", [as_zip, as_folder])
def test_a_zip_reads_like_its_unpacked_folder(tmp_path: Path, place: Callable[[Path], Path]) -> None:
    files = open_files(place(tmp_path))
    assert files.names() == ["images/1.jpg", "images/deep/2.jpg", "list.csv"]
    assert files.read("images/1.jpg") == b"one"
    assert files.has("list.csv") and not files.has("images") and not files.has("3.jpg") and not files.has("../set.zip")
    with pytest.raises(DataError, match=r"3\.jpg is missing"):
        files.read("3.jpg")
    with pytest.raises(DataError):
        files.read("../set.zip")


@pytest.mark.parametrize(("name", "reason"), [("../x", "leaves the folder"), ("/x", "absolute")])
def test_a_zip_with_names_that_lead_out_is_not_even_opened(tmp_path: Path, name: str, reason: str) -> None:
    with pytest.raises(DataError, match=reason):
        open_files(packed(tmp_path / "bad.zip", [(name, b"x")]))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_with_two_members_of_one_name_is_not_even_opened(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="occurs twice"):
        open_files(packed(tmp_path / "bad.zip", [("a", b"x"), ("a", b"y")]))


def test_a_bomb_is_not_read_into_memory(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="goes beyond"):
        open_files(packed(tmp_path / "bomb.zip", [("zeros", bytes(65 * 2**20))])).read("zeros")


def test_a_broken_member_is_one_bad_read_and_the_others_are_read(tmp_path: Path) -> None:
    data = packed(tmp_path / "torn.zip", [("1", b"first picture"), ("2", b"second")]).read_bytes()
    at = data.index(b"PK\x03\x04") + 31
    (tmp_path / "torn.zip").write_bytes(data[:at] + b"\xff\xff\xff\xff" + data[at + 4 :])
    files = open_files(tmp_path / "torn.zip")
    with pytest.raises(DataError, match="download it again"):
        files.read("1")
    assert files.read("2") == b"second"


def test_a_place_with_nothing_in_it_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nowhere\.zip"):
        open_files(tmp_path / "nowhere.zip")
