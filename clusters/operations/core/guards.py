"""Checks that operations of several rooms make before they write."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from clusters.models.people import viewer_of
from clusters.operations.core.errors import NotAllowed

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def require_operator(person: "User") -> None:
    """
    Refuse anybody who is neither an operator nor a superuser.

    :raises NotAllowed: if this person does not operate
    """
    if not viewer_of(person).operates:
        raise NotAllowed(_("Only operators can do this."))
