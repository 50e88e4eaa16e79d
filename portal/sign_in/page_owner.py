"""
Who was signed in when a page was made, found by the page's CSRF token.

Each sign-in rotates the token (Django, `login`). A signed cookie maps the last tokens to
persons, so the author of a form is known after the session ended. It grants no access.
Other sites know none of these tokens, so a form that carries one is the portal's.
"""

import secrets
from dataclasses import dataclass
from typing import Final

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.middleware import csrf

from clusters.credentials.keyed_hash import keyed_hash
from clusters.operations.accounts.kept_forms import FormOwner
from clusters.views.error_pages.typed import posted_token
from portal.sign_in.signed_cookies import SignedCookie

COOKIE: Final = "page_owner"
MOST: Final = 8
"""Sign-ins remembered for one browser, the latest ones."""

_SALT: Final = "portal.sign_in.page_owner"
_COOKIE: Final = SignedCookie(name=COOKIE, salt=_SALT, days=30, samesite="Lax")


@dataclass(frozen=True)
class _Known:
    """
    Random id of the browser; (person's key, hash of the token) of its last sign-ins.
    """

    browser_id: str
    sign_ins: tuple[tuple[int, str], ...] = ()


def page_owner(request: HttpRequest) -> FormOwner | None:
    """Return the person for whom the sending page was made; None if unknown."""
    known, secret = _known(request), _secret(token_of(request))
    if not secret:
        return None
    for person_id, token_hash in known.sign_ins:
        if secrets.compare_digest(token_hash, _hash(secret)):
            return FormOwner(person_id, known.browser_id)
    return None


def this_browser(request: HttpRequest, person: User) -> FormOwner:
    """Return the key under which forms of this person in this browser are stored."""
    return FormOwner(person.pk, _known(request).browser_id)


def is_stale(request: HttpRequest) -> bool:
    """Whether the page has the token of an earlier sign-in."""
    secret = _secret(token_of(request))
    return bool(secret) and secret != _secret(request.META.get("CSRF_COOKIE", ""))


def remember_owner(request: HttpRequest, response: HttpResponse, person: User) -> None:
    """Add the new token of a person who has just signed in to the cookie."""
    known = _known(request)
    mine = person.pk, _hash(_secret(request.META.get("CSRF_COOKIE", "")))
    sign_ins = [mine, *(each for each in known.sign_ins if each != mine)][:MOST]
    _COOKIE.write(response, [known.browser_id, sign_ins])


def token_of(request: HttpRequest) -> str:
    """Return the CSRF token of the request: the header (htmx) or the form field."""
    return request.headers.get("X-CSRFToken") or posted_token(request)


def _known(request: HttpRequest) -> _Known:
    found = _COOKIE.read(request)
    if found is None:
        return _Known(secrets.token_urlsafe(16))
    browser_id, sign_ins = found
    return _Known(browser_id, tuple((person, made) for person, made in sign_ins))


def _secret(token: str) -> str:
    """
    Return the CSRF secret behind a masked token; empty if it is not a token.

    Django masks the secret differently in each response (`django.middleware.csrf`).
    """
    if csrf.invalid_token_chars_re.search(token):
        return ""
    if len(token) == csrf.CSRF_TOKEN_LENGTH:
        return str(csrf._unmask_cipher_token(token))  # type: ignore[attr-defined]
    return token if len(token) == csrf.CSRF_SECRET_LENGTH else ""


def _hash(secret: str) -> str:
    return keyed_hash(_SALT, secret)[:32]
