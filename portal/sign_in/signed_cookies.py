"""
Signed cookies: readable by their owner, but not forgeable (`django.core.signing`).
"""

from dataclasses import dataclass
from typing import Any, Final, Literal

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

_DAY: Final = 24 * 3600


@dataclass(frozen=True, kw_only=True)
class SignedCookie:
    """One cookie. `salt` keeps the value of one from being accepted as another's."""

    name: str
    salt: str
    days: int
    samesite: Literal["Lax", "Strict"]

    def read(self, request: HttpRequest) -> Any:
        """Return the value; None if it is missing, expired or badly signed."""
        signed = request.COOKIES.get(self.name, "")
        try:
            return signing.loads(signed, salt=self.salt, max_age=self.days * _DAY)
        except signing.BadSignature:
            return None

    def write(self, response: HttpResponse, value: Any) -> None:
        """Set the cookie; `value` must be serializable as JSON."""
        response.set_cookie(
            self.name,
            signing.dumps(value, salt=self.salt),
            max_age=self.days * _DAY,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite=self.samesite,
        )
