"""Codes in `ClusterRequest.error_code` that are the portal's and not the cloud's. Pure."""

from enum import StrEnum


class PortalCode(StrEnum):
    """
    Why a request failed, where that is no error of the cloud.

    The value is stored; `clusters.explanations` has a sentence for each.
    """

    NAME_TAKEN = "portal.name_taken"
    """A cluster of this name exists and is not the portal's."""
    CONFIRMED_ABSENT = "portal.confirmed_absent"
    """An operator confirmed that the create made no cluster."""
    DELETED_OUTSIDE = "portal.deleted_outside"
    """The cluster was deleted without the portal while it was being created."""
    PASSWORD_GONE = "portal.password_gone"  # noqa: S105 - a code
    """The password that the create needs is not kept any more; nothing was sent."""
