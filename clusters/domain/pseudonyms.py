"""The user name that stands in place of an erased one. Pure."""

import re
from typing import Final

_ERASED: Final = re.compile(r"erased-([0-9a-f]{4,32})", re.ASCII)


def user_name_of(pseudonym: str) -> str:
    """Return the user name of the person with this pseudonym, such as "erased-3f2a"."""
    return f"erased-{pseudonym}"


def pseudonym_in(user_name: str) -> str:
    """Return the pseudonym, such as "3f2a"; empty for the user name of anybody else."""
    found = _ERASED.fullmatch(user_name)
    return found[1] if found else ""
