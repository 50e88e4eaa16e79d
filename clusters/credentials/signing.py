"""Sign bytes with Ed25519 (RFC 8032), and verify signatures."""

import base64
import binascii
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

KEY_BYTES: Final = 32


class Signer:
    """
    A private key; all texts of it and of its signatures are base64.

    :raises ValueError: if the text is not 32 bytes in base64
    """

    def __init__(self, private_key: str) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(_bytes_of(private_key))

    @classmethod
    def new(cls) -> Self:
        """Return one with a key that was made just now."""
        key = Ed25519PrivateKey.generate()
        return cls(base64.b64encode(key.private_bytes_raw()).decode())

    @property
    def private_key(self) -> str:
        """The key itself: a secret."""
        return base64.b64encode(self._key.private_bytes_raw()).decode()

    @property
    def public_key(self) -> str:
        """What verifies the signatures; 44 characters."""
        return base64.b64encode(self._key.public_key().public_bytes_raw()).decode()

    def sign(self, content: bytes) -> str:
        """Return the signature of these bytes; 88 characters."""
        return base64.b64encode(self._key.sign(content)).decode()

    def __repr__(self) -> str:
        return "<Signer>"


def is_signature(signature: str, content: bytes, *, public_key: str) -> bool:
    """Whether this is the signature of these bytes by the owner of this key."""
    try:
        key = Ed25519PublicKey.from_public_bytes(_bytes_of(public_key))
        key.verify(base64.b64decode(signature, validate=True), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def _bytes_of(key: str) -> bytes:
    try:
        found = base64.b64decode(key, validate=True)
    except binascii.Error:
        found = b""
    if len(found) != KEY_BYTES:
        raise ValueError("not 32 bytes in base64")
    return found
