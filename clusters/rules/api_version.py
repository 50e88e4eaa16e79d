"""Rules of one version of the create call, whatever the cloud project offers."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from clusters.cloud.types import BackupPolicy, ClusterSpec, CreateApi
from clusters.rules.problem import Problem, problem


def required_fields(spec: ClusterSpec, api: CreateApi) -> Iterator[Problem]:
    """
    Check what v2.0 demands and v1.0 leaves to the cloud: engine, zone, a backup's place.

    A v2.0 call without a bucket was answered with a page of HTML, so that nobody knew
    what had become of it.
    """
    if api is not CreateApi.V2:
        return
    if spec.datastore is None:
        yield problem("datastore", _("The v2.0 call needs an engine. Choose one."))
    if not spec.availability_zones:
        yield problem(
            "availability_zones",
            _("The v2.0 call needs a zone. Choose one to three zones."),
        )
    if spec.backup and _has_no_place(spec.backup):
        for field in ("backup_bucket", "backup_base_path", "backup_agency"):
            yield problem(
                field,
                _(
                    "The v2.0 call needs bucket, path and agency for snapshots."
                    " Fill in all three, or take no snapshots."
                ),
            )


def own_bucket(spec: ClusterSpec, api: CreateApi) -> Iterator[Problem]:
    """Warn where the cloud has to find a place for the snapshots by itself."""
    if api is CreateApi.V1 and spec.backup and _has_no_place(spec.backup):
        yield problem(
            "backup_bucket",
            _(
                "Without bucket, path and agency the cloud makes its own. If it cannot,"
                " the cluster has no snapshots until somebody sets them by hand."
            ),
        )


def _has_no_place(backup: BackupPolicy) -> bool:
    return not (backup.bucket or backup.base_path or backup.agency)
