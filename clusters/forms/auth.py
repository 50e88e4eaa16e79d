"""Sign-in forms that treat an impossible user name like any other wrong one."""

from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import AuthenticationForm


class _AnyText(AuthenticationForm):
    """Passes NUL characters to the backend; Django's fields would reject them first."""

    def clean(self) -> dict[str, Any]:
        """
        Check name and password; the backend rejects impossible names.

        :raises ValidationError: with one message for all wrong names and passwords
        """
        typed = {
            field: str(self.data.get(self.add_prefix(field)) or "")
            for field in ("username", "password")
        }
        if any("\x00" in text for text in typed.values()):
            self.errors.clear()
            self.cleaned_data |= typed
        return super().clean()


class SignInForm(_AnyText):
    """The form of /login/."""


class AdminSignInForm(_AnyText, AdminAuthenticationForm):
    """The form of /admin/login/."""
