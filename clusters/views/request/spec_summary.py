"""The requested configuration as labelled lines. Pure."""

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clusters.cloud.huawei.body import api_of
from clusters.cloud.types import BackupPolicy, ClusterSpec, Datastore
from clusters.domain import spec_json
from clusters.models import CloudProject, ClusterRequest
from clusters.models.cloud_project import ApiVersion
from clusters.views.request import spec_parts
from clusters.views.request.spec_line import SpecLine, disk_words, total_words

_ENGINES: Final = {"elasticsearch": "Elasticsearch", "opensearch": "OpenSearch"}

_DEFAULT_ENTERPRISE_PROJECT: Final = "0"

_FREQUENCIES: Final = {
    "": gettext_lazy("daily %(period)s"),
    "DAY": gettext_lazy("daily %(period)s"),
    "SUN": gettext_lazy("every Sunday %(period)s"),
    "MON": gettext_lazy("every Monday %(period)s"),
    "TUE": gettext_lazy("every Tuesday %(period)s"),
    "WED": gettext_lazy("every Wednesday %(period)s"),
    "THU": gettext_lazy("every Thursday %(period)s"),
    "FRI": gettext_lazy("every Friday %(period)s"),
    "SAT": gettext_lazy("every Saturday %(period)s"),
    "HOUR": gettext_lazy("every hour"),
}


def summarize_spec(cluster_request: ClusterRequest) -> tuple[SpecLine, ...]:
    """Return the lines; names of ids are those of the time of the request."""
    spec = spec_json.from_json(cluster_request.spec)
    return (
        *_facts(spec, cluster_request.labels),
        _call(cluster_request.body),
        _place(cluster_request.cloud_project),
    )


def _facts(spec: ClusterSpec, labels: dict[str, str]) -> Iterator[SpecLine]:
    yield SpecLine(label=_("Engine"), value=_engine(spec.datastore))
    yield SpecLine(
        label=_("Nodes"),
        value=f"{spec.instance_num} × {spec.flavor}",  # noqa: RUF001 - it multiplies
        detail=labels.get("flavor", ""),
    )
    yield SpecLine(
        label=_("Disk"),
        value=disk_words(spec.volume),
        detail=total_words(spec.volume, spec.instance_num),
    )
    yield from spec_parts.other_nodes(spec)
    if spec.availability_zones:
        yield SpecLine(label=_("Zones"), value=", ".join(spec.availability_zones))
    yield _named(_("VPC"), spec.vpc_id, labels.get("vpc", ""))
    yield _named(_("Subnet"), spec.subnet_id, labels.get("subnet", ""))
    yield _named(
        _("Security group"), spec.security_group_id, labels.get("security_group", "")
    )
    yield from spec_parts.security(spec)
    yield from spec_parts.access(spec)
    if spec.enterprise_project_id:
        yield _enterprise_project(spec.enterprise_project_id)
    yield _backup(spec.backup)
    yield from spec_parts.tags(spec)
    if spec.description:
        yield SpecLine(label=_("Description"), value=spec.description)


def _call(body: str) -> SpecLine:
    # From the body, which is what gets approved; the project may use another one by now.
    return SpecLine(
        label=_("API version"), value=ApiVersion(api_of(body.encode())).label
    )


def _place(project: CloudProject) -> SpecLine:
    """Return where the create is sent, which is part of what gets approved."""
    host = project.css_url.partition("://")[2]
    return SpecLine(
        label=_("Place"),
        value=", ".join(_place_words(project)),
        detail=host,
        id=project.project_id,
    )


def _place_words(project: CloudProject) -> Iterator[str]:
    yield project.region
    yield project.domain_name
    named = project.enterprise_project_id
    if named == _DEFAULT_ENTERPRISE_PROJECT:
        yield _("default enterprise project")
    elif named:
        yield _("enterprise project %(id)s") % {"id": named}


def _enterprise_project(named: str) -> SpecLine:
    is_default = named == _DEFAULT_ENTERPRISE_PROJECT
    value = _("the default one") if is_default else ""
    return SpecLine(label=_("Enterprise project"), value=value, id=named)


def _engine(datastore: Datastore | None) -> str:
    if datastore is None:
        return _("the cloud's own choice")
    return f"{_ENGINES.get(datastore.type, datastore.type)} {datastore.version}"


def _named(label: str, value: str, name: str) -> SpecLine:
    return SpecLine(label=label, value=name, id=value)


def _backup(backup: BackupPolicy | None) -> SpecLine:
    if backup is None:
        return SpecLine(label=_("Backup"), value=_("none"))
    kept = ngettext("%(count)s kept", "%(count)s kept", backup.keepday) % {
        "count": backup.keepday
    }
    often = _FREQUENCIES.get(backup.frequency, backup.frequency)
    words = f"{often % {'period': backup.period}}, {kept}"
    place = "/".join(part for part in (backup.bucket, backup.base_path) if part)
    return SpecLine(label=_("Backup"), value=words, detail=place)
