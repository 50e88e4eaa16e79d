"""The scope of the IAM user's permissions: the account, or one enterprise project."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from clusters.simulator.network import VPC_PROD, Network
from clusters.simulator.refusals import VpcRefusal, css_refusal

_ALL_GRANTED = "all_granted_eps"


@dataclass(frozen=True)
class Rights:
    """``limited_to`` is the id of an enterprise project; empty for the whole account."""

    limited_to: str = ""

    def covers(self, enterprise_project_id: str) -> bool:
        """Whether the user may see resources of this enterprise project."""
        return self.limited_to in ("", enterprise_project_id)

    def visible_part(self, network: Network) -> Network:
        """Return the VPCs, subnets and security groups that the user may see."""
        vpcs = [
            each for each in network.vpcs if self.covers(each.enterprise_project_id)
        ]
        vpc_ids = {each.id for each in vpcs}
        return replace(
            network,
            vpcs=tuple(vpcs),
            subnets=tuple(each for each in network.subnets if each.vpc_id in vpc_ids),
            security_groups=tuple(
                each
                for each in network.security_groups
                if self.covers(each.enterprise_project_id)
            ),
        )

    def check_create(self, enterprise_project_id: str) -> None:
        """
        Check that the user may create in this enterprise project.

        :raises CssRefusal: CSS.0051 otherwise
        """
        if not self.covers(enterprise_project_id):
            message = "The IAM policy does not allow css:cluster:create."
            raise css_refusal("CSS.0051", message)

    def list_by_enterprise_project(
        self, network: Network, query: Mapping[str, str]
    ) -> Network:
        """
        Return the network as the list of VPCs or security groups shows it.

        Query parameter ``enterprise_project_id``: an id or ``all_granted_eps`` (VPC API
        Reference, Querying VPCs).

        :raises VpcRefusal: VPC.2701 if a limited user names no or another project
        """
        wanted = query.get("enterprise_project_id", "")
        if self.limited_to and wanted not in (_ALL_GRANTED, self.limited_to):
            raise _forbidden()
        named = "" if wanted == _ALL_GRANTED else wanted
        return Rights(named).visible_part(self.visible_part(network))

    def list_by_vpc(self, network: Network, query: Mapping[str, str]) -> Network:
        """
        Return the network as the list of subnets shows it.

        :raises VpcRefusal: VPC.2701 if a limited user names no VPC, or a hidden one
        """
        seen = self.visible_part(network)
        if self.limited_to and not seen.find_vpc(query.get("vpc_id", "")):
            raise _forbidden()
        return seen


WHOLE_ACCOUNT = Rights()


def network_of(enterprise_project_id: str) -> Network:
    """Return a network whose vpc-prod and groups belong to this enterprise project."""
    network = Network()
    return replace(
        network,
        vpcs=tuple(
            replace(each, enterprise_project_id=enterprise_project_id)
            if each.id == VPC_PROD
            else each
            for each in network.vpcs
        ),
        security_groups=tuple(
            replace(each, enterprise_project_id=enterprise_project_id)
            if each.vpc_id == VPC_PROD
            else each
            for each in network.security_groups
        ),
    )


def _forbidden() -> VpcRefusal:
    message = "You do not have permission to perform this operation."
    return VpcRefusal(403, "VPC.2701", message)
