"""Batches in a file: how their bytes are made, and how they are read."""

import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from clusters.credentials.encryption import DecryptionFailed, Encryptor
from clusters.domain.signed_batch import BadBatch, SignedBatch, read_line
from clusters.operations.audit.archives.record import Record

LONGEST_LINE: Final = 10_000
"""Bytes that the line of a batch has at most; it has fewer than 1,500."""


class Unopened(Exception):
    """A line of a request cannot be read with this key; the text is half a sentence."""


@dataclass(frozen=True)
class BatchInFile:
    """A batch as it stands in a file: its line, where that begins, the requests' lines."""

    offset: int
    line: str
    signed: SignedBatch
    content: bytes

    @property
    def end(self) -> int:
        """At which byte of the file the next batch would begin."""
        return self.offset + len(self.line) + 1 + len(self.content)


def sealed(record: Record, key: Encryptor) -> bytes:
    """Return the line of a request: its JSON, compressed and encrypted, with a line feed."""
    packed = zlib.compress(record.as_json().encode())
    return key.encrypt_bytes(packed) + b"\n"


def opened(line: bytes, key: Encryptor) -> Record:
    """
    Return the request of such a line.

    :raises Unopened: if the key does not open it, or it holds no request
    """
    try:
        packed = key.decrypt_bytes(line.strip())
        return Record.from_json(zlib.decompress(packed).decode())
    except DecryptionFailed:
        raise Unopened("cannot be decrypted with the key of its archive") from None
    except (ValueError, zlib.error):
        raise Unopened("holds no request") from None


def append_batch(file: BinaryIO, line: str, content: bytes) -> None:
    """Append a batch, and return once it is on the disk."""
    file.write(line.encode() + b"\n" + content)
    file.flush()
    os.fsync(file.fileno())


def batch_at(file: BinaryIO, offset: int) -> BatchInFile:
    """
    Return the batch that begins at this byte of the file.

    Neither its key nor its SHA-256 is compared with anything.

    :raises BadBatch: if no batch begins there, or the file ends within it
    """
    file.seek(offset)
    line = file.readline(LONGEST_LINE)
    text = line[:-1].decode("ascii", "replace")
    if line and not line.endswith(b"\n"):
        raise BadBatch("is cut")
    signed = read_line(text)
    length = signed.batch.bytes
    # Before it is read: anybody can sign a line that claims more than fits into memory.
    if length > os.fstat(file.fileno()).st_size - file.tell():
        raise BadBatch("is cut")
    return BatchInFile(offset, text, signed, file.read(length))


def batches_in(file: BinaryIO) -> Iterator[BatchInFile]:
    """
    Yield one batch after the other.

    :raises BadBatch: at the first one that cannot be read, as `batch_at`
    """
    end, offset = file.seek(0, os.SEEK_END), 0
    while offset < end:
        found = batch_at(file, offset)
        yield found
        offset = found.end


def new_file(path: Path) -> BinaryIO:
    """
    Make a file that only its owner can read, and return it opened; it is on the disk.

    :raises FileExistsError: if there is one
    """
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return os.fdopen(descriptor, "w+b")
