"""Requests: what a person wants done with a cluster, and what became of it."""

import uuid
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.domain.states import HOLDS_NAME, State
from clusters.models.cloud_project import CloudProject
from clusters.models.request_columns import Kind, Needs, RequestColumns
from clusters.models.request_indexes import INDEXES
from clusters.models.visibility import seen_by

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


_ROW = (
    "name",
    "state",
    "needs",
    "flavor",
    "instance_num",
    "requester_id",
    "requester_name",
    "created_at",
    "moved_at",
    "error_code",
    "cloud_project__name",
    "cluster__cloud_id",
    "cluster__endpoint",
    "cluster__cloud_progress",
    "cluster__health",
)


class ClusterRequestQuerySet(models.QuerySet["ClusterRequest"]):
    """
    Queries for requests.

    In the file of the model: in another one, django-stubs types each result as `Any`.
    """

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Requests that this user may see."""
        return seen_by(user, self)

    def matching(self, text: str) -> Self:
        """Requests whose name, requester, cluster id or error code contains the text."""
        if not text:
            return self
        return self.filter(
            Q(name__icontains=text)
            | Q(requester_name__icontains=text)
            | Q(cluster__cloud_id__istartswith=text)
            | Q(error_code__icontains=text)
        )

    def in_states(self, states: list[str]) -> Self:
        """Requests in one of these states; all if none is given."""
        return self.filter(state__in=states) if states else self

    def waiting_for_decision(self) -> Self:
        """Requests that need a decision, oldest first."""
        return self.filter(state=State.PENDING).order_by("created_at", "id")

    def with_cluster(self) -> Self:
        """Requests whose cluster became ready."""
        return self.filter(state=State.ACTIVE)

    def newest_first(self) -> Self:
        """In the order of every list of requests; `before` and `after` page through it."""
        return self.order_by("-created_at", "-id")

    def before(self, created_at: datetime, request_id: uuid.UUID) -> Self:
        """Requests after this one in the order of `newest_first`: older ones."""
        return self.filter(created_at__lte=created_at).exclude(
            Q(created_at=created_at, id__gte=request_id)
        )

    def after(self, created_at: datetime, request_id: uuid.UUID) -> Self:
        """Requests before this one in the order of `newest_first`: newer ones."""
        return self.filter(created_at__gte=created_at).exclude(
            Q(created_at=created_at, id__lte=request_id)
        )

    def of(
        self, *, cloud_project: str = "", flavor: str = "", requester: str = ""
    ) -> Self:
        """Requests of this cloud project, flavor and user, by name; empty: of any."""
        wanted = {
            "cloud_project__name": cloud_project,
            "flavor": flavor,
            "requester__username": requester,
        }
        return self.filter(**{key: name for key, name in wanted.items() if name})

    def asked_by(self, user_id: int | None) -> Self:
        """Requests of one user."""
        return self.filter(requester_id=user_id)

    def asked_between(self, since: date | None, until: date | None) -> Self:
        """Requests of these days, both included, in the portal's time zone."""
        rows = self
        if since:
            rows = rows.filter(created_at__gte=_midnight(since))
        if until:
            rows = rows.filter(created_at__lt=_midnight(until + timedelta(days=1)))
        return rows

    def moved_since(self, moment: datetime) -> Self:
        """Requests whose state changed at or after this time."""
        return self.filter(moved_at__gte=moment)

    def needing_operator(self) -> Self:
        """Requests that need an operator, the longest waiting first."""
        return self.filter(needs=Needs.OPERATOR).order_by("moved_at", "id")

    def as_rows(self) -> Self:
        """Only the columns that lists show, in one query; without bodies and specs."""
        return self.select_related("cloud_project", "cluster").only(*_ROW)

    def with_reason(self) -> Self:
        """The same with the reason, for the list of the approvers."""
        return self.select_related("cloud_project", "cluster").only(*_ROW, "reason")

    def at_place(self, cloud_project_id: int, place_sha256: str) -> Self:
        """
        Requests that were approved for this place, in any cloud project.

        If the fingerprint is empty: those of this cloud project without one.
        """
        if place_sha256:
            return self.filter(place_sha256=place_sha256)
        return self.filter(cloud_project_id=cloud_project_id, place_sha256="")

    def holding_name(self, cloud_project: CloudProject, name: str) -> Self:
        """
        Requests that prevent another one with this name in the same cloud project.

        In any enterprise project: the cloud refuses equal names in one project, and a user
        limited to one enterprise project does not see the clusters of the others.
        """
        projects = CloudProject.objects.filter(pk=cloud_project.pk)
        if cloud_project.project_id:
            projects = CloudProject.objects.in_project_of(cloud_project.place)
        return self.filter(
            cloud_project__in=projects,
            name=name,
            state__in=[*HOLDS_NAME, State.CREATING],
        )


def _midnight(day: date) -> datetime:
    """Return the start of a day in the portal's time zone."""
    return timezone.make_aware(
        datetime.combine(day, time.min), timezone.get_default_timezone()
    )


class ClusterRequest(RequestColumns):
    """A request for a cluster; `RequestColumns` has its columns."""

    objects = ClusterRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        constraints = [
            models.UniqueConstraint(
                fields=["requester", "submission_key"], name="request_submitted_once"
            ),
            models.UniqueConstraint(
                fields=["cloud_project", "name"],
                condition=Q(state__in=HOLDS_NAME),
                name="request_name_is_held_once",
            ),
            models.CheckConstraint(
                name="request_with_cluster_has_row",
                condition=~Q(state__in=[State.CREATING, State.ACTIVE])
                | Q(cluster__isnull=False),
            ),
            models.CheckConstraint(
                name="request_sending_is_claimed",
                condition=~Q(state=State.SENDING) | Q(claimed_until__isnull=False),
            ),
            models.CheckConstraint(
                name="request_state_is_known", condition=Q(state__in=State.values)
            ),
            models.CheckConstraint(
                name="request_kind_is_known", condition=Q(kind__in=Kind.values)
            ),
        ]
        indexes = INDEXES

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"

    def get_absolute_url(self) -> str:
        return reverse("request-detail", args=[self.id])
