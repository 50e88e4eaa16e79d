"""Hashes that nobody can compute, or guess a text by, without SECRET_KEY."""

from django.utils.crypto import salted_hmac


def keyed_hash(purpose: str, text: str) -> str:
    """
    Return 64 hexadecimal digits, equal for equal texts of one purpose.

    Takes any string, halves of surrogate pairs included.
    """
    raw = text.encode("utf-8", "backslashreplace")
    return salted_hmac(purpose, raw, algorithm="sha256").hexdigest()
