"""Environment variables that only management commands read, when they need them."""

from collections.abc import Mapping

from django.conf import settings


def variable(name: str, default: str = "") -> str:
    """
    Return the value from the environment, `.env` or the file that NAME_FILE names.

    Passwords are read this way, so that the settings hold none.
    """
    return str(settings.VARIABLE(name)) or default


def for_own_process(values: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a child process, where no NAME_FILE overrides a value."""
    return {f"{name}_FILE": "" for name in values} | dict(values)


def simulator_password() -> str:
    """Return the password of the simulator's account; the default is for demos only."""
    return variable("SIMULATOR_PASSWORD", "simulator-Passw0rd")
