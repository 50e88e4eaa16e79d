"""Django's changepassword, which also writes an event."""

import getpass
from typing import Any, Final

from django.contrib.auth.management.commands import changepassword
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils import timezone

from clusters.cloud.text_cleaning import tidy_value
from clusters.operations.accounts.people import keep_password

_TRIES: Final = 3


class Command(changepassword.Command):
    """Replaces Django's command: `clusters` is before its app in INSTALLED_APPS."""

    def handle(self, *args: Any, **options: Any) -> str:
        username = tidy_value(options["username"] or getpass.getuser())
        person = User.objects.filter(username=username).first()
        if person is None:
            raise CommandError(f"user '{username}' does not exist")
        self.stdout.write(f"Changing password for user '{person}'")
        person.set_password(self._asked(person))
        keep_password(person, by=None, now=timezone.now(), via="changepassword")
        return f"Password changed successfully for user '{person}'"

    def _typed(self, prompt: str) -> str:
        password = getpass.getpass(prompt)
        if not password:
            raise CommandError("aborted")
        return password

    def _asked(self, person: User) -> str:
        """
        Prompt for a valid password, twice the same.

        :raises CommandError: after three attempts, or if nothing is typed
        """
        for _ in range(_TRIES):
            password = self._typed("Password: ")
            if password != self._typed("Password (again): "):
                self.stdout.write("Passwords do not match. Please try again.")
                continue
            try:
                validate_password(password, person)
            except ValidationError as error:
                self.stderr.write("\n".join(error.messages))
                continue
            return password
        raise CommandError(
            f"Aborting password change for user '{person}' after {_TRIES} attempts"
        )
