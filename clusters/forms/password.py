"""A new password of one's own, for the old one."""

from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables


class ChangePasswordForm(PasswordChangeForm):
    """Proves the old password as a sign-in does, so the same limits count its tries."""

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._request = request

    @sensitive_variables("old_password")
    def clean_old_password(self) -> str:
        """Whoever found an open session must not guess on at it for ever."""
        old_password: str = self.cleaned_data["old_password"]
        name = self.user.get_username()
        if authenticate(self._request, username=name, password=old_password) is None:
            raise ValidationError(
                self.error_messages["password_incorrect"], code="password_incorrect"
            )
        return old_password
