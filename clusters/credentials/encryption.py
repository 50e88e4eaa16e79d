"""Encrypt and decrypt secrets with Fernet; the keys are passed in."""

import json
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class DecryptionFailed(Exception):
    """The ciphertext was not made with any of these keys, or was changed."""


class EncryptedForAnotherUse(Exception):
    """The ciphertext can be decrypted, but was made for another purpose, or for none."""


class Encryptor:
    """
    Encrypts with the first of the keys, decrypts with any of them.

    Keys are Fernet keys: 32 bytes in URL-safe base64
    (https://cryptography.io/en/latest/fernet/), the newest one first.

    :raises ValueError: if there is no key, or one is not a Fernet key
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("at least one encryption key is needed")
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    @staticmethod
    def new_key() -> str:
        """Return a key that was made just now."""
        return Fernet.generate_key().decode()

    def encrypt(self, text: str) -> str:
        """Return the ciphertext of this text."""
        return self.encrypt_bytes(text.encode()).decode()

    def decrypt(self, ciphertext: str) -> str:
        """
        Return the text of this ciphertext.

        :raises DecryptionFailed: if none of the keys decrypts it
        """
        return self.decrypt_bytes(ciphertext.encode()).decode()

    def encrypt_bytes(self, content: bytes) -> bytes:
        """Return the ciphertext of these bytes, in URL-safe base64."""
        return self._fernet.encrypt(content)

    def decrypt_bytes(self, ciphertext: bytes) -> bytes:
        """
        Return the bytes of this ciphertext.

        :raises DecryptionFailed: if none of the keys decrypts it
        """
        try:
            return self._fernet.decrypt(ciphertext)
        except InvalidToken as error:
            raise DecryptionFailed("no key opens this") from error

    def encrypt_for(self, purpose: Sequence[str], secret: str) -> str:
        """
        Return the ciphertext of a secret together with its purpose.

        `decrypt_for` returns the secret for exactly this purpose, so a ciphertext that is
        copied to another row, or whose row gets other addresses, is of no use there.
        """
        return self.encrypt(json.dumps({"for": [*purpose], "secret": secret}))

    def decrypt_for(self, purpose: Sequence[str], ciphertext: str) -> str:
        """
        Return the secret that was encrypted for exactly this purpose.

        :raises DecryptionFailed: if none of the keys decrypts it
        :raises EncryptedForAnotherUse: if it was encrypted for another purpose or for none
        """
        try:
            kept = json.loads(self.decrypt(ciphertext))
        except ValueError:
            # No JSON: earlier versions encrypted passwords without a purpose.
            raise EncryptedForAnotherUse from None
        if not isinstance(kept, dict) or kept.get("for") != [*purpose]:
            raise EncryptedForAnotherUse
        return str(kept["secret"])

    def __repr__(self) -> str:
        return "<Encryptor>"
