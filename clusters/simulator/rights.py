"""How far the IAM user's rights go: the whole account, or one enterprise project."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from clusters.simulator.network import VPC_PROD, Network
from clusters.simulator.refusals import VpcRefusal, css_refusal

_ALL_GRANTED = "all_granted_eps"


@dataclass(frozen=True)
class Rights:
    """``end_at`` is the one enterprise project of the user; empty: the whole account."""

    end_at: str = ""

    def reach(self, enterprise_project_id: str) -> bool:
        """Whether the user may see what belongs to this enterprise project."""
        return self.end_at in ("", enterprise_project_id)

    def within(self, network: Network) -> Network:
        """Return the part of the network that the user may see."""
        vpcs = [each for each in network.vpcs if self.reach(each.enterprise_project_id)]
        homes = {each.id for each in vpcs}
        return replace(
            network,
            vpcs=tuple(vpcs),
            subnets=tuple(each for each in network.subnets if each.vpc_id in homes),
            security_groups=tuple(
                each
                for each in network.security_groups
                if self.reach(each.enterprise_project_id)
            ),
        )

    def check_create(self, enterprise_project_id: str) -> None:
        """Refuse a create in an enterprise project in which the user has no rights."""
        if not self.reach(enterprise_project_id):
            words = "The IAM policy does not allow css:cluster:create."
            raise css_refusal("CSS.0051", words)

    def list_by_enterprise_project(
        self, network: Network, query: Mapping[str, str]
    ) -> Network:
        """
        Return what a list of VPCs or groups with this query shows.

        :raises VpcRefusal: if the query is for more than the user has rights in
        """
        wanted = query.get("enterprise_project_id", "")
        if self.end_at and wanted not in (_ALL_GRANTED, self.end_at):
            raise _refused()
        named = "" if wanted == _ALL_GRANTED else wanted
        return Rights(named).within(self.within(network))

    def list_by_vpc(self, network: Network, query: Mapping[str, str]) -> Network:
        """
        Return what a list of subnets with this query shows.

        :raises VpcRefusal: if the query names no VPC, or one that the user may not see
        """
        seen = self.within(network)
        if self.end_at and not seen.find_vpc(query.get("vpc_id", "")):
            raise _refused()
        return seen


WHOLE_ACCOUNT = Rights()


def network_in(enterprise_project_id: str) -> Network:
    """Return the network, of which vpc-prod and its groups belong to this one."""
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


def _refused() -> VpcRefusal:
    words = "You do not have permission to perform this operation."
    return VpcRefusal(403, "VPC.2701", words)
