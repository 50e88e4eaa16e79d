"""Make the password of a cluster's administrator."""

import secrets
from typing import Final

LENGTH: Final = 24
"""Characters of a generated password; the cloud takes 8 to 32."""

CLASSES: Final = (
    "ABCDEFGHJKLMNPQRSTUVWXYZ",
    "abcdefghijkmnopqrstuvwxyz",
    "23456789",
    "@#%*=?-_",
)
"""
Upper case, lower case, digits and special characters that both create calls take.

Without what looks alike in many fonts: capital I and O, small L, zero and one.
"""


def generated_password() -> str:
    """Return a new password from the system's random source, with a character of each class."""
    while True:
        password = "".join(secrets.choice("".join(CLASSES)) for _ in range(LENGTH))
        # Drawn anew, so that all passwords with each class are equally likely.
        if all(set(password) & set(each) for each in CLASSES):
            return password
