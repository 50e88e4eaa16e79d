"""Checks of addresses, and of what a stored password may be used for."""

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
"""The message of `HostRefused`, repeated here for gettext: the client has no Django."""


OTHER_USE: Final = gettext_noop(
    "The stored password was entered for other addresses or another user. Type it again."
)
"""Shown when connecting, and stored as the reason of a pause."""


class HasCredentials(Protocol):
    """A CloudProject or a Connection: what a password is encrypted for."""

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
    Check the addresses among these columns.

    :raises AddressNotAllowed: if one is neither https with a public host nor allowed by
        `hosts`
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
    Check that the stored password would be used for what it was entered for.

    :raises PasswordNeeded: if a column of `SECRET_IS_FOR` differs from the stored one
    """
    for name in SECRET_IS_FOR:
        if name in wanted and wanted[name] != getattr(stored, name):
            raise PasswordNeeded


def secret_is_for(project: HasCredentials) -> tuple[str, ...]:
    """Return the purpose of the ciphertext: the values of `SECRET_IS_FOR`."""
    return tuple(getattr(project, name) for name in SECRET_IS_FOR)
