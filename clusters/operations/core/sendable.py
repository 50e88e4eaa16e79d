"""Whether a kept request can still be sent as its cloud project is now."""

from django.utils.translation import gettext as _

from clusters import rules
from clusters.cloud.huawei.body import sha256_of
from clusters.cloud.types import ClusterSpec
from clusters.domain import spec_json
from clusters.models import CloudProject, ClusterRequest
from clusters.operations.core.transitions import MoveNotAllowed
from clusters.operations.requests.submit import body_of


class NotSendable(MoveNotAllowed):
    """The cloud project changed: its call would refuse, or nobody could find the cluster."""


def require_supported_by_api(cluster_request: ClusterRequest) -> None:
    """
    Let nobody approve what the call of the project would refuse as it is.

    Nor what would be made where the project's user cannot list it: no look could find it.

    :raises NotSendable: with what is missing
    """
    spec = spec_json.from_json(cluster_request.spec)
    _refuse_other_enterprise_project(spec, cluster_request.cloud_project)
    api = cluster_request.cloud_project.create_api
    for problem in rules.call_problems(spec, api=api):
        raise NotSendable(
            _("The cloud project changed since this was asked. %(problem)s")
            % {"problem": problem.message}
        )


def _refuse_other_enterprise_project(
    spec: ClusterSpec, cloud_project: CloudProject
) -> None:
    named = cloud_project.enterprise_project_id
    if named and spec.enterprise_project_id != named:
        raise NotSendable(
            _(
                "The cloud project was given an enterprise project since this was asked, "
                "and this would be made in another one. Ask again instead."
            )
        )


def require_same_body(cluster_request: ClusterRequest) -> None:
    """
    Let nobody send again what would not be the approved bytes any more.

    :raises NotSendable: if the body would be another one
    """
    spec = spec_json.from_json(cluster_request.spec)
    api = cluster_request.cloud_project.create_api
    body = body_of(spec, cluster_request.id, api)
    if sha256_of(body) != cluster_request.body_sha256:
        raise NotSendable(
            _("The cloud project uses another create call by now. Ask again instead.")
        )
