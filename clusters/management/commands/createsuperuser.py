"""Django's createsuperuser, which also writes the event."""

from functools import partial
from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.contrib.auth.models import User, UserManager
from django.utils import timezone

from clusters.operations.accounts.people import create_person


class _RecordingManager(UserManager[User]):
    def create_superuser(self, *args: Any, **fields: Any) -> User:
        """Create as Django does, in one transaction with the event."""
        make = partial(super().create_superuser, *args, **fields)
        return create_person(make, now=timezone.now(), via="createsuperuser")


class _RecordedUser:
    """The user model, save that whoever creates a superuser by it writes the event."""

    def __init__(self) -> None:
        self._default_manager = _RecordingManager()
        self._default_manager.model = User

    def __getattr__(self, name: str) -> Any:
        return getattr(User, name)

    def __call__(self, **fields: Any) -> User:
        return User(**fields)


class Command(createsuperuser.Command):
    """
    `clusters` stands before `django.contrib.auth`, so this one is found by the name.

    Django's asks questions and creates in one method; the transaction must not wait for a
    person, so the event comes in where the row is made.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.UserModel: Any = _RecordedUser()
