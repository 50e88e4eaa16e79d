"""
Build the exact bytes that a create call sends, and check that they may still be sent.

The body is stored with the request and approved by its SHA-256. The worker builds it
again from the spec before each attempt, so that a change of the cloud project (its API
version, for one) gives another hash and voids the decision.
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
    """Return the body for this spec, with the tag `portal-request=<request id>`."""
    tag = Tag(key=REQUEST_TAG, value=str(request_id))
    return canonical_bytes(build_body(spec, api=api, tags=(tag,)))


def body_of_request(cluster_request: ClusterRequest) -> bytes:
    """
    Return the body that this request would send with its project's current API version.

    :raises ValueError: if the stored spec cannot be read
    """
    spec = spec_json.from_json(cluster_request.spec)
    return body_of(spec, cluster_request.id, cluster_request.cloud_project.create_api)


def preview_body(spec: ClusterSpec, cloud_project: CloudProject) -> str:
    """Return the body as indented JSON, without the tag: there is no request yet."""
    body = build_body(placed(spec, cloud_project), api=cloud_project.create_api)
    return json.dumps(body, indent=2, sort_keys=True, ensure_ascii=False)


def placed(spec: ClusterSpec, cloud_project: CloudProject) -> ClusterSpec:
    """
    Return the spec with the enterprise project of its cloud project, if it names none.

    Without one CSS creates the cluster in the account's default enterprise project. An
    IAM user with rights in another one only could not list it there, and what the user
    cannot list must not be created (ADR 21).
    """
    named = spec.enterprise_project_id or cloud_project.enterprise_project_id
    return replace(spec, enterprise_project_id=named)


def require_supported_by_api(cluster_request: ClusterRequest) -> None:
    """
    Check that the cloud project's API version supports the spec, before an approval.

    Also that the cluster would be created where the IAM user can list it; otherwise no
    scan could find it.

    :raises NotSendable: if either is not so; the message says what is in the way
    """
    spec = spec_json.from_json(cluster_request.spec)
    _require_listable(spec, cluster_request.cloud_project)
    api = cluster_request.cloud_project.create_api
    for problem in rules.call_problems(spec, api=api):
        raise NotSendable(
            _("The cloud project changed since this was requested. %(problem)s")
            % {"problem": problem.message}
        )


def require_same_bytes(cluster_request: ClusterRequest) -> None:
    """
    Check that the body built now is the approved one.

    :raises NotSendable: if its SHA-256 is another one
    """
    if sha256_of(body_of_request(cluster_request)) != cluster_request.body_sha256:
        raise NotSendable(
            _("The cloud project uses another API version now. Ask again instead.")
        )


def _require_listable(spec: ClusterSpec, cloud_project: CloudProject) -> None:
    named = cloud_project.enterprise_project_id
    if named and spec.enterprise_project_id != named:
        raise NotSendable(
            _(
                "The cloud project was given an enterprise project since this was requested, "
                "and this would be made in another one. Ask again instead."
            )
        )
