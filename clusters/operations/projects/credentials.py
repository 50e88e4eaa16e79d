"""What a password was entered for, and which addresses may be given to it."""

from collections.abc import Mapping
from typing import Final, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from clusters.cloud.hosts import AllowedHosts
from clusters.operations.core.project_columns import ADDRESS_FIELDS, SECRET_IS_FOR

ADDRESS_REFUSED: Final = gettext_noop(
    "An address of this cloud project is not allowed: use https and a public host, or"
    " have whoever deploys the portal add the host to ALLOWED_CLOUD_HOSTS."
)
"""What `HostRefused` says, where translators find it; the client knows no Django."""


OTHER_USE: Final = gettext_noop(
    "The stored password was entered for other addresses or another user. Type it again."
)
"""Why the stored password is not used, to whoever connects and as the reason of a pause."""


class HasCredentials(Protocol):
    """A cloud project, or what it is to become."""

    @property
    def iam_url(self) -> str: ...

    @property
    def css_url(self) -> str: ...

    @property
    def vpc_url(self) -> str: ...

    @property
    def domain_name(self) -> str: ...

    @property
    def username(self) -> str: ...


class AddressNotAllowed(Exception):
    """`fields` hold addresses that the portal may not connect to."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__(
            _(
                "The address is not allowed: use https and a public host, or have whoever "
                "deploys the portal add the host to ALLOWED_CLOUD_HOSTS."
            )
        )
        self.fields = fields


class PasswordNeeded(Exception):
    """The stored password was not entered for these addresses, or not for this user."""

    def __init__(self) -> None:
        super().__init__(_(OTHER_USE))


def require_allowed_hosts(wanted: Mapping[str, str], *, hosts: AllowedHosts) -> None:
    """
    Look at the addresses among these columns.

    :raises AddressNotAllowed: if one is neither https with a public host nor named
    """
    wrong = tuple(
        name
        for name in ADDRESS_FIELDS
        if name in wanted and not hosts.allow_url(wanted[name])
    )
    if wrong:
        raise AddressNotAllowed(wrong)


def require_same_secret_use(stored: HasCredentials, wanted: Mapping[str, str]) -> None:
    """
    Keep a stored password from being used for what it was not entered for.

    :raises PasswordNeeded: if one of these columns differs from the stored one
    """
    for name in SECRET_IS_FOR:
        if name in wanted and wanted[name] != getattr(stored, name):
            raise PasswordNeeded


def secret_is_for(project: HasCredentials) -> tuple[str, ...]:
    """Return the values that the password of this cloud project is sealed with."""
    return tuple(getattr(project, name) for name in SECRET_IS_FOR)
