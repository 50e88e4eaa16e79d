"""
The error tree of the cloud: each kind tells the caller what to do next.

* CloudError                what went wrong, with the cloud's own words
  + CloudRefused            the cloud understood and said no: do not repeat
    - SignInRefused         IAM refused the login: never repeat by itself, it locks users
    - TokenRefused          the token is no good (any more): drop it, sign in once
    - ClusterGone           no such cluster, or no right to see it
  + CloudUnavailable        no usable answer and nothing was done: repeat later
    - Throttled             too many calls: wait ``retry_after`` seconds
    - AnswerUnreadable      an answer came that is not what the documents promise
  + HostRefused             the address is not one that may be connected to: nothing left
  + SignInPaused            no login is made: it was refused before and nobody resumed
"""

from typing import Any


class CloudError(Exception):
    """
    A call to the cloud that brought no usable answer.

    `code` and `message` are the cloud's own words; `status` is the HTTP status or 0;
    `request_id` is what its support asks for; `raw` is up to 4 kB of an unreadable body.
    """

    def __init__(
        self,
        message: str = "",
        *,
        code: str = "",
        status: int = 0,
        request_id: str = "",
        raw: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.status = status
        self.request_id = request_id
        self.raw = raw

    @property
    def is_resource_specific(self) -> bool:
        """Whether the cloud answers well, only not for what was asked after here."""
        is_for_all = isinstance(self, SignInRefused | TokenRefused | Throttled)
        return 200 <= self.status < 500 and not is_for_all

    def __str__(self) -> str:
        code = "" if self.code == str(self.status) else self.code
        status = f"HTTP {self.status}" if self.status else ""
        head = " ".join(filter(None, [code, status]))
        return f"{head}: {self.message}" if head else self.message


class CloudRefused(CloudError):
    """The cloud understood and said no."""


class SignInRefused(CloudRefused):
    """IAM refused the login; repeating it would lock the IAM user."""


class TokenRefused(CloudRefused):
    """The token is expired, cut or of another region."""


class ClusterGone(CloudRefused):
    """
    The cluster does not exist, or may not be seen.

    `is_proven` is whether it does not exist: not where the cloud says the same of what
    may not be seen.
    """

    def __init__(
        self, message: str = "", *, is_proven: bool = False, **words: Any
    ) -> None:
        super().__init__(message, **words)
        self.is_proven = is_proven


class CloudUnavailable(CloudError):
    """No usable answer came; nothing was done, so a read may be repeated later."""


class Throttled(CloudUnavailable):
    """Too many calls; `retry_after` is in seconds, None where the cloud did not say."""

    def __init__(
        self, message: str = "", *, retry_after: float | None = None, **words: Any
    ) -> None:
        super().__init__(message, **words)
        self.retry_after = retry_after


class AnswerUnreadable(CloudUnavailable):
    """An answer came, but not in a shape that the documents know."""


class SignInPaused(CloudError):
    """No login is made: an earlier one was refused and nobody has resumed."""


class HostRefused(CloudError):
    """The portal may not connect to this address; nothing was sent there."""

    SENTENCE = (
        "An address of this cloud project is not allowed: use https and a public host, or"
        " have whoever deploys the portal add the host to ALLOWED_CLOUD_HOSTS."
    )

    def __init__(self) -> None:
        super().__init__(self.SENTENCE)
