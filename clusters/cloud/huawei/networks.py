"""
The three lists of VPC, for users of a whole account and of some enterprise projects.

A list is asked for plainly first. A user whose rights end at enterprise projects gets 403
for that: VPCs and groups are then asked for by enterprise project, subnets by VPC. What
helped once is remembered, so that no refresh asks twice.
"""

import logging
from collections.abc import Callable
from typing import Final

from clusters.cloud.errors import CloudRefused
from clusters.cloud.huawei import vpc
from clusters.cloud.huawei.calls import Calls, Query
from clusters.cloud.huawei.fields import Fields
from clusters.cloud.huawei.vpc import Row
from clusters.cloud.types import CloudSecurityGroup, CloudSubnet, CloudVpc

ALL_GRANTED: Final = "all_granted_eps"
"""Stands for every enterprise project in which the user may list."""

MOST_VPCS: Final = 200
"""For so many VPCs the subnets are asked for one by one."""

_RIGHTS_END: Final = frozenset({"VPC.0010", "VPC.2201", "VPC.2701"})
"""What VPC says, with a 403, to who may not list this."""

log = logging.getLogger(__name__)


class Networks:
    """
    VPCs, subnets and groups of one cloud project; all threads may ask at once.

    With an `enterprise_project_id` only those of that one. Where another way of asking
    is refused as well, the words for the plain one are raised: it is the one that a
    right for the whole account would answer.
    """

    def __init__(
        self, calls: Calls, address: str, enterprise_project_id: str = ""
    ) -> None:
        self.enterprise_project_id = enterprise_project_id
        self._calls = calls
        self._address = address
        self._refused_plainly: set[str] = set()

    @property
    def are_partly_granted(self) -> bool:
        """Whether the user's rights were found to end at some enterprise projects."""
        return bool(self._refused_plainly)

    def vpcs(self) -> tuple[CloudVpc, ...]:
        """
        Read all VPCs.

        :raises CloudError: if they cannot be read in any way
        """
        return self._by_enterprise_project(vpc.VPCS_PATH, vpc.vpcs)

    def security_groups(self) -> tuple[CloudSecurityGroup, ...]:
        """
        Read all security groups.

        :raises CloudError: if they cannot be read in any way
        """
        return self._by_enterprise_project(
            vpc.SECURITY_GROUPS_PATH, vpc.security_groups
        )

    def subnets(self) -> tuple[CloudSubnet, ...]:
        """
        Read all subnets; no enterprise project can be named for them, only a VPC.

        :raises CloudError: if they cannot be read in any way
        """
        found = self._plainly_or(
            vpc.SUBNETS_PATH,
            lambda: self._all(vpc.SUBNETS_PATH, vpc.subnets),
            self._subnets_by_vpc,
        )
        if not self.enterprise_project_id:
            return found
        homes = {each.id for each in self.vpcs()}
        return tuple(each for each in found if each.vpc_id in homes)

    def _by_enterprise_project(
        self, path: str, parse: Callable[[Fields], tuple[Row, ...]]
    ) -> tuple[Row, ...]:
        named = self.enterprise_project_id
        if named:
            return self._all(path, parse, enterprise_project_id=named)
        return self._plainly_or(
            path,
            lambda: self._all(path, parse),
            lambda: self._all(path, parse, enterprise_project_id=ALL_GRANTED),
        )

    def _plainly_or(
        self,
        path: str,
        plainly: Callable[[], tuple[Row, ...]],
        instead: Callable[[], tuple[Row, ...]],
    ) -> tuple[Row, ...]:
        if path in self._refused_plainly:
            return instead()
        try:
            return plainly()
        except CloudRefused as refusal:
            if not _is_for_lack_of_rights(refusal):
                raise
            refused = refusal
        try:
            found = instead()
        except CloudRefused as refusal:
            raise refused from refusal
        self._refused_plainly.add(path)
        return found

    def _subnets_by_vpc(self) -> tuple[CloudSubnet, ...]:
        """
        Read those of each VPC; a VPC that is refused is left out, unless all are.

        The user may list it and not what is in it, or it was deleted meanwhile.
        """
        found: list[CloudSubnet] = []
        refusals: list[CloudRefused] = []
        vpcs = self.vpcs()
        for each in vpcs[:MOST_VPCS]:
            try:
                found += self._all(vpc.SUBNETS_PATH, vpc.subnets, vpc_id=each.id)
            except CloudRefused as refusal:
                if not _is_about_one_vpc(refusal):
                    raise
                refusals.append(refusal)
        if refusals and len(refusals) == len(vpcs[:MOST_VPCS]):
            raise refusals[0]
        if refusals or len(vpcs) > MOST_VPCS:
            left_out = len(refusals) + len(vpcs[MOST_VPCS:])
            log.warning("subnets.left_out", extra={"vpcs": left_out})
        return tuple(found)

    def _all(
        self, path: str, parse: Callable[[Fields], tuple[Row, ...]], **narrowed: str
    ) -> tuple[Row, ...]:
        def read_page(query: Query) -> tuple[Row, ...]:
            return self._calls.get(self._address, path, parse, {**query, **narrowed})

        return vpc.read_all(read_page)


def _is_for_lack_of_rights(refusal: CloudRefused) -> bool:
    return refusal.status == 403 and refusal.code in _RIGHTS_END


def _is_about_one_vpc(refusal: CloudRefused) -> bool:
    return refusal.status == 404 or _is_for_lack_of_rights(refusal)
