"""Bodies that are broken, too large, or of another kind than they say."""

import random
from typing import Final

_HEAD: Final = b'--b\r\nContent-Disposition: form-data; name="'
_LARGE: Final = 3 * 1024 * 1024
"""Above what Django takes, 2.5 MiB."""


def multipart(rng: random.Random, name: str, value: str) -> bytes:
    """Return a body of parts between `--b`, mostly broken somewhere."""
    field = _HEAD + name.encode("utf-8", "replace")
    typed = value.encode("utf-8", "replace")
    return rng.choice(
        (
            field + b'"\r\n\r\n' + typed + b"\r\n--b--\r\n",
            field + b'"\r\n\r\n' + typed,
            field + b'"; filename="' + typed[:300] + b'"\r\n\r\nx\r\n--b--\r\n',
            field
            + b'"; filename="x"\r\nContent-Type: a/b\r\n\r\n'
            + typed
            + b"\r\n--b--\r\n",
            field + b'"\r\nContent-Transfer-Encoding: base64\r\n\r\n====\r\n--b--\r\n',
            field
            + b'"; filename="x"\r\nContent-Transfer-Encoding: base64\r\n\r\n=\xff\r\n--b--',
            field
            + b'"\r\nContent-Type: text/plain; charset=undefined\r\n\r\nx\r\n--b--',
            (field + b'"; filename="f"\r\n\r\nx\r\n') * 120 + b"--b--\r\n",
            (field + b'"\r\n\r\nx\r\n') * 1_100 + b"--b--\r\n",
            b"--b\r\nContent-Disposition: form-data; name*=utf-16''x\r\n\r\nx\r\n--b--",
            b"--b\r\nContent-Disposition: form-data; name*=nowhere''x\r\n\r\nx\r\n--b--",
            b"--b\r\nContent-Disposition: form-data; filename*=x\r\n\r\nx\r\n--b--",
            b"--b\r\n" + b"X: y\r\n" * 500 + b"\r\nx\r\n--b--",
            b"--b\r\nContent-Disposition:\r\n\r\n--b--",
            b"--b\r\n--b\r\n--b--\r\n",
            b"--b",
            b"\xff\xfe\x00",
        )
    )


def any_body(rng: random.Random) -> bytes:
    """Return something that no form sends; now and then more than any page takes."""
    chosen = rng.random()
    if chosen < 0.06:
        return b"a=" + b"x" * _LARGE
    if chosen < 0.08:
        return multipart(random.Random(0), "comment", "x" * _LARGE)  # noqa: S311 - no secret
    if chosen < 0.14:
        return b"&".join([b"a=b"] * 1_200)
    return rng.choice(
        (b"", b"\x00", b"\xff\xfe", b"{}", b"[" * 5_000, b"=", b"&" * 999, b"%", b"a=%FF",
         b"--b\r\n", b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
         rng.randbytes(300), b"comment=" + rng.randbytes(50))
    )  # fmt: skip
