"""Rows that are kept as they are done: a killed process loses none of them, a power cut a few seconds' worth."""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import pyarrow as pa

HEAD = struct.Struct("<QQ")  # before rows: how many bytes they have, and their checksum
SYNC = 5.0  # seconds from one fsync to the next


@dataclass(frozen=True)
class Log:
    """A file that rows of one schema are appended to, by one process at a time."""

    path: Path
    schema: pa.Schema

    def rows(self) -> list[pa.RecordBatch]:
        """Every row as a batch of its own, in mapped memory."""
        return [batch.slice(number, 1) for batch, _ in self._whole() for number in range(batch.num_rows)]

    @contextmanager
    def appending(self) -> Iterator[Callable[[Sequence[Mapping[str, Any]]], None]]:
        """=> what appends rows. Rows that were torn when their process died are cut off first."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            file.truncate(max((end for _, end in self._whole()), default=0))
            synced = time.monotonic()

            def append(rows: Sequence[Mapping[str, Any]]) -> None:
                nonlocal synced
                body = pa.RecordBatch.from_struct_array(pa.array(rows, pa.struct(self.schema))).serialize()
                file.write(HEAD.pack(body.size, crc32(body)))
                file.write(body)
                file.flush()
                if time.monotonic() > synced + SYNC:
                    os.fsync(file.fileno())
                    synced = time.monotonic()

            yield append

    def _whole(self) -> Iterator[tuple[pa.RecordBatch, int]]:
        """Rows that were appended together, up to the first torn ones, with where they end."""
        with pa.memory_map(str(self.path)) as file:
            while len(head := file.read(HEAD.size)) == HEAD.size:
                size, checksum = HEAD.unpack(head)
                body = file.read_buffer(size)
                if not 0 < size == body.size or crc32(body) != checksum:
                    return
                yield pa.ipc.read_record_batch(body, self.schema), file.tell()
