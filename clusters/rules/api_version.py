"""
Rules that apply to one version of the create call only.

The pages of both versions are named in `clusters.rules`. They differ in what is
mandatory, and in what can be said at all: ``datastore``, ``availability_zone`` and, inside ``backupStrategy``,
``bucket`` and ``basePath`` are mandatory in v2.0 and optional in the v1.0 pages of 2021;
``roles``, ``publicIPReq``, ``publicKibanaReq``, ``loadBalance`` and ``diskEncryption`` are
parameters of v2.0 only.
"""

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext_lazy as _

from clusters.cloud.types import BackupPolicy, ClusterSpec, CreateApi
from clusters.rules.problem import Problem, problem

V2_PARTS: Final = {
    "masters": "master_flavor",
    "clients": "client_flavor",
    "cold": "cold_flavor",
    "encryption_key_id": "encryption_key_id",
    "public": "public_bandwidth",
    "kibana": "kibana_bandwidth",
    "vpc_endpoint": "vpc_endpoint",
}
"""Parts of a spec that v1.0 cannot say, and the field of the form that asks for each."""


def required_fields(spec: ClusterSpec, api: CreateApi) -> Iterator[Problem]:
    """
    Check the fields that v2.0 requires and v1.0 does not.

    Parameters ``datastore``, ``availability_zone``, ``backupStrategy.bucket`` and
    ``backupStrategy.basePath``. A v2.0 call whose bucket is null has been answered with
    HTTP 500 and an HTML page (terraform-provider-huaweicloud, issue 2469). Such an
    answer leaves the outcome of the creation unknown, so the call is not sent.
    """
    if api is not CreateApi.V2:
        return
    if spec.datastore is None:
        yield problem("datastore", _("API v2.0 needs an engine. Choose one."))
    if not spec.availability_zones:
        yield problem(
            "availability_zones",
            _("API v2.0 needs a zone. Choose one to three zones."),
        )
    if spec.backup and _has_no_storage(spec.backup):
        for field in ("backup_bucket", "backup_base_path", "backup_agency"):
            yield problem(
                field,
                _(
                    "API v2.0 needs bucket, path and agency for snapshots."
                    " Fill in all three, or take no snapshots."
                ),
            )


def v2_parts(spec: ClusterSpec, api: CreateApi) -> Iterator[Problem]:
    """
    Check that nothing is asked for that v1.0 cannot say.

    v1.0 would leave it out without a word, and make another cluster than was approved.
    The description is no such part: it is kept in the portal.
    """
    if api is CreateApi.V2:
        return
    for part, field in V2_PARTS.items():
        if getattr(spec, part):
            yield problem(
                field,
                _(
                    "This cloud project uses the v1.0 call, and this needs the v2.0 call;"
                    " ask an operator, or leave it out."
                ),
            )


def own_bucket(spec: ClusterSpec, api: CreateApi) -> Iterator[Problem]:
    """
    Warn if bucket, path and agency are all left to the cloud.

    v1.0, parameter ``backupStrategy.agency``: if all three are empty, the cloud creates
    a bucket and an agency; if that fails, they have to be configured by hand.
    """
    if api is CreateApi.V1 and spec.backup and _has_no_storage(spec.backup):
        yield problem(
            "backup_bucket",
            _(
                "Without bucket, path and agency the cloud makes its own. If it cannot,"
                " the cluster has no snapshots until somebody sets them by hand."
            ),
        )


def _has_no_storage(backup: BackupPolicy) -> bool:
    return not (backup.bucket or backup.base_path or backup.agency)
