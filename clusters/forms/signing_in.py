"""Signing in with a name that nobody can have is as wrong as any other wrong name."""

from typing import Any, Final

from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import AuthenticationForm

LONGEST_NAME: Final = 150
"""Of Django's users; longer ones do not fit into the columns that count refusals."""

LONGEST_PASSWORD: Final = 4_096


class _AnyText(AuthenticationForm):
    """Looks at what was typed before anybody asks a database for it."""

    def clean(self) -> dict[str, Any]:
        """
        Check name and password.

        :raises ValidationError: the same for every wrong name and every wrong password
        """
        name, password = (self._typed(field) for field in ("username", "password"))
        is_short = len(name) <= LONGEST_NAME and len(password) <= LONGEST_PASSWORD
        if not (is_short and _is_storable(name + password)):
            self.errors.clear()
            raise self.get_invalid_login_error()
        return super().clean()

    def _typed(self, field: str) -> str:
        return str(self.data.get(self.add_prefix(field)) or "")


class SignInForm(_AnyText):
    """For /login/."""


class AdminSignInForm(_AnyText, AdminAuthenticationForm):
    """For /admin/login/."""


def _is_storable(text: str) -> bool:
    """Whether PostgreSQL takes it: no NUL, and no half of a character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text
