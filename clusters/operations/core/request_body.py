"""
Build the exact bytes that a create call sends, and check that they may still be sent.

The body is kept with the request and approved by its SHA-256. The worker builds it anew
from the spec before each attempt, so whatever the cloud project changed shows as another
hash.
"""

import json
from dataclasses import replace
from uuid import UUID

from django.utils.translation import gettext as _

from clusters import rules
from clusters.cloud.huawei.body import build_body, canonical_bytes, sha256_of
from clusters.cloud.types import REQUEST_TAG, ClusterSpec, CreateApi, Tag
from clusters.domain import spec_json
from clusters.models import CloudProject, ClusterRequest
from clusters.operations.core.errors import NotSendable


def body_of(spec: ClusterSpec, request_id: UUID, api: CreateApi) -> bytes:
    """Return the body for this spec, with the tag that names the request."""
    tag = Tag(key=REQUEST_TAG, value=str(request_id))
    return canonical_bytes(build_body(spec, api=api, tags=(tag,)))


def body_of_request(cluster_request: ClusterRequest) -> bytes:
    """Return the body that this request would send now, by its project's create call."""
    spec = spec_json.from_json(cluster_request.spec)
    return body_of(spec, cluster_request.id, cluster_request.cloud_project.create_api)


def preview_body(spec: ClusterSpec, cloud_project: CloudProject) -> str:
    """Return what will be sent as JSON to read; the tag comes with the request."""
    body = build_body(placed(spec, cloud_project), api=cloud_project.create_api)
    return json.dumps(body, indent=2, sort_keys=True, ensure_ascii=False)


def placed(spec: ClusterSpec, cloud_project: CloudProject) -> ClusterSpec:
    """
    Return the spec in the enterprise project of its cloud project, where it names none.

    A body without one makes the cluster in the account's default enterprise project. An
    IAM user with rights in another one only could not list it there, and what the user
    cannot list must not be created.
    """
    named = spec.enterprise_project_id or cloud_project.enterprise_project_id
    return replace(spec, enterprise_project_id=named)


def require_supported_by_api(cluster_request: ClusterRequest) -> None:
    """
    Refuse an approval whose create call cannot carry the spec, as the project is now.

    The same for a cluster that would be made where the project's user cannot list it: no
    later listing could find it.

    :raises NotSendable: with what is missing
    """
    spec = spec_json.from_json(cluster_request.spec)
    _require_listable(spec, cluster_request.cloud_project)
    api = cluster_request.cloud_project.create_api
    for problem in rules.call_problems(spec, api=api):
        raise NotSendable(
            _("The cloud project changed since this was asked. %(problem)s")
            % {"problem": problem.message}
        )


def require_same_bytes(cluster_request: ClusterRequest) -> None:
    """
    Refuse to send again what would not be the approved bytes any more.

    :raises NotSendable: if the body would be another one
    """
    if sha256_of(body_of_request(cluster_request)) != cluster_request.body_sha256:
        raise NotSendable(
            _("The cloud project uses another create call by now. Ask again instead.")
        )


def _require_listable(spec: ClusterSpec, cloud_project: CloudProject) -> None:
    named = cloud_project.enterprise_project_id
    if named and spec.enterprise_project_id != named:
        raise NotSendable(
            _(
                "The cloud project was given an enterprise project since this was asked, "
                "and this would be made in another one. Ask again instead."
            )
        )
