"""Which requests may go into an archive: those with which nothing can happen any more."""

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from clusters.domain.error_codes import PortalCode
from clusters.domain.states import ENDED
from clusters.models import Attempt, Cluster, ClusterRequest, Event, Mail
from clusters.models.cluster import Health
from clusters.models.request_columns import Needs
from clusters.operations.core.database_clock import future
from clusters.operations.polling.capabilities import WATCHED_FOR

if TYPE_CHECKING:
    from django.db.models import QuerySet


def due_requests(before: date, *, last_event: int) -> "QuerySet[ClusterRequest]":
    """
    Return the requests that ended before this day, in the portal's time zone.

    Nobody has to act on them, all that was mailed about them is sent, nothing was written
    into their history since, and their cluster, if there was one, is not in the cloud any
    more. No scan looks for one that an attempt may have made.

    :param last_event: events after this one keep a request out of the archive
    """
    day = timezone.make_aware(
        datetime.combine(before, time.min), timezone.get_default_timezone()
    )
    of_request = Event.objects.filter(request_id=OuterRef("pk"))
    later = of_request.filter(Q(at__gte=day) | Q(pk__gt=last_event))
    mails = Mail.objects.filter(event__request_id=OuterRef("pk"), due_at__isnull=False)
    return ClusterRequest.objects.filter(
        ~Exists(later),
        ~Exists(mails),
        ~Exists(_watched_attempts()),
        _without_cluster(),
        state__in=ENDED,
        needs=Needs.NOBODY,
        moved_at__lt=day,
    )


def _watched_attempts() -> "QuerySet[Attempt]":
    """Return the attempts of a request whose cluster may still show up in a scan."""
    made = Attempt.objects.that_may_have_or_has_created()
    return made.filter(request_id=OuterRef("pk"), sent_at__gt=future() - WATCHED_FOR)


def _without_cluster() -> Q:
    ended_there = Cluster.objects.filter(
        Q(gone_at__isnull=False) | Q(health=Health.VANISHED),
        pk=OuterRef("cluster_id"),
        deletion_due_at=None,
    )
    outside = Q(error_code=PortalCode.DELETED_OUTSIDE)
    return Q(Exists(ended_there)) | Q(cluster=None) | outside
