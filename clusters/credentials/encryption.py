"""Encrypt and open secrets; the keys are passed in."""

import json
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class DecryptionFailed(Exception):
    """The sealed text was not made by any of these keys, or was changed."""


class EncryptedForAnotherUse(Exception):
    """The secret is whole, but it was entered for something else than it is to open."""


class Encryptor:
    """
    Fernet keys, newest first: the first encrypts, each of them opens.

    :raises ValueError: if there is no key, or one is not a Fernet key
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("at least one encryption key is needed")
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, text: str) -> str:
        """Return the ciphertext of this text."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """
        Return the text that was sealed.

        :raises SealBroken: if none of the keys opens it
        """
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise DecryptionFailed("no key opens this") from error

    def seal_for(self, purpose: Sequence[str], secret: str) -> str:
        """Return the ciphertext of a secret that `open_for` opens for this purpose only."""
        return self.seal(json.dumps({"for": [*purpose], "secret": secret}))

    def open_for(self, purpose: Sequence[str], sealed: str) -> str:
        """
        Return the secret that was sealed for exactly this purpose.

        :raises SealBroken: if none of the keys opens it
        :raises SealedForAnother: if it was sealed for another purpose, or for none
        """
        try:
            kept = json.loads(self.open(sealed))
        except ValueError:
            raise EncryptedForAnotherUse from None  # from a release that knew no purpose
        if not isinstance(kept, dict) or kept.get("for") != [*purpose]:
            raise EncryptedForAnotherUse
        return str(kept["secret"])

    def __repr__(self) -> str:
        return "<Sealer>"
