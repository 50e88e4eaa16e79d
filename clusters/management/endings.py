"""How a command ends that somebody stops, or whose database does not answer."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import Error

_STOPPED = 130
"""What a shell says of a command that Ctrl-C has ended."""


@contextmanager
def in_one_sentence(*, failed: str, stopped: str) -> Iterator[None]:
    """
    End with one sentence, and the traceback only for those who ask by `--traceback`.

    :param failed: what the database has prevented; its own words come after it
    :param stopped: what is left after Ctrl-C
    """
    try:
        yield
    except Error as error:
        raise CommandError(f"{failed}: {error}") from error
    except KeyboardInterrupt:
        raise CommandError(stopped, returncode=_STOPPED) from None
