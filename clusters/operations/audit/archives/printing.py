"""Read a whole archive, which may be of a database that is not there any more."""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from clusters.credentials.encryption import Encryptor
from clusters.domain.signed_batch import BadBatch
from clusters.models import Archive, ArchiveBatch
from clusters.operations.audit.archives.batch_file import (
    BatchInFile,
    Unopened,
    batches_in,
    opened,
)
from clusters.operations.audit.archives.keys import LostKey, opened_key
from clusters.operations.audit.archives.reader import ArchiveUnread
from clusters.operations.audit.signed_by_us import why_not_ours


@dataclass(frozen=True)
class PrintedBatch:
    """
    One batch: where it begins, and id and JSON of each request in it.

    `is_known`: whether its requests were removed from this database.
    """

    offset: int
    is_known: bool
    requests: Iterator[tuple[str, str]]


def printed_batches(
    path: Path, *, encryptor: Encryptor, known_keys: Collection[str]
) -> Iterator[PrintedBatch]:
    """
    Yield the batches of a file, each once it was found to be as it was signed.

    :raises ArchiveUnread: at the first thing that cannot be read, or is not as it was signed
    """
    try:
        with path.open("rb") as file:
            for batch in batches_in(file):
                _require_signed(path, batch, known_keys)
                yield _printed(path, batch, encryptor)
    except BadBatch as bad:
        raise ArchiveUnread(f"A batch of {path} {bad}.") from None
    except OSError as error:
        raise ArchiveUnread(f"{path} cannot be read: {error.strerror}.") from None


def _require_signed(path: Path, batch: BatchInFile, known: Collection[str]) -> None:
    said = batch.signed.batch
    why = why_not_ours(said.installation, batch.signed.public_key, known)
    if not why and hashlib.sha256(batch.content).hexdigest() != said.sha256:
        why = "was changed"
    if why:
        raise ArchiveUnread(f"The batch at byte {batch.offset} of {path} {why}.")


def _printed(path: Path, batch: BatchInFile, encryptor: Encryptor) -> PrintedBatch:
    said = batch.signed.batch
    kept = Archive.objects.filter(id=said.archive).first()
    try:
        encrypted = kept.encrypted_key if kept else said.key
        key = opened_key(encryptor, said.archive, encrypted)
    except LostKey:
        raise ArchiveUnread(
            f"{path} cannot be read: no key of ENCRYPTION_KEYS opens its key."
        ) from None
    is_known = ArchiveBatch.objects.filter(line=batch.line).exists()
    return PrintedBatch(batch.offset, is_known, _requests(path, batch, key))


def _requests(
    path: Path, batch: BatchInFile, key: Encryptor
) -> Iterator[tuple[str, str]]:
    for line in batch.content.splitlines():
        try:
            record = opened(line, key)
        except Unopened as bad:
            raise ArchiveUnread(f"A request in {path} {bad}.") from None
        yield record.request_id, record.as_json()
