"""Authentication backend: Django's password check behind the sign-in limits."""

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from asgiref.sync import sync_to_async
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from clusters.domain.sign_in_limits import Counted, counted_by
from clusters.operations.accounts.sign_in import (
    SignInLimited,
    TriesInFlight,
    Try,
    begin_try,
    pass_try,
    refuse_try,
)
from portal.middleware.client_ip import client_address
from portal.sign_in import sign_in_log
from portal.sign_in.known_browser import known_browser
from portal.sign_in.sign_in_log import Caller

VERIFIED: Final = "password_was_right_for"
"""Name of the request's attribute with (person, caller) after a correct password."""

_LONGEST_NAME: Final = 150
"""Length of Django's column `User.username`."""

_WAIT_TRIES: Final = 50
_WAIT_SECONDS: Final = 0.1


class LimitedBackend(ModelBackend):
    """
    Used wherever a password is checked: sign-in, admin sign-in, change of password.
    """

    @sensitive_variables("password")
    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """
        Return the person with this name and password; None if one is not given.

        :raises PermissionDenied: if they are wrong; Django then tries no other backend
        :raises SignInLimited: after too many failures, before the password is hashed
        """
        if username is None or password is None:
            return None
        caller = _caller(request, username)
        begun = _begin(caller, browser=known_browser(request, caller.name))
        person = self._check(request, caller, password)
        if person is None:
            _count_as_failed(caller, begun)
            raise PermissionDenied
        pass_try(begun, now=timezone.now())
        if request is not None:
            setattr(request, VERIFIED, (person, caller))
        return person

    @sensitive_variables("password")
    async def aauthenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """Do the same in a thread; the inherited method would bypass the limits."""
        return await sync_to_async(self.authenticate)(request, username, password)

    @sensitive_variables("password")
    def _check(
        self, request: HttpRequest | None, caller: Caller, password: str
    ) -> User | None:
        # Hash for impossible names, too, so that the time is the same; do not query.
        if not _can_be_a_name(caller.name):
            User().set_password(password)
            return None
        return super().authenticate(request, username=caller.name, password=password)


def _caller(request: HttpRequest | None, typed: str) -> Caller:
    """
    Return who tries to sign in; the same single query for known and unknown names.
    """
    name = User.normalize_username(typed)
    is_account = _can_be_a_name(name) and User.objects.filter(username=name).exists()
    return Caller(
        name=name,
        account=name if is_account else "",
        address=client_address(request) if request else "",
        page=request.path_info if request else "",
    )


def _can_be_a_name(name: str) -> bool:
    """Whether the database can store it: short enough, no NUL, no lone surrogates."""
    is_text = name.encode("utf-8", "ignore").decode() == name
    return len(name) <= _LONGEST_NAME and is_text and "\0" not in name


def _begin(caller: Caller, *, browser: str) -> Try:
    counted = counted_by(
        name=caller.name,
        account=caller.account,
        address=caller.address,
        browser=browser,
    )
    try:
        return _begin_when_free(counted)
    except SignInLimited:
        sign_in_log.limited(caller)
        raise


def _begin_when_free(counted: Sequence[Counted]) -> Try:
    """
    Wait up to 5 s for tries in flight, so that simultaneous correct ones all succeed.

    :raises SignInLimited: if the limit is reached, or the wait was in vain
    """
    for _run_once in range(_WAIT_TRIES):
        try:
            return begin_try(counted, now=timezone.now())
        except TriesInFlight:
            time.sleep(_WAIT_SECONDS)
    raise SignInLimited(timezone.now() + timedelta(seconds=1))


def _count_as_failed(caller: Caller, begun: Try) -> None:
    closed = refuse_try(begun, now=timezone.now())
    sign_in_log.refused(caller, why="password")
    for count in closed:
        sign_in_log.limit_closed(count)
