"""Where the original files are: in a folder, in an archive, or still on the hub."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from huggingface_hub import snapshot_download

from figgen.data.preparing.archives import KINDS, is_archive, unpack
from figgen.runs.console import say
from figgen.runs.errors import ConfigError, DataError

HUB = "hub"


class Hub(TypedDict):
    """A dataset on the Hugging Face hub."""

    repo: str
    files: list[str]  # name patterns


@dataclass(frozen=True)
class Origin:
    """What is known about the original of a dataset.

    about: licence, size, home, files and boxes, in words; hub: None where it does not lie on the hub.
    unpacks: name patterns of the archives that the reader does not read in place.
    folder: where downloads and unpacked files of this dataset go.
    """

    name: str
    about: Mapping[str, str]
    hub: Hub | None
    unpacks: Sequence[str]
    folder: Path

    def find(self, source: str) -> Path:
        """The folder that the reader is given, for `source` = hub, a folder or an archive."""
        path = self._downloaded() if source == HUB else Path(source).expanduser().resolve()
        if path.is_file() and not is_archive(path):
            raise DataError(f"from={path} is a file, but no archive ({', '.join(KINDS)}): give the folder it lies in.")
        if path.is_file():
            return self._unpacked([path]) if any(map(path.match, self.unpacks)) else path.parent
        archives = sorted({found for pattern in self.unpacks for found in path.glob(pattern)})
        return self._unpacked(archives) if archives else path

    def _unpacked(self, archives: Sequence[Path]) -> Path:
        """Each archive in a folder of its own, unpacked once."""
        target = self.folder / "unpacked"
        for archive in archives:
            into = target / archive.name.split(".")[0]
            if not into.exists():
                say(f"unpacking {archive}")
                unpack(archive, into)
        return target

    def _downloaded(self) -> Path:
        """The files from the hub; what an earlier call has downloaded is not downloaded again."""
        if self.hub is None:
            raise ConfigError(f"from=hub: {self.name} does not lie on the hub. {self.by_hand()}")
        into, repo = self.folder / "hub", self.hub["repo"]
        say(f"downloading {repo} to {into}")
        try:
            snapshot_download(repo, repo_type="dataset", local_dir=into, allow_patterns=self.hub["files"])
        except Exception as error:  # no network, no such repository, a gated one, a full disk: many libraries' errors
            first = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise DataError(f"{repo} could not be downloaded ({first}). {self.by_hand()}") from error
        return into

    def by_hand(self) -> str:
        """What a person does who has no network here."""
        return (
            f"Get it from {self.about['home']}, put {self.about['files']} into a folder, and say "
            f"`python -m figgen.prepare dataset={self.name} from=FOLDER`."
        )
