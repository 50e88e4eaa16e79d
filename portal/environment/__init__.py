"""Typed values from environment variables; an invalid one stops the start."""

from portal.environment.origins import Origins
from portal.environment.services import BROKERS, Services
from portal.environment.sources import stop
from portal.environment.values import fernet_key_of

__all__ = ["BROKERS", "Environment", "fernet_key_of", "stop"]


class Environment(Origins, Services):
    """
    Variables of the process's environment, then those of a `.env` file.

    Each method returns one variable's value. `sources.py` says where values are found.

    :raises SystemExit: from every method, with one line, if the value is invalid, or is
        missing and has no default
    """
