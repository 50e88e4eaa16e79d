"""
Specs drawn at random for the simulated cloud: legal ones, and ones at the edge.

The limits stand here once more, as the vendor's pages give them (CSS API Reference,
Creating a Cluster, v1.0 and v2.0): neither the rules nor the simulator is asked.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from ipaddress import IPv4Network, IPv6Network
from string import ascii_letters, ascii_lowercase, digits
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clusters.cloud.types import (
    BackupPolicy,
    ClusterSpec,
    CreateApi,
    Datastore,
    NodeGroup,
    PublicAccess,
    SecurityMode,
    Tag,
    Volume,
    VpcEndpoint,
)
from clusters.simulator.site import Site
from clusters.simulator.stock import Flavor, Release

SITE = Site()
ZONES = SITE.stock.zones
GROUPS = [each.id for each in SITE.network.security_groups]
VPCS = [each.id for each in SITE.network.vpcs]
SUBNETS = [each.id for each in SITE.network.subnets]
OPEN_GROUPS = [each.id for each in SITE.network.security_groups if each.allows(9200)]
USABLE = [each for each in SITE.network.subnets if each.status == "ACTIVE"]
FREE = {each.id: len(each.free_addresses()) for each in SITE.network.subnets}
KINDS = {"masters": "ess-master", "clients": "ess-client", "cold": "ess-cold"}
Draw = Callable[[st.SearchStrategy[Any]], Any]

EXAMPLES = [100, pytest.param(1000, marks=pytest.mark.nightly)]
"""How many specs a test draws: some before each change, more in the night."""


def drawn(
    specs: st.SearchStrategy[ClusterSpec], examples: int
) -> Callable[[Callable[[ClusterSpec], None]], Callable[[], None]]:
    """Return a decorator: the check is called with so many specs."""
    slow = [HealthCheck.too_slow, HealthCheck.filter_too_much]

    def decorate(check: Callable[[ClusterSpec], None]) -> Callable[[], None]:
        every: Callable[[], None] = settings(
            max_examples=examples, deadline=None, suppress_health_check=slow
        )(given(specs)(check))
        return every

    return decorate


_WORD = f"{ascii_letters}{digits}_-"


def _text(alphabet: str, fewest: int, most: int) -> st.SearchStrategy[str]:
    return st.text(alphabet, min_size=fewest, max_size=most)


def _joined(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map("".join)


NAMES = _joined(_text(ascii_letters, 1, 1), _text(_WORD, 3, 31))
UUIDS = st.uuids().map(str)
BANDWIDTHS = st.integers(1, 200)
PERMISSIONS = _joined(st.just("iam:domain::"), _text("0123456789abcdef", 32, 32))
TAGS = st.builds(
    Tag,
    key=_text(_WORD, 1, 36).filter(
        lambda key: not key.lower().startswith("sys") and key != "portal-request"
    ),
    value=_text(_WORD, 0, 43),
)
ENTRIES = st.one_of(
    st.ip_addresses().map(str),
    st.builds(
        lambda bits, mask: str(IPv4Network((bits, mask), strict=False)),
        st.integers(0, 2**32 - 1),
        st.integers(0, 31),
    ),
    st.builds(
        lambda bits, mask: str(IPv6Network((bits, mask), strict=False)),
        st.integers(0, 2**128 - 1),
        st.integers(0, 127),
    ),
)
ACCESS = st.builds(
    PublicAccess,
    bandwidth_mbit=BANDWIDTHS,
    whitelist=st.lists(ENTRIES, max_size=4, unique=True).map(tuple),
)
ENDPOINTS = st.builds(
    VpcEndpoint,
    with_dns=st.booleans(),
    permissions=st.lists(PERMISSIONS, max_size=3, unique=True).map(tuple),
)
STORAGE = st.fixed_dictionaries(
    {
        "bucket": st.sampled_from(SITE.buckets),
        "base_path": _joined(
            _text("abc", 1, 3), st.sampled_from(["", "/"]), _text("abc019_-", 1, 40)
        ),
        "agency": _text(_WORD, 1, 64),
    }
)
HOURS = st.integers(0, 23).map(lambda hour: f"{hour:02d}:00")
OFFSETS = st.builds(
    "GMT{}{:02d}:{:02d}".format,
    st.sampled_from("+-"),
    st.integers(0, 14),
    st.integers(0, 59),
)
FREQUENCIES = ("", "HOUR", "SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


@dataclass(frozen=True)
class _Place:
    """Where the nodes stand; every flavor and disk has to be sold in all zones."""

    release: Release
    zones: tuple[str, ...]

    def flavors(self, role: str) -> list[Flavor]:
        return [
            each
            for each in self.release.for_role(role)
            if set(self.zones) <= set(each.zones)
            and (role in ("ess", "ess-cold") or each.disk_min <= 40)
        ]

    @property
    def disk_types(self) -> list[str]:
        sold = [set(SITE.stock.volume_types(zone)) for zone in self.zones]
        return sorted(set.intersection(*sold))


@st.composite
def legal_specs(draw: Draw, api: CreateApi) -> ClusterSpec:
    """Return a spec that both the form and the cloud take by the vendor's pages."""
    release = draw(st.sampled_from(SITE.stock.releases))
    most = draw(st.integers(1, len(ZONES)))
    zones = draw(st.permutations(ZONES).map(lambda each: tuple(each[:most])))
    place = _Place(release, zones)
    data = draw(_nodes(place, "ess", st.integers(len(zones), 32)))
    security = draw(st.none() | st.builds(SecurityMode, https=st.booleans()))
    spec = ClusterSpec(
        name=draw(NAMES),
        flavor=data.flavor,
        instance_num=data.instance_num,
        volume=data.volume,
        vpc_id="",
        subnet_id="",
        security_group_id=draw(st.sampled_from(OPEN_GROUPS)),
        datastore=Datastore(type=release.engine, version=release.version),
        availability_zones=zones,
        backup=draw(st.none() | _backups(api)),
        tags=tuple(draw(st.lists(TAGS, max_size=9, unique_by=lambda each: each.key))),
        enterprise_project_id=draw(st.just("") | st.just("0") | UUIDS),
        security=security,
    )
    if api is CreateApi.V2:
        spec = replace(spec, **draw(_v2_parts(place, spec)))
    return draw(_placed(spec))


@st.composite
def _v2_parts(draw: Draw, place: _Place, spec: ClusterSpec) -> dict[str, Any]:
    """Return the fields that v2.0 alone sends; each is asked for half of the time."""
    masters = draw(
        st.none() | _nodes(place, "ess-master", st.sampled_from([3, 5, 7, 9]))
    )
    fewest = len(place.zones)
    secure, https = (
        spec.security is not None,
        bool(spec.security and spec.security.https),
    )
    return {
        "description": draw(_text("ab, 日志", 0, 128).map(str.strip)),
        "masters": masters,
        "instance_num": draw(st.integers(fewest, 160))
        if masters
        else spec.instance_num,
        "clients": draw(st.none() | _nodes(place, "ess-client", st.integers(1, 32))),
        "cold": draw(st.none() | _nodes(place, "ess-cold", st.integers(1, 32))),
        "encryption_key_id": draw(st.just("") | UUIDS),
        "public": draw(st.none() | ACCESS) if https else None,
        "kibana": draw(st.none() | ACCESS) if secure else None,
        "vpc_endpoint": draw(st.none() | ENDPOINTS),
    }


@st.composite
def _nodes(
    draw: Draw, place: _Place, role: str, count: st.SearchStrategy[int]
) -> NodeGroup:
    flavor = draw(st.sampled_from(place.flavors(role)))
    volume = None
    if not flavor.has_local_disk:
        low, high = -(-flavor.disk_min // 20), flavor.disk_max // 20
        size = 20 * draw(st.integers(low, high)) if role in ("ess", "ess-cold") else 40
        kind = draw(st.sampled_from(place.disk_types))
        volume = Volume(type=kind, size_gb=size)
    return NodeGroup(flavor=flavor.name, instance_num=draw(count), volume=volume)


@st.composite
def _backups(draw: Draw, api: CreateApi) -> BackupPolicy:
    frequency = draw(st.sampled_from(FREQUENCIES))
    hour = "00:00" if frequency == "HOUR" else draw(HOURS)
    optional = STORAGE if api is CreateApi.V2 else st.just({}) | STORAGE
    return BackupPolicy(
        period=f"{hour} {draw(OFFSETS)}",
        prefix=draw(_joined(_text(ascii_lowercase, 1, 1), _text("abz09_-", 0, 31))),
        keepday=draw(st.integers(1, 90)),
        frequency=frequency,
        **draw(optional),
    )


@st.composite
def _placed(draw: Draw, spec: ClusterSpec) -> ClusterSpec:
    """Return the spec with a subnet that has an address for each of its nodes."""
    others = (spec.masters, spec.clients, spec.cold)
    nodes = spec.instance_num + sum(each.instance_num for each in others if each)
    subnet = draw(st.sampled_from([each for each in USABLE if FREE[each.id] >= nodes]))
    return replace(spec, vpc_id=subnet.vpc_id, subnet_id=subnet.id)


# -- at the edge ----------------------------------------------------------------

Twist = Callable[[ClusterSpec, Draw], ClusterSpec]


def set_one(field: str, values: list[Any]) -> Twist:
    """Return a twist that gives a field one of these values."""
    return lambda spec, draw: replace(spec, **{field: draw(st.sampled_from(values))})


def set_part(field: str, inner: str, values: list[Any]) -> Twist:
    """Return a twist that changes a field of a part, where the spec has the part."""

    def twist(spec: ClusterSpec, draw: Draw) -> ClusterSpec:
        part = getattr(spec, field)
        if part is None:
            return spec
        changed = replace(part, **{inner: draw(st.sampled_from(values))})
        return replace(spec, **{field: changed})

    return twist


def _disk_of(field: str, inner: str, values: list[Any]) -> Twist:
    """Return a twist that changes the disk of a node group, where there is one."""

    def twist(spec: ClusterSpec, draw: Draw) -> ClusterSpec:
        group = getattr(spec, field)
        if group is None or group.volume is None:
            return spec
        disk = replace(group.volume, **{inner: draw(st.sampled_from(values))})
        return replace(spec, **{field: replace(group, volume=disk)})

    return twist


_ALL_FLAVORS = sorted(
    {each.name for release in SITE.stock.releases for each in release.flavors}
)
_STRANGE_FLAVORS = [*_ALL_FLAVORS, "ess.spec-none"]
_SIZES = [0, 20, 30, 40, 50, 60, 80, 100, 110, 640, 800, 820, 1280, 1600, 1800, 3200]
_DISK_TYPES = ["COMMON", "HIGH", "ULTRAHIGH", "ESSD", "SSD"]
_LISTS = [
    (),
    ("0.0.0.0/0",),
    ("::/0",),
    ("192.0.2.1/24",),
    ("192.0.2.0/24", "192.0.2.0/24"),
    ("192.0.2.0/33",),
    ("192.0.2.0/32",),
    ("2001:db8::1/64",),
    ("2001:db8::/64",),
    ("example.org",),
    ("192.0.2.256",),
    ("192.0.2.0-192.0.2.9",),
    *(tuple(f"10.0.{n // 250}.{n % 250}" for n in range(most)) for most in (300, 301)),
]
_TAG_LISTS = [
    tuple(Tag(key=f"k{number}", value="v") for number in range(count))
    for count in (8, 9, 10)
] + [
    (Tag(key=key, value=value),)
    for key, value in (
        ("k" * 36, "v" * 43),
        ("k" * 37, "v"),
        ("k", "v" * 44),
        ("a.b", "v"),
        ("k", "a b"),
        ("sysadmin", "v"),
        ("SYS", "v"),
        ("schlüssel", "v"),
    )
]
TWISTS: dict[CreateApi, list[Twist]] = {
    CreateApi.V1: [
        set_one(
            "name",
            ["abc", "a" * 33, "a" * 32, "1abc", "a.bcd", "a bcd", "-abc", "größe"],
        ),
        set_one("instance_num", [0, 1, 2, 3, 31, 32, 33, 64, 199, 200, 201]),
        set_one("flavor", _STRANGE_FLAVORS),
        set_one("volume", [Volume(type="HIGH", size_gb=size) for size in _SIZES]),
        set_one("volume", [Volume(type=each, size_gb=100) for each in _DISK_TYPES]),
        set_one(
            "availability_zones", [ZONES, ZONES[:1], (ZONES[0], ZONES[0]), ("moon",)]
        ),
        set_one("vpc_id", [*VPCS, "not-a-uuid"]),
        set_one("subnet_id", [*SUBNETS, "not-a-uuid"]),
        set_one("security_group_id", [*GROUPS, "not-a-uuid"]),
        set_one(
            "datastore",
            [
                *(
                    Datastore(type=r.engine, version=r.version)
                    for r in SITE.stock.releases
                ),
                Datastore(type="opensearch", version="7.10.2"),
                Datastore(type="elasticsearch", version="6.5.4"),
            ],
        ),
        set_one("tags", _TAG_LISTS),
        set_one(
            "enterprise_project_id",
            ["", "0", "1", "4F6D2A10-8C3B-4E57-9B1A-2D3C4B5A6978"],
        ),
        set_part("backup", "keepday", [0, 1, 90, 91]),
        set_part("backup", "prefix", ["s" * 32, "s" * 33, "Snapshot", "1st", ""]),
        set_part(
            "backup",
            "period",
            ["23:00 GMT+14:59", "00:00 GMT+15:00", "00:00 GMT-00:00"],
        ),
        set_part("backup", "frequency", ["DAY", "TUR", "HOUR"]),
        set_part(
            "backup",
            "base_path",
            [
                "/a",
                "a/",
                "a//b",
                "a///b",
                ".a",
                "a.",
                "a..b",
                "a...b",
                "a" * 512,
                "a" * 513,
                "a:b",
            ],
        ),
        set_part("backup", "agency", ["a b", "a" * 64, "agentur_ä"]),
    ],
    CreateApi.V2: [],
}
TWISTS[CreateApi.V2] = [
    *TWISTS[CreateApi.V1],
    set_one("description", ["d" * 128, "d" * 129, "日志" * 64, "日志" * 65]),
    set_part("masters", "instance_num", [0, 1, 2, 3, 4, 5, 8, 9, 10, 11]),
    set_part("clients", "instance_num", [0, 1, 32, 33]),
    set_part("cold", "instance_num", [0, 1, 32, 33]),
    set_part("masters", "flavor", _STRANGE_FLAVORS),
    set_part("clients", "flavor", _STRANGE_FLAVORS),
    set_part("cold", "flavor", _STRANGE_FLAVORS),
    _disk_of("cold", "size_gb", _SIZES),
    *(_disk_of(field, "type", _DISK_TYPES) for field in KINDS),
    set_one("security", [None, SecurityMode(https=False), SecurityMode(https=True)]),
    set_one(
        "encryption_key_id", ["", "my-key", "0D1E2F3A-4B5C-4D6E-8F7A-8B9C0D1E2F3A"]
    ),
    *(
        set_part(each, "bandwidth_mbit", [0, 1, 200, 201])
        for each in ("public", "kibana")
    ),
    *(set_part(each, "whitelist", _LISTS) for each in ("public", "kibana")),
    set_part(
        "vpc_endpoint",
        "permissions",
        [("*",), ("iam:domain::abc",), ("iam:domain::" + "0" * 32,), ("0" * 32,)],
    ),
]


@st.composite
def edge_specs(draw: Draw, api: CreateApi, about: Twist | None = None) -> ClusterSpec:
    """
    Return a legal spec with up to two values at the edge, or just beyond it.

    :param about: a twist that is always done, and the only one
    """
    spec: ClusterSpec = draw(legal_specs(api))
    several = st.lists(st.sampled_from(TWISTS[api]), max_size=2)
    for twist in [about] if about else draw(several):
        spec = twist(spec, draw)
    return spec
