"""
The three lists of VPC, for users of a whole account and of some enterprise projects.

A list is asked for plainly first. A user whose rights end at enterprise projects gets 403
for that: VPCs and groups are then asked for by enterprise project, subnets by VPC. What
helped once is remembered, so that no refresh asks twice.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Generic

from clusters.cloud.errors import AnswerUnreadable, CloudRefused
from clusters.cloud.huawei import vpc
from clusters.cloud.huawei.json_object import JsonObject
from clusters.cloud.huawei.token_client import Query, TokenClient
from clusters.cloud.huawei.vpc import Page, Row
from clusters.cloud.types import CloudSecurityGroup, CloudSubnet, CloudVpc
from clusters.cloud.unreadable import LeftOut, Note, unnoted

ALL_GRANTED: Final = "all_granted_eps"
"""Stands for every enterprise project in which the user may list."""

MOST_VPCS: Final = 200
"""For so many VPCs the subnets are asked for one by one."""

_RIGHTS_END: Final = frozenset({"VPC.0010", "VPC.2201", "VPC.2701"})
"""What VPC says, with a 403, to who may not list this."""


@dataclass(frozen=True)
class _List(Generic[Row]):
    what: str
    path: str
    parse: Callable[[JsonObject], Page[Row]]


_VPCS: Final = _List("vpcs", vpc.VPCS_PATH, vpc.vpcs)
_SUBNETS: Final = _List("subnets", vpc.SUBNETS_PATH, vpc.subnets)
_GROUPS: Final = _List("security_groups", vpc.SECURITY_GROUPS_PATH, vpc.security_groups)


class Networks:
    """
    VPCs, subnets and groups of one cloud project; all threads may ask at once.

    With an `enterprise_project_id` only those of that one. Where another way of asking
    is refused as well, the words for the plain one are raised: it is the one that a
    right for the whole account would answer.
    `note` is told of what is left out of a list.
    """

    def __init__(
        self, client: TokenClient, address: str, enterprise_project_id: str = ""
    ) -> None:
        self.enterprise_project_id = enterprise_project_id
        self._client = client
        self._address = address
        self._refused_plainly: set[str] = set()

    @property
    def are_partly_granted(self) -> bool:
        """Whether the user's rights were found to end at some enterprise projects."""
        return bool(self._refused_plainly)

    def vpcs(self, note: Note = unnoted) -> tuple[CloudVpc, ...]:
        """
        Read all VPCs.

        :raises CloudError: if they cannot be read in any way
        """
        return self._by_enterprise_project(_VPCS, note)

    def security_groups(self, note: Note = unnoted) -> tuple[CloudSecurityGroup, ...]:
        """
        Read all security groups.

        :raises CloudError: if they cannot be read in any way
        """
        return self._by_enterprise_project(_GROUPS, note)

    def subnets(self, note: Note = unnoted) -> tuple[CloudSubnet, ...]:
        """
        Read all subnets; no enterprise project can be named for them, only a VPC.

        :raises CloudError: if they cannot be read in any way
        """
        found = self._plainly_or(
            _SUBNETS.path,
            lambda: self._all(_SUBNETS, note),
            lambda: self._subnets_by_vpc(note),
        )
        if not self.enterprise_project_id:
            return found
        homes = {each.id for each in self.vpcs()}
        return tuple(each for each in found if each.vpc_id in homes)

    def _by_enterprise_project(self, listed: _List[Row], note: Note) -> tuple[Row, ...]:
        named = self.enterprise_project_id
        if named:
            return self._all(listed, note, enterprise_project_id=named)
        return self._plainly_or(
            listed.path,
            lambda: self._all(listed, note),
            lambda: self._all(listed, note, enterprise_project_id=ALL_GRANTED),
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

    def _subnets_by_vpc(self, note: Note) -> tuple[CloudSubnet, ...]:
        """
        Read those of each VPC; a VPC whose subnets cannot be had is left out, unless all are.

        The user may list it and not what is in it, or it was deleted meanwhile.
        """
        found: list[CloudSubnet] = []
        failures: list[CloudRefused | AnswerUnreadable] = []
        vpcs = self.vpcs()
        for each in vpcs[:MOST_VPCS]:
            try:
                found += self._all(_SUBNETS, note, vpc_id=each.id)
            except (CloudRefused, AnswerUnreadable) as error:
                failures.append(_about_one_vpc(error))
        if failures and len(failures) == len(vpcs[:MOST_VPCS]):
            raise failures[0]
        for failure in failures:
            note(LeftOut(what=_SUBNETS.what, why=str(failure)))
        if len(vpcs) > MOST_VPCS:
            note(LeftOut(what=_SUBNETS.what, why="", more_than=len(found)))
        return tuple(found)

    def _all(self, listed: _List[Row], note: Note, **narrowed: str) -> tuple[Row, ...]:
        def read_page(query: Query) -> Page[Row]:
            asked = {**query, **narrowed}
            page = self._client.get(self._address, listed.path, listed.parse, asked)
            return replace(page, left_out=self._client.safe(page.left_out))

        return vpc.read_all(read_page, note=note, what=listed.what)


def _is_for_lack_of_rights(refusal: CloudRefused) -> bool:
    return refusal.status == 403 and refusal.code in _RIGHTS_END


def _about_one_vpc(
    error: CloudRefused | AnswerUnreadable,
) -> CloudRefused | AnswerUnreadable:
    """Return it, if it says nothing of the other VPCs; else raise it."""
    if isinstance(error, CloudRefused) and not (
        error.status == 404 or _is_for_lack_of_rights(error)
    ):
        raise error
    return error
