"""Read the head that somebody kept outside of the portal."""

from collections.abc import Collection
from pathlib import Path
from typing import Final

from clusters.domain.signed_head import BadHead, read_line
from clusters.operations.audit.head_checks import HeadCheck, require_ours

_LONGEST: Final = 1_000_000
"""Bytes at the end of the file that are read; a line of a head has fewer than 600."""


def head_in(file: Path, known_keys: Collection[str]) -> HeadCheck:
    """
    Return the check against the last line of this file.

    :raises BadHead: if there is none that this installation has signed
    """
    try:
        signed = read_line(_last_line(file))
        require_ours(signed, known_keys)
    except BadHead as bad:
        raise BadHead(f"The head in {file} {bad}.") from None
    return HeadCheck(signed.head, f"The head in {file}")


def _last_line(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            opened.seek(max(0, opened.seek(0, 2) - _LONGEST))
            lines = opened.read().split(b"\n")
        return next((line for line in reversed(lines) if line.strip()), b"").decode()
    except OSError as error:
        raise BadHead(f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadHead("is no text") from None
