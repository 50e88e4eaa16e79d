"""What only commands need of the environment, read when they need it."""

from collections.abc import Mapping

from django.conf import settings


def variable(name: str, default: str = "") -> str:
    """
    Return what the environment, `.env` or the file in NAME_FILE says.

    For passwords above all: none of them lies in the settings.
    """
    return str(settings.VARIABLE(name)) or default


def for_own_process(values: Mapping[str, str]) -> dict[str, str]:
    """Return these for a process that we start: no NAME_FILE of the shell goes first."""
    return {f"{name}_FILE": "" for name in values} | dict(values)


def simulator_password() -> str:
    """Return the password of the simulator's account; the default opens nothing else."""
    return variable("SIMULATOR_PASSWORD", "simulator-Passw0rd")
