"""Encrypt and open secrets; the keys are passed in."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class SealBroken(Exception):
    """The sealed text was not made by any of these keys, or was changed."""


class Sealer:
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
            raise SealBroken("no key opens this") from error

    def __repr__(self) -> str:
        return "<Sealer>"
