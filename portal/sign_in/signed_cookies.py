"""Cookies that the portal signs: whoever has one can read it, and nobody can make one."""

from dataclasses import dataclass
from typing import Any, Final, Literal

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

_DAY: Final = 24 * 3600


@dataclass(frozen=True, kw_only=True)
class SignedCookie:
    """One of them; the salt keeps one from being taken for another."""

    name: str
    salt: str
    days: int
    samesite: Literal["Lax", "Strict"]

    def read(self, request: HttpRequest) -> Any:
        """Return what was written; None without it, or where it is too old or not ours."""
        signed = request.COOKIES.get(self.name, "")
        try:
            return signing.loads(signed, salt=self.salt, max_age=self.days * _DAY)
        except signing.BadSignature:
            return None

    def write(self, response: HttpResponse, value: Any) -> None:
        """Set it to what JSON can hold."""
        response.set_cookie(
            self.name,
            signing.dumps(value, salt=self.salt),
            max_age=self.days * _DAY,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite=self.samesite,
        )
