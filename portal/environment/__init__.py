"""Typed values out of the environment; a wrong one stops the start with one line."""

from portal.environment.origins import Origins
from portal.environment.services import BROKERS, Services
from portal.environment.sources import stop
from portal.environment.values import fernet_key_of

__all__ = ["BROKERS", "Environment", "fernet_key_of", "stop"]


class Environment(Origins, Services):
    """
    The variables of the operating system and, behind them, those of a `.env` file.

    Every method stops the start when the value is wrong, or missing and without a
    default. How a value is found: `sources.py`.
    """
