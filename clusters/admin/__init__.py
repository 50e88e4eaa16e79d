"""Django admin: people and cloud projects can be changed, requests only be read."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from clusters.admin.history import ReadOnlyAdmin
from clusters.admin.names import name_column, person_column
from clusters.admin.people import GroupsAdmin, PeopleAdmin
from clusters.admin.projects import CloudProjectAdmin
from clusters.domain.states import State
from clusters.models import Attempt, CloudProject, Cluster, ClusterRequest, Decision

if TYPE_CHECKING:
    _Rows = models.QuerySet[ClusterRequest]


_REQUESTER = name_column("requester_name", _("requester"))
_OWNER = name_column("owner_name", _("owner"))
_DECIDED_BY = name_column("by_name", _("decided by"))


class WaitsForDecision(admin.SimpleListFilter):
    """Filter: requests that wait for a decision, or all others."""

    title = _("waiting for a decision")
    parameter_name = "waits_for_decision"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the two choices."""
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: "_Rows") -> "_Rows":
        """Return the requests of the chosen kind; all of them without a choice."""
        if self.value() == "yes":
            return queryset.filter(state=State.PENDING)
        if self.value() == "no":
            return queryset.exclude(state=State.PENDING)
        return queryset


@admin.register(ClusterRequest)
class ClusterRequestAdmin(ReadOnlyAdmin):
    """Requests, each with a link to its page in the portal."""

    list_display = (
        "name",
        "state",
        _REQUESTER,
        "cloud_project",
        "created_at",
        "page",
    )
    shown_by: ClassVar = {
        "requester": person_column("requester", _("requester")),
        "requester_name": _REQUESTER,
    }
    list_filter = (WaitsForDecision, "state", "cloud_project")
    list_select_related = ("cloud_project",)
    search_fields = ("name", "requester_name", "cluster__cloud_id", "error_code")
    ordering = ("-created_at",)
    # Saves a second COUNT over the whole table, which may hold a million rows.
    show_full_result_count = False

    @admin.display(description=_("page"))
    def page(self, cluster_request: ClusterRequest) -> SafeString:
        """Return a link to the page of the request, where it is decided, too."""
        label = _("Decide") if cluster_request.is_pending else _("Open")
        url = cluster_request.get_absolute_url()
        return format_html('<a href="{}">{}</a>', url, label)


@admin.register(Cluster)
class ClusterAdmin(ReadOnlyAdmin):
    """Clusters, as the cloud showed them last."""

    list_display = ("name", "cloud_id", _OWNER, "cloud_project", "created_at")
    shown_by: ClassVar = {
        "owner": person_column("owner", _("owner")),
        "owner_name": _OWNER,
    }
    list_filter = ("health", "cloud_project")
    list_select_related = ("cloud_project",)
    search_fields = ("name", "owner_name", "cloud_id")
    ordering = ("-created_at",)
    show_full_result_count = False


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    """Decisions: who decided what, when and for which body."""

    list_display = ("request", "verdict", _DECIDED_BY, "at", "voided_at")
    shown_by: ClassVar = {
        "by": person_column("by", _("decided by")),
        "by_name": _DECIDED_BY,
    }
    list_filter = ("verdict",)
    list_select_related = ("request",)


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    """Attempts: one row for each POST of a create."""

    list_display = ("request", "number", "outcome", "status", "code", "sent_at")
    list_filter = ("outcome",)
    list_select_related = ("request",)


admin.site.unregister([User, Group])
admin.site.register(User, PeopleAdmin)
admin.site.register(Group, GroupsAdmin)
admin.site.register(CloudProject, CloudProjectAdmin)
