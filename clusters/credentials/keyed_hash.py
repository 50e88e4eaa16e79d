"""A keyed hash: without SECRET_KEY nobody can compute it, or test guesses against it."""

from django.utils.crypto import salted_hmac


def keyed_hash(purpose: str, text: str) -> str:
    """
    Return the HMAC-SHA256 as 64 hexadecimal digits, equal for equal texts of one purpose.

    The key is SECRET_KEY with the purpose (`django.utils.crypto.salted_hmac`). Accepts
    any string, lone surrogates included.
    """
    raw = text.encode("utf-8", "backslashreplace")
    return salted_hmac(purpose, raw, algorithm="sha256").hexdigest()
