"""
Signed cookie of browsers that signed in before, so that attackers cannot lock them out.

It grants no access. A browser with the cookie has its own limit of failed sign-ins for
one account, until that account's password changes; a stolen cookie allows as few tries
as one address does.
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
"""Accounts remembered for one browser, the latest ones."""

_SALT: Final = "portal.sign_in.known_browser"
_COOKIE: Final = SignedCookie(name=COOKIE, salt=_SALT, days=365, samesite="Strict")


@dataclass(frozen=True)
class _Entry:
    """
    One account: primary key, random id of this browser, keyed hash of the password
    hash.
    """

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
    Return this browser's id for the account of that name; empty if there is none.

    The query depends on the cookie only, so its time does not reveal whether a name exists.
    """
    entries = {each.person_id: each for each in _entries(request)}
    if not entries:
        return ""
    for person in User.objects.filter(pk__in=entries):
        if person.get_username() == name and entries[person.pk].fits(person):
            return entries[person.pk].browser_id
    return ""


def remember(request: HttpRequest, response: HttpResponse, person: User) -> None:
    """Set the cookie after a sign-in; after a change of password with a new id."""
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
    """Return a value that changes with the password and does not reveal it."""
    return keyed_hash(_SALT, person.password)[:32]
