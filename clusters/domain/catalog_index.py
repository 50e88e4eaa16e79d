"""
Indexes and orders over the lists of a catalog, made once, when they are first asked for.

A catalog may have 10,000 subnets, and a process keeps it for many pages
(`clusters.models.catalog`): to search or sort the lists for each page would cost more
than the rest of the page.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

from clusters.cloud.types import (
    CloudFlavor,
    CloudSecurityGroup,
    CloudSubnet,
    CloudVpc,
)

Versions = tuple[CloudFlavor, ...]
"""One flavor under each engine version that it is sold with."""
_Item = TypeVar("_Item")


class CatalogIndex:
    """The part of `clusters.domain.catalog.Catalog` that finds and sorts."""

    flavors: tuple[CloudFlavor, ...]
    other_flavors: tuple[CloudFlavor, ...]
    vpcs: tuple[CloudVpc, ...]
    subnets: tuple[CloudSubnet, ...]
    security_groups: tuple[CloudSecurityGroup, ...]

    def vpc(self, vpc_id: str) -> CloudVpc | None:
        """Return the VPC with this id, None if there is none."""
        return self._vpcs.get(vpc_id)

    def subnet(self, subnet_id: str) -> CloudSubnet | None:
        """Return the subnet with this id, None if there is none."""
        return self._subnets.get(subnet_id)

    def security_group(self, group_id: str) -> CloudSecurityGroup | None:
        """Return the security group with this id, None if there is none."""
        return self._security_groups.get(group_id)

    def subnets_of(self, vpc_id: str) -> tuple[CloudSubnet, ...]:
        """Return the subnets of a VPC, sorted by name."""
        return self._subnets_by_vpc.get(vpc_id, ())

    def sizes_of(self, role: str) -> tuple[Versions, ...]:
        """Return the flavors of one kind of node, each once, the smallest first."""
        return tuple(self._flavors.get(role, {}).values())

    def flavors_named(self, name: str, role: str = "ess") -> Versions:
        """Return this flavor of one kind of node under each engine version it is sold with."""
        return self._flavors.get(role, {}).get(name, ())

    @cached_property
    def sorted_vpcs(self) -> tuple[CloudVpc, ...]:
        """All VPCs, by name."""
        return tuple(sorted(self.vpcs, key=_by_name))

    @cached_property
    def sorted_subnets(self) -> tuple[CloudSubnet, ...]:
        """All subnets, by the name of their VPC, then by name."""
        homes = {each.id: (each.name, each.id) for each in self.vpcs}
        return tuple(
            sorted(
                self.subnets,
                key=lambda each: (
                    homes.get(each.vpc_id, ("", each.vpc_id)),
                    _by_name(each),
                ),
            )
        )

    @cached_property
    def sorted_security_groups(self) -> tuple[CloudSecurityGroup, ...]:
        """All security groups, by name."""
        return tuple(sorted(self.security_groups, key=_by_name))

    # -- searches -------------------------------------------------------------

    def find_vpcs(self, search: str) -> list[CloudVpc]:
        """Return the VPCs whose name, id or CIDR have every word of the search."""
        return _with_words(search, self.sorted_vpcs, self._vpc_texts)

    def find_subnets(self, search: str) -> list[CloudSubnet]:
        """Return the subnets whose name, id or CIDR have every word of the search."""
        return _with_words(search, self.sorted_subnets, self._subnet_texts)

    def find_security_groups(self, search: str) -> list[CloudSecurityGroup]:
        """Return the security groups whose name or id have every word of the search."""
        return _with_words(search, self.sorted_security_groups, self._group_texts)

    def find_sizes(self, search: str, role: str) -> list[Versions]:
        """
        Return the flavors whose name or size, as "4 vCPU 16 GB", has the search in it.

        Blanks, commas and case do not count. Numbers are found from their first digit:
        "4 vCPU" does not find "64 vCPU".
        """
        wanted = _dense(search)
        start = "(?<![0-9])" if wanted[:1].isdigit() else ""
        pattern = re.compile(start + re.escape(wanted))
        texts = self._flavor_texts.get(role, ())
        return [
            each
            for each, text in zip(self.sizes_of(role), texts, strict=True)
            if pattern.search(text)
        ]

    @cached_property
    def _vpc_texts(self) -> tuple[str, ...]:
        return tuple(
            f"{each.name} {each.id} {each.cidr}".casefold() for each in self.sorted_vpcs
        )

    @cached_property
    def _subnet_texts(self) -> tuple[str, ...]:
        return tuple(
            f"{each.name} {each.id} {each.cidr}".casefold()
            for each in self.sorted_subnets
        )

    @cached_property
    def _group_texts(self) -> tuple[str, ...]:
        return tuple(
            f"{each.name} {each.id}".casefold() for each in self.sorted_security_groups
        )

    @cached_property
    def _flavor_texts(self) -> Mapping[str, tuple[str, ...]]:
        return {
            role: tuple(
                _dense(f"{each[0].name} | {each[0].cpu} vCPU {each[0].ram_gb} GB")
                for each in flavors.values()
            )
            for role, flavors in self._flavors.items()
        }

    # -- indexes --------------------------------------------------------------

    @cached_property
    def _vpcs(self) -> Mapping[str, CloudVpc]:
        return _first_by(lambda each: each.id, self.vpcs)

    @cached_property
    def _subnets(self) -> Mapping[str, CloudSubnet]:
        return _first_by(lambda each: each.id, self.subnets)

    @cached_property
    def _security_groups(self) -> Mapping[str, CloudSecurityGroup]:
        return _first_by(lambda each: each.id, self.security_groups)

    @cached_property
    def _subnets_by_vpc(self) -> Mapping[str, tuple[CloudSubnet, ...]]:
        return _grouped(lambda each: each.vpc_id, self.sorted_subnets)

    @cached_property
    def _flavors(self) -> Mapping[str, Mapping[str, Versions]]:
        """By kind of node and name, the smallest first."""
        everything = (*self.flavors, *self.other_flavors)
        by_size = sorted(everything, key=lambda each: (each.cpu, each.ram_gb))
        by_role = _grouped(lambda each: each.role, by_size)
        return {
            role: _grouped(lambda each: each.name, of_role)
            for role, of_role in by_role.items()
        }


def _by_name(each: CloudVpc | CloudSubnet | CloudSecurityGroup) -> tuple[str, str]:
    return each.name, each.id


def _first_by(
    key: Callable[[_Item], str], items: Iterable[_Item]
) -> Mapping[str, _Item]:
    found: dict[str, _Item] = {}
    for each in items:
        found.setdefault(key(each), each)
    return found


def _grouped(
    key: Callable[[_Item], str], items: Iterable[_Item]
) -> Mapping[str, tuple[_Item, ...]]:
    groups: dict[str, list[_Item]] = {}
    for each in items:
        groups.setdefault(key(each), []).append(each)
    return {name: tuple(group) for name, group in groups.items()}


def _with_words(
    search: str, items: Sequence[_Item], texts: Sequence[str]
) -> list[_Item]:
    words = search.casefold().split()
    return [
        each
        for each, text in zip(items, texts, strict=True)
        if all(word in text for word in words)
    ]


def _dense(text: str) -> str:
    return "".join(text.casefold().replace(",", "").split())
