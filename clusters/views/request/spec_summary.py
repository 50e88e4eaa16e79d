"""The requested configuration as labelled lines. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clusters.cloud.huawei.body import api_of
from clusters.cloud.types import BackupPolicy, ClusterSpec, Datastore, Volume
from clusters.domain import spec_json
from clusters.models import CloudProject, ClusterRequest
from clusters.models.cloud_project import ApiVersion


@dataclass(frozen=True, kw_only=True)
class SpecLine:
    """A label with its value, a detail in small print, and the id in the cloud, if any."""

    label: str
    value: str
    detail: str = ""
    id: str = ""


_ENGINES: Final = {"elasticsearch": "Elasticsearch", "opensearch": "OpenSearch"}

_DEFAULT_ENTERPRISE_PROJECT: Final = "0"

_VOLUME_TYPES: Final = {
    "COMMON": gettext_lazy("common I/O"),
    "HIGH": gettext_lazy("high I/O"),
    "ULTRAHIGH": gettext_lazy("ultra-high I/O"),
    "ESSD": gettext_lazy("extreme SSD"),
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
    yield SpecLine(label=_("Disk"), value=_disk(spec.volume), detail=_total(spec))
    if spec.availability_zones:
        yield SpecLine(label=_("Zones"), value=", ".join(spec.availability_zones))
    yield _named(_("VPC"), spec.vpc_id, labels.get("vpc", ""))
    yield _named(_("Subnet"), spec.subnet_id, labels.get("subnet", ""))
    yield _named(
        _("Security group"), spec.security_group_id, labels.get("security_group", "")
    )
    if spec.enterprise_project_id:
        yield _enterprise_project(spec.enterprise_project_id)
    yield _backup(spec.backup)
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


def _disk(volume: Volume | None) -> str:
    if volume is None:
        return _("local disks of the flavor")
    kind = _VOLUME_TYPES.get(volume.type, volume.type)
    return _("%(size)s GB %(kind)s") % {
        "size": number_format(volume.size_gb),
        "kind": kind,
    }


def _total(spec: ClusterSpec) -> str:
    if spec.volume is None or spec.instance_num == 1:
        return ""
    total = number_format(spec.volume.size_gb * spec.instance_num)
    return _("each node, %(total)s GB in all") % {"total": total}


def _named(label: str, value: str, name: str) -> SpecLine:
    return SpecLine(label=label, value=name, id=value)


def _backup(backup: BackupPolicy | None) -> SpecLine:
    if backup is None:
        return SpecLine(label=_("Backup"), value=_("none"))
    kept = ngettext("%(count)s kept", "%(count)s kept", backup.keepday) % {
        "count": backup.keepday
    }
    words = _("daily %(period)s, %(kept)s") % {"period": backup.period, "kept": kept}
    place = "/".join(part for part in (backup.bucket, backup.base_path) if part)
    return SpecLine(label=_("Backup"), value=words, detail=place)
