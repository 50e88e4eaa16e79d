"""The keys that decrypt the requests in archives: one for each archive, itself encrypted."""

from typing import Final

from clusters.credentials.encryption import (
    DecryptionFailed,
    EncryptedForAnotherUse,
    Encryptor,
)
from clusters.models import Archive

_PURPOSE: Final = "archive key"


class LostKey(Exception):
    """No key of ENCRYPTION_KEYS opens the key of an archive."""


def opened_key(encryptor: Encryptor, archive_id: str, encrypted: str) -> Encryptor:
    """
    Return what decrypts the requests of the archive with this id.

    :raises LostKey: if no key opens its key
    """
    try:
        return Encryptor([encryptor.decrypt_for((_PURPOSE, archive_id), encrypted)])
    except (DecryptionFailed, EncryptedForAnotherUse, ValueError):
        raise LostKey from None


def sealed_key(encryptor: Encryptor, archive_id: str, key: str) -> str:
    """Return the key of the archive with this id, encrypted."""
    return encryptor.encrypt_for((_PURPOSE, archive_id), key)


def encrypt_keys_anew(encryptor: Encryptor) -> None:
    """Encrypt the archives' keys with the newest of ENCRYPTION_KEYS; older ones may go."""
    for archive in Archive.objects.all():
        purpose = (_PURPOSE, str(archive.id))
        try:
            key = encryptor.decrypt_for(purpose, archive.encrypted_key)
        except (DecryptionFailed, EncryptedForAnotherUse):
            continue
        archive.encrypted_key = encryptor.encrypt_for(purpose, key)
        archive.save(update_fields=["encrypted_key"])
