"""Signing in with a name that nobody can have is as wrong as with any other wrong one."""

from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import AuthenticationForm


class _AnyText(AuthenticationForm):
    """Hands over what Django's fields refuse in words of their own: a NUL."""

    def clean(self) -> dict[str, Any]:
        """
        Check name and password; the backend knows which names cannot be.

        :raises ValidationError: the same for every wrong name and every wrong password
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
    """For /login/."""


class AdminSignInForm(_AnyText, AdminAuthenticationForm):
    """For /admin/login/."""
