"""Django's createsuperuser, which also writes an event."""

from functools import partial
from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.contrib.auth.models import User, UserManager
from django.utils import timezone

from clusters.operations.accounts.people import create_person


class _RecordingManager(UserManager[User]):
    def create_superuser(self, *args: Any, **fields: Any) -> User:
        """Create the person as Django does, and the event in the same transaction."""
        make = partial(super().create_superuser, *args, **fields)
        return create_person(make, now=timezone.now(), via="createsuperuser")


class _RecordedUser:
    """Stands in for the user model; its manager also writes the event."""

    def __init__(self) -> None:
        self._default_manager = _RecordingManager()
        self._default_manager.model = User

    def __getattr__(self, name: str) -> Any:
        return getattr(User, name)

    def __call__(self, **fields: Any) -> User:
        return User(**fields)


class Command(createsuperuser.Command):
    """
    Replaces Django's command: `clusters` is before its app in INSTALLED_APPS.

    Django prompts and creates in one method. A transaction must not wait for a person's
    input, so the event is written by the manager that creates the row.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.UserModel: Any = _RecordedUser()
