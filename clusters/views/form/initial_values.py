"""The values that the form for a new request is filled with before somebody sends it."""

import uuid
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from clusters.domain import spec_json
from clusters.forms import first_values, values_of
from clusters.forms.hours import offset_at
from clusters.models import ClusterRequest
from clusters.views.form.form_catalog import FormCatalog
from clusters.views.form.watchers import watchers_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def asked_before(request: HttpRequest) -> ClusterRequest | None:
    """
    Return the request that `?from=` names, None without it.

    :raises Http404: if it does not exist or this person may not see it
    """
    named = request.GET.get("from", "")
    if not named:
        return None
    try:
        request_id = uuid.UUID(named)
    except ValueError as e:
        raise Http404 from e
    rows = ClusterRequest.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("cloud_project"), id=request_id)


def values_again(before: ClusterRequest, requester: "User") -> dict[str, Any]:
    """Return the values that ask for the same once more."""
    return {
        **values_of(spec_json.from_json(before.spec)),
        "reason": before.reason,
        "watchers": watchers_of(before, requester),
    }


def values_at_first(form_catalog: FormCatalog) -> dict[str, Any]:
    """Return the defaults of this cloud project; no more than its name without a catalog."""
    values: dict[str, Any] = {}
    if form_catalog.catalog:
        values = first_values(form_catalog.catalog, timezone=_offset())
    values["cloud_project"] = form_catalog.project.name if form_catalog.project else ""
    return values


def filled_in(data: "MultiValueDict[str, str]") -> dict[str, Any]:
    """Return the fields that were filled in; empty ones may get a default."""
    return {name: data[name] for name in data if data[name]} | repeated_in(data)


def repeated_in(data: "MultiValueDict[str, str]") -> dict[str, Any]:
    """Return the fields that may be sent several times."""
    return {
        "availability_zones": data.getlist("availability_zones"),
        "watchers": ", ".join(filter(None, data.getlist("watchers"))),
    }


def _offset() -> str:
    """Return the offset of TIME_ZONE in the cloud's format, such as ``GMT+08:00``."""
    return offset_at(timezone.localtime(timezone=timezone.get_default_timezone()))
