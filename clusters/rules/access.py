"""
Rules about access from outside: public address, public Kibana, VPC endpoint; v2.0 only.

Source: CSS API Reference, Creating a Cluster (v2.0; address in `clusters.rules`),
parameters ``publicIPReq``, ``publicKibanaReq`` and ``loadBalance``.

The page writes a white list as "ip,cidr" and names no version of IP. IPv6 is taken as it
is, with a warning: the public address is one of IPv4.
"""

import re
from collections.abc import Iterator
from ipaddress import IPv4Interface, IPv6Interface, ip_interface
from typing import Final

from django.utils.translation import gettext_lazy as _

from clusters.cloud.types import ClusterSpec, PublicAccess
from clusters.domain.catalog import Catalog
from clusters.rules.problem import Problem, problem

BANDWIDTH_MBIT: Final = (1, 200)
"""Parameters ``bandWidth.size`` and ``eipSize``, in Mbit/s."""
MAX_WHITE_LIST: Final = 300
"""
Entries of a white list.

CSS keeps it as an IP address group of ELB, which has at most 300: ELB User Guide, IP
Address Group, https://support.huaweicloud.com/intl/en-us/usermanual-elb/elb_ug_ssf_0004_02.html
"""
MAX_PERMISSIONS: Final = 50
"""Entries of ``vpcPermissions``. The page sets no limit; the portal wants one to be read."""

_Interface = IPv4Interface | IPv6Interface

# `ipaddress` also takes a mask in dots and the zone of an address; the page shows neither.
_ENTRY: Final = re.compile(r"[0-9A-Fa-f.:]+(/[0-9]{1,3})?")
_PERMISSION: Final = re.compile(r"iam:domain::[0-9a-f]{32}")


def public(spec: ClusterSpec, _catalog: Catalog) -> Iterator[Problem]:
    """
    Check the public access to the cluster: it needs HTTPS.

    CSS answers CSS.5310 to it without HTTPS, CSS.0071 to another bandwidth.
    """
    if spec.public is None:
        return
    if spec.security is None or not spec.security.https:
        yield problem(
            "public_bandwidth",
            _(
                "Public access needs HTTPS. Turn on the password and HTTPS under"
                " “Security”, or leave this empty."
            ),
        )
    yield from _access(spec.public, "public")


def kibana(spec: ClusterSpec, _catalog: Catalog) -> Iterator[Problem]:
    """Check the public access to Kibana: it needs the security mode (CSS.5310)."""
    if spec.kibana is None:
        return
    if spec.security is None:
        yield problem(
            "kibana_bandwidth",
            _(
                "Public Kibana needs a password. Turn it on under “Security”, or leave"
                " this empty."
            ),
        )
    yield from _access(spec.kibana, "kibana")


def vpc_endpoint(spec: ClusterSpec, _catalog: Catalog) -> Iterator[Problem]:
    """
    Check the accounts that may connect to the VPC endpoint.

    Each is ``iam:domain::`` and the id of an account, 32 hex digits in lower case.
    """
    entries = spec.vpc_endpoint.permissions if spec.vpc_endpoint else ()
    field = "vpc_endpoint_permissions"
    wrong = next((each for each in entries if not _PERMISSION.fullmatch(each)), None)
    twice = _first_repeated(entries)
    if len(entries) > MAX_PERMISSIONS:
        yield _too_many(field, len(entries), MAX_PERMISSIONS)
    elif wrong is not None:
        yield problem(
            field,
            _(
                "“{value}” is not an account. Write iam:domain:: and the account's id of 32"
                " digits and letters a to f."
            ),
            value=wrong,
        )
    elif twice is not None:
        yield _given_twice(field, twice)


def open_to_all(spec: ClusterSpec) -> Iterator[Problem]:
    """Warn of a public address that everybody may connect to."""
    if spec.public and is_open(spec.public):
        yield problem(
            "public_whitelist",
            _(
                "Everybody on the internet can reach the cluster: only the password keeps"
                " them out. Name the networks that may connect."
            ),
        )
    if spec.kibana and is_open(spec.kibana):
        yield problem(
            "kibana_whitelist",
            _(
                "Everybody on the internet can reach Kibana: only the password keeps them"
                " out. Name the networks that may connect."
            ),
        )


def ipv6_entries(spec: ClusterSpec) -> Iterator[Problem]:
    """Warn of an IPv6 entry: the public address is one of IPv4."""
    for field, access in (("public", spec.public), ("kibana", spec.kibana)):
        entries = access.whitelist if access else ()
        found = next((each for each in entries if ":" in each), None)
        if found is not None:
            yield problem(
                f"{field}_whitelist",
                _(
                    "The public address is one of IPv4, so “{value}” lets nobody in. Add"
                    " the IPv4 address or network."
                ),
                value=found,
            )


def is_open(access: PublicAccess) -> bool:
    """Whether everybody may connect: without a white list, or with one of all addresses."""
    return not access.whitelist or any(
        (read := _interface(each)) and not read.network.prefixlen
        for each in access.whitelist
    )


def _access(access: PublicAccess, what: str) -> Iterator[Problem]:
    fewest, most = BANDWIDTH_MBIT
    if not fewest <= access.bandwidth_mbit <= most:
        yield problem(
            f"{what}_bandwidth",
            _("{value} Mbit/s are not possible. Choose {fewest} to {most}."),
            value=access.bandwidth_mbit,
            fewest=fewest,
            most=most,
        )
    yield from _white_list(access.whitelist, f"{what}_whitelist")


def _white_list(entries: tuple[str, ...], field: str) -> Iterator[Problem]:
    """Report the first entry that is wrong, so that thousands make one sentence."""
    if len(entries) > MAX_WHITE_LIST:
        yield _too_many(field, len(entries), MAX_WHITE_LIST)
        return
    for entry in entries:
        if found := _entry_problem(entry, field):
            yield found
            return
    networks = [str(read.network) for each in entries if (read := _interface(each))]
    if twice := _first_repeated(networks):
        yield _given_twice(field, twice.removesuffix("/32").removesuffix("/128"))


def _entry_problem(entry: str, field: str) -> Problem | None:
    read = _interface(entry)
    if read is None:
        return problem(
            field,
            _(
                "“{value}” is neither an address nor a CIDR block. Write one a line, such as"
                " 203.0.113.7 or 203.0.113.0/24."
            ),
            value=entry,
        )
    if read.ip != read.network.network_address:
        return problem(
            field,
            _("“{value}” has host bits. You may mean {meant}, or {one} alone."),
            value=entry,
            meant=read.network,
            one=read.ip,
        )
    if entry not in (str(read.ip), str(read.network)):
        meant = read.network if "/" in entry else read.ip
        return problem(
            field, _("Write “{value}” as {meant}."), value=entry, meant=meant
        )
    return None


def _interface(entry: str) -> _Interface | None:
    if not _ENTRY.fullmatch(entry):
        return None
    try:
        return ip_interface(entry)
    except ValueError:
        return None


def _first_repeated(entries: list[str] | tuple[str, ...]) -> str | None:
    seen: set[str] = set()
    for entry in entries:
        if entry in seen:
            return entry
        seen.add(entry)
    return None


def _too_many(field: str, count: int, most: int) -> Problem:
    return problem(
        field,
        _("{count} lines are too many. Use at most {most}."),
        count=count,
        most=most,
    )


def _given_twice(field: str, value: str) -> Problem:
    return problem(field, _("“{value}” is given twice. Give it once."), value=value)
