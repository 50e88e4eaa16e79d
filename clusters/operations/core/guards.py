"""Checks that operations of several folders make before they write."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from clusters.models.people import viewer_of
from clusters.operations.core.errors import NotAllowed

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def require_operator(person: "User") -> None:
    """
    Check that this person is an operator.

    :raises NotAllowed: if this person is neither an operator nor a superuser
    """
    if not viewer_of(person).operates:
        raise NotAllowed(_("Only operators can do this."))
