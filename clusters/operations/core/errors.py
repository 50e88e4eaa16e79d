"""
Errors that more than one operation raises, or that their callers handle alike.

The message of each is a sentence for the person who acted, in their language; that of
`GateShut` is stored as the reason why a request waits. An error that only one operation
raises is defined beside that operation.

    NotAllowed          this person may not do it (403)
    CommentMissing      a sentence that says why is missing (400)
    MoveNotAllowed      the request, or cloud project, does not allow it now (409)
      BodyChanged         other bytes, or another place, than the caller has read
      HandedOver          the request belongs to somebody else by now
      NameHeld            another request keeps the name of the cluster
      NotSendable         the cloud project changed, so the body cannot be sent any more
      PlaceUnknown        the id of the cloud's project is not known yet
      PlaceChanged        the cloud project is at another place than the caller has read
    GateShut            nothing may be sent for this claim
      WorkerStops         because this worker was asked to stop
"""

from typing import TYPE_CHECKING, Self

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from clusters.models import ClusterRequest


class NotAllowed(Exception):
    """This person may not do this."""


class CommentMissing(Exception):
    """This step needs a sentence that says why."""


class MoveNotAllowed(Exception):
    """The request is not, or no longer, in a state that this verb leaves."""


class BodyChanged(MoveNotAllowed):
    """The body or the place is not the one that the caller has read."""


class HandedOver(MoveNotAllowed):
    """The request has another requester than when the caller read it."""


class NameHeld(MoveNotAllowed):
    """Another request of this cloud project keeps this cluster name."""

    @classmethod
    def of(cls, cluster_request: "ClusterRequest") -> Self:
        """Return the error with the sentence for this request."""
        return cls(
            _(
                "Another request for a cluster named “%(name)s” is under way in this "
                "cloud project. Wait until it has ended, or ask with another name."
            )
            % {"name": cluster_request.name}
        )


class NotSendable(MoveNotAllowed):
    """
    The cloud project changed, and the body cannot be sent any more.

    Its create call does not support the spec, or a scan could not list the cluster.
    """


class PlaceUnknown(MoveNotAllowed):
    """The project id is not known before the first login, so nothing can be approved."""


class PlaceChanged(MoveNotAllowed):
    """The cloud project has another place than when the caller read it."""


class GateShut(Exception):
    """Nothing may be sent: claim lost, cloud project paused, or gate too slow."""


class WorkerStops(GateShut):
    """This worker was asked to stop; another worker may send at once."""
