"""The form with which people change their own password."""

from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables


class ChangePasswordForm(PasswordChangeForm):
    """Verifies the old password like a sign-in, under the same limit of attempts."""

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._request = request

    @sensitive_variables("old_password")
    def clean_old_password(self) -> str:
        """
        Verify the old password; failures count towards the limits of sign-ins.

        This stops unlimited guessing in a session that somebody left open.

        :raises ValidationError: if the password is wrong or the limit is reached
        """
        old_password: str = self.cleaned_data["old_password"]
        name = self.user.get_username()
        if authenticate(self._request, username=name, password=old_password) is None:
            raise ValidationError(
                self.error_messages["password_incorrect"], code="password_incorrect"
            )
        return old_password
