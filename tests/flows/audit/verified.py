"""What verify_audit says, for tests."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command


def verified(*arguments: str) -> str:
    """Return what the command prints of a history that is well."""
    out = StringIO()
    call_command("verify_audit", *arguments, stdout=out)
    return out.getvalue()


def finding(*arguments: str) -> str:
    """Return what the command says of a history that is not well."""
    with pytest.raises(CommandError) as error:
        verified(*arguments)
    return str(error.value)


def said(*arguments: str) -> str:
    """Return what the command prints, or the sentence with which it ends."""
    try:
        return verified(*arguments)
    except CommandError as error:
        return str(error)
