"""The key that signs heads, and the public keys that this installation has signed with."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from clusters.credentials.encryption import (
    DecryptionFailed,
    EncryptedForAnotherUse,
    Encryptor,
)
from clusters.credentials.signing import Signer
from clusters.models import SigningKey
from clusters.operations.audit.archives.keys import encrypt_keys_anew

if TYPE_CHECKING:
    from django.db.models import QuerySet

_PURPOSE: Final = "audit signing key"


class KeyLost(Exception):
    """No key of ENCRYPTION_KEYS opens the stored signing key."""


class AuditKeys:
    """
    The keys of this installation.

    Rows alone prove nothing, since whoever writes to the database can add one. A row counts
    only if ENCRYPTION_KEYS open it, and open it for just this public key.

    :param given: the key of AUDIT_SIGNING_KEY; None to use one that is made once and stored
    """

    def __init__(self, encryptor: Encryptor, given: Signer | None = None) -> None:
        self._encryptor = encryptor
        self._given = given

    def signer(self, *, now: datetime) -> Signer:
        """
        Return what signs; the first time a key is made, where none was given.

        :raises KeyLost: if there is a stored key, and no key opens it
        """
        if self._given is not None:
            return self._given
        stored = [self._opened(row) for row in _rows()]
        signers = [Signer(private_key) for private_key in stored if private_key]
        if signers:
            return signers[0]
        if None in stored:
            raise KeyLost(
                "No key of ENCRYPTION_KEYS opens the stored signing key; set"
                " AUDIT_SIGNING_KEY to sign with another one."
            )
        made = Signer.new()
        self._store(made.public_key, made.private_key, now)
        return made

    def known(self) -> frozenset[str]:
        """Return the public keys that this installation signs and has signed with."""
        given = {self._given.public_key} if self._given else set()
        return frozenset({row.public_key for row in self._readable()} | given)

    def remember(self, public_key: str, *, now: datetime) -> None:
        """
        Store that this installation signs with this key; of a stored key it is known.

        It is known then also when another one is given. For a key that was lost, somebody
        can vouch in this way for the heads that it has signed (docs/runbook.md).
        """
        if public_key not in {each.public_key for each in self._readable()}:
            self._store(public_key, "", now)

    def encrypt_anew(self) -> None:
        """
        Encrypt the stored keys with the newest of ENCRYPTION_KEYS; older ones may go then.

        Those of archives, too.
        """
        for row in self._readable():
            purpose, opened = (_PURPOSE, row.public_key), self._opened(row) or ""
            row.encrypted_key = self._encryptor.encrypt_for(purpose, opened)
            row.save(update_fields=["encrypted_key"])
        encrypt_keys_anew(self._encryptor)

    def _store(self, public_key: str, private_key: str, now: datetime) -> None:
        sealed = self._encryptor.encrypt_for((_PURPOSE, public_key), private_key)
        SigningKey.objects.update_or_create(
            public_key=public_key,
            defaults={"encrypted_key": sealed, "created_at": now},
        )

    def _readable(self) -> list[SigningKey]:
        return [row for row in _rows() if self._opened(row) is not None]

    def _opened(self, row: SigningKey) -> str | None:
        """Return the private key, empty if only its use was stored; None if none opens it."""
        if not isinstance(row.encrypted_key, str):  # SQLite holds anything
            return None
        try:
            return self._encryptor.decrypt_for(
                (_PURPOSE, row.public_key), row.encrypted_key
            )
        except (DecryptionFailed, EncryptedForAnotherUse):
            return None


def _rows() -> "QuerySet[SigningKey]":
    """Return the rows without their times, which nobody needs and SQLite may garble."""
    return SigningKey.objects.defer("created_at").order_by("pk")
