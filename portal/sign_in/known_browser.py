"""
A signed cookie says for whom this browser signed in before, so that nobody locks them out.

It lets nobody in. It opens a count of failed sign-ins of its own, for one account, until
that account's password changes; a stolen one gives as few tries as an address has.
"""

import secrets
from dataclasses import astuple, dataclass
from typing import Final, Self

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from clusters.credentials.keyed_hash import keyed_hash
from portal.sign_in.signed_cookies import SignedCookie

COOKIE: Final = "known_browser"
MOST: Final = 5
"""So many accounts are kept for one browser, the latest ones."""

_SALT: Final = "portal.sign_in.known_browser"
_COOKIE: Final = SignedCookie(name=COOKIE, salt=_SALT, days=365, samesite="Strict")


@dataclass(frozen=True)
class _Entry:
    """One account: its key, an id of this browser for it, a hash of its password."""

    person_id: int
    browser_id: str
    password_hash: str

    @classmethod
    def for_person(cls, person: User, browser_id: str) -> Self:
        return cls(person.pk, browser_id, _password_hash(person))

    def fits(self, person: User) -> bool:
        same = person.pk == self.person_id
        return same and constant_time_compare(
            self.password_hash, _password_hash(person)
        )


def known_browser(request: HttpRequest | None, name: str) -> str:
    """
    Return this browser's id for the account of that name; empty where it has none.

    What it asks of the database depends on the cookie alone, and not on the name.
    """
    entries = {each.person_id: each for each in _entries(request)}
    if not entries:
        return ""
    for person in User.objects.filter(pk__in=entries):
        if person.get_username() == name and entries[person.pk].fits(person):
            return entries[person.pk].browser_id
    return ""


def remember(request: HttpRequest, response: HttpResponse, person: User) -> None:
    """Set the cookie for who has just signed in; with a changed password, a new id."""
    entries = _entries(request)
    mine = next((each for each in entries if each.fits(person)), None)
    browser_id = mine.browser_id if mine else secrets.token_urlsafe(16)
    others = [each for each in entries if each.person_id != person.pk]
    kept = [_Entry.for_person(person, browser_id), *others][:MOST]
    _COOKIE.write(response, [astuple(each) for each in kept])


def _entries(request: HttpRequest | None) -> list[_Entry]:
    found = _COOKIE.read(request) if request else None
    return [_Entry(*each) for each in found or ()]


def _password_hash(person: User) -> str:
    """Return what changes with the password, and tells nothing about it."""
    return keyed_hash(_SALT, person.password)[:32]
