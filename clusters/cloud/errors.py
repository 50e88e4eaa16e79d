"""
The errors of calls to the cloud: the class tells the caller what to do next.

* CloudError                base class, with the cloud's code and message
  + CloudRefused            the cloud refused the call: do not repeat it
    - SignInRefused         IAM refused the login: never repeat it automatically
    - TokenRefused          the token is not accepted: drop it and sign in once
    - ClusterGone           no such cluster, or no permission to see it
  + CloudUnavailable        no usable response: a read may be repeated later
    - Throttled             too many calls: wait `retry_after` seconds
    - AnswerUnreadable      the response does not have the documented shape
  + HostRefused             the address is not allowed: nothing was sent
  + SignInPaused            an earlier login was refused: no login until resumed

`CloudHttp.post` raises CloudUnavailable also where the server may have executed the
call; a create therefore reports an `Outcome` (`clusters.cloud.types`) and no error.
"""

from typing import Any


class CloudError(Exception):
    """
    A call to the cloud that returned no usable response.

    :ivar message: the cloud's own message, or a sentence of the client
    :ivar code: the cloud's error code, such as CSS.1112; may be empty
    :ivar status: the HTTP status, 0 if there was no response
    :ivar request_id: the cloud's id of the call, for its support; may be empty
    :ivar raw: up to 4,096 bytes of a body that could not be read
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
        """
        Whether the error is about the requested resource only.

        False where it concerns every call of the cloud project: sign-in, token,
        throttling, a server fault or no response.
        """
        is_for_all = isinstance(self, SignInRefused | TokenRefused | Throttled)
        return 200 <= self.status < 500 and not is_for_all

    def __str__(self) -> str:
        code = "" if self.code == str(self.status) else self.code
        status = f"HTTP {self.status}" if self.status else ""
        head = " ".join(filter(None, [code, status]))
        return f"{head}: {self.message}" if head else self.message


class CloudRefused(CloudError):
    """The cloud understood the call and refused it; repeating it does not help."""


class SignInRefused(CloudRefused):
    """
    IAM refused the login.

    Never repeated automatically: IAM locks a user after some wrong passwords.
    """


class TokenRefused(CloudRefused):
    """The token is expired, truncated, revoked or of another region."""


class ClusterGone(CloudRefused):
    """
    The cloud does not show the cluster.

    :ivar is_proven: True if it does not exist; False if the response would be the same
        for a cluster that the user has no permission to see
    """

    def __init__(
        self, message: str = "", *, is_proven: bool = False, **details: Any
    ) -> None:
        super().__init__(message, **details)
        self.is_proven = is_proven


class CloudUnavailable(CloudError):
    """No usable response, or a fault of the cloud; a read may be repeated later."""


class Throttled(CloudUnavailable):
    """
    Too many calls (HTTP 429).

    :ivar retry_after: seconds to wait, from the header Retry-After; None without it
    """

    def __init__(
        self, message: str = "", *, retry_after: float | None = None, **details: Any
    ) -> None:
        super().__init__(message, **details)
        self.retry_after = retry_after


class AnswerUnreadable(CloudUnavailable):
    """A response came that does not have the documented shape."""


class SignInPaused(CloudError):
    """No login is made, because IAM refused an earlier one and nobody has resumed."""


class HostRefused(CloudError):
    """The portal may not connect to this address (`clusters.cloud.hosts`)."""

    SENTENCE = (
        "An address of this cloud project is not allowed: use https and a public host, or"
        " have whoever deploys the portal add the host to ALLOWED_CLOUD_HOSTS."
    )

    def __init__(self) -> None:
        super().__init__(self.SENTENCE)
