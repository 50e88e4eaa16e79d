"""
VPCs, subnets and security groups, for users of an account or of an enterprise project.

Source: VPC API Reference v1, Querying VPCs, Querying Subnets, Querying Security Groups.

A list is first requested without a filter. A user whose permissions are limited to some
enterprise projects gets a 403 for that; VPCs and security groups are then requested with
`enterprise_project_id`, subnets with `vpc_id`. The client remembers which lists need it.
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
"""Value of `enterprise_project_id`: all those in which the user has the permission."""

MAX_VPCS: Final = 200
"""The subnets of at most so many VPCs are requested, with a call for each VPC."""

_NO_PERMISSION: Final = frozenset({"VPC.0010", "VPC.2201", "VPC.2701"})
"""Codes of a 403 for lack of permission (VPC API Reference, Error Codes)."""


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
    The three lists of one cloud project. Safe between threads.

    If the filtered request is refused as well, the error of the unfiltered one is
    raised: its message names the permission for the whole account. `note` is called with
    each item that is left out of a list.

    :param address: address of VPC, scheme://host[:port]
    :param enterprise_project_id: where given, only networks in it are returned
    """

    def __init__(
        self, client: TokenClient, address: str, enterprise_project_id: str = ""
    ) -> None:
        self.enterprise_project_id = enterprise_project_id
        self._client = client
        self._address = address
        self._refused_unfiltered: set[str] = set()

    @property
    def needs_filters(self) -> bool:
        """Whether the user lacks the permission for an unfiltered list, as seen so far."""
        return bool(self._refused_unfiltered)

    def vpcs(self, note: Note = unnoted) -> tuple[CloudVpc, ...]:
        """
        Return all VPCs.

        :raises CloudError: if neither request succeeds
        """
        return self._by_enterprise_project(_VPCS, note)

    def security_groups(self, note: Note = unnoted) -> tuple[CloudSecurityGroup, ...]:
        """
        Return all security groups.

        :raises CloudError: if neither request succeeds
        """
        return self._by_enterprise_project(_GROUPS, note)

    def subnets(self, note: Note = unnoted) -> tuple[CloudSubnet, ...]:
        """
        Return all subnets.

        The call has no parameter for an enterprise project, so the subnets of one are
        those of its VPCs.

        :raises CloudError: if neither request succeeds
        """
        found = self._unfiltered_or(
            _SUBNETS.path,
            lambda: self._all(_SUBNETS, note),
            lambda: self._subnets_by_vpc(note),
        )
        if not self.enterprise_project_id:
            return found
        vpc_ids = {each.id for each in self.vpcs()}
        return tuple(each for each in found if each.vpc_id in vpc_ids)

    def _by_enterprise_project(self, listed: _List[Row], note: Note) -> tuple[Row, ...]:
        wanted = self.enterprise_project_id
        if wanted:
            return self._all(listed, note, enterprise_project_id=wanted)
        return self._unfiltered_or(
            listed.path,
            lambda: self._all(listed, note),
            lambda: self._all(listed, note, enterprise_project_id=ALL_GRANTED),
        )

    def _unfiltered_or(
        self,
        path: str,
        unfiltered: Callable[[], tuple[Row, ...]],
        filtered: Callable[[], tuple[Row, ...]],
    ) -> tuple[Row, ...]:
        if path in self._refused_unfiltered:
            return filtered()
        try:
            return unfiltered()
        except CloudRefused as refusal:
            if not _is_lack_of_permission(refusal):
                raise
            first_refusal = refusal
        try:
            found = filtered()
        except CloudRefused as refusal:
            raise first_refusal from refusal
        self._refused_unfiltered.add(path)
        return found

    def _subnets_by_vpc(self, note: Note) -> tuple[CloudSubnet, ...]:
        """
        Return the subnets of each VPC.

        A VPC whose subnets cannot be read (no permission, deleted meanwhile, unreadable
        response) is left out and noted.

        :raises CloudError: if no VPC's subnets can be read
        """
        found: list[CloudSubnet] = []
        failures: list[CloudRefused | AnswerUnreadable] = []
        vpcs = self.vpcs()
        for each in vpcs[:MAX_VPCS]:
            try:
                found += self._all(_SUBNETS, note, vpc_id=each.id)
            except (CloudRefused, AnswerUnreadable) as error:
                failures.append(_require_about_one_vpc(error))
        if failures and len(failures) == len(vpcs[:MAX_VPCS]):
            raise failures[0]
        for failure in failures:
            note(LeftOut(what=_SUBNETS.what, why=str(failure)))
        if len(vpcs) > MAX_VPCS:
            note(LeftOut(what=_SUBNETS.what, why="", more_than=len(found)))
        return tuple(found)

    def _all(self, listed: _List[Row], note: Note, **filters: str) -> tuple[Row, ...]:
        def read_page(query: Query) -> Page[Row]:
            parameters = {**query, **filters}
            page = self._client.get(
                self._address, listed.path, listed.parse, parameters
            )
            return replace(page, left_out=self._client.redact_all(page.left_out))

        return vpc.read_all(read_page, note=note, what=listed.what)


def _is_lack_of_permission(refusal: CloudRefused) -> bool:
    return refusal.status == 403 and refusal.code in _NO_PERMISSION


def _require_about_one_vpc(
    error: CloudRefused | AnswerUnreadable,
) -> CloudRefused | AnswerUnreadable:
    """Return the error if it concerns one VPC only; else raise it."""
    if isinstance(error, CloudRefused) and not (
        error.status == 404 or _is_lack_of_permission(error)
    ):
        raise error
    return error
