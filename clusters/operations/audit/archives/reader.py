"""Find archives, and read requests from them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from clusters.credentials.encryption import Encryptor
from clusters.models import Archive, ArchivedRequest
from clusters.operations.audit.archives.batch_file import Unopened, opened
from clusters.operations.audit.archives.keys import LostKey, opened_key
from clusters.operations.audit.archives.record import Record


class ArchiveUnread(Exception):
    """An archive, or a request in it, cannot be read; the text is a sentence."""


class ArchiveReader:
    """
    Reads the archives of this installation.

    :param folder: where archives are looked for first, by the names of their files; then,
        and without a folder, they are read from where they were written
    """

    def __init__(self, encryptor: Encryptor, folder: Path | None = None) -> None:
        self._encryptor = encryptor
        self._folder = folder

    @contextmanager
    def open(self, archive: Archive) -> Iterator[BinaryIO]:
        """
        Let the block read the file of an archive.

        :raises ArchiveUnread: if it cannot be opened, or the block has trouble to read it
        """
        try:
            with self._path_of(archive).open("rb") as file:
                yield file
        except FileNotFoundError:
            raise ArchiveUnread(
                f"The archive {archive.path} is not there. If it was moved, say where to"
                " with --archives FOLDER."
            ) from None
        except OSError as error:
            raise ArchiveUnread(
                f"The archive {archive.path} cannot be read: {error.strerror}."
            ) from None

    def key_of(self, archive: Archive) -> Encryptor:
        """
        Return what decrypts the requests of an archive.

        :raises ArchiveUnread: if no key of ENCRYPTION_KEYS opens the stored one
        """
        try:
            return opened_key(self._encryptor, str(archive.id), archive.encrypted_key)
        except LostKey:
            raise ArchiveUnread(
                f"The archive {archive.path} cannot be read: no key of ENCRYPTION_KEYS"
                " opens its key."
            ) from None

    def record(self, row: ArchivedRequest) -> Record:
        """
        Return one request, read from its archive.

        :raises ArchiveUnread: if it cannot be read
        """
        archive = row.batch.archive
        key = self.key_of(archive)
        with self.open(archive) as file:
            file.seek(row.offset)
            line = file.read(row.length)
        try:
            return opened(line, key)
        except Unopened as bad:
            raise ArchiveUnread(
                f"Request {row.name} ({row.id}) in {archive.path} {bad}."
            ) from None

    def _path_of(self, archive: Archive) -> Path:
        written = Path(archive.path)
        if self._folder is not None and (self._folder / written.name).exists():
            return self._folder / written.name
        return written
