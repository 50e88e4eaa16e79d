"""
Errors that more than one operation raises, or that their callers handle alike.

The message of each is a sentence for the person who acted, in their language; a gate's is
kept as the reason why a request waits. An error that only one operation knows stands
beside that operation.

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
    """What was decided on is not what would be sent by now."""


class HandedOver(MoveNotAllowed):
    """The request is somebody else's by now."""


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
    """The cloud project changed: its call would refuse, or nobody could find the cluster."""


class PlaceUnknown(MoveNotAllowed):
    """The id of the cloud's project was not learned yet, so nothing can be approved."""


class PlaceChanged(MoveNotAllowed):
    """The cloud project is at another place than the one that was read."""


class GateShut(Exception):
    """Nothing may be sent: the claim is lost, the project paused, or time ran out."""


class WorkerStops(GateShut):
    """This worker was asked to stop; for another one the gate may open at once."""
