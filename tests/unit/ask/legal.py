"""Random specs that the cloud takes, of the catalog of `made`, for either version."""

import string
from ipaddress import IPv4Address, IPv4Network

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
from tests.unit.ask.made import GROUP, WIDE_SUBNET, WIDE_VPC, ZONES

_WORD = string.ascii_letters + string.digits + "-_"
_TYPES = st.sampled_from(["COMMON", "HIGH", "ULTRAHIGH", "ESSD"])
_UUID = st.uuids().map(str)


def _volumes(least: int, most: int) -> st.SearchStrategy[Volume]:
    sizes = st.integers(-(-least // 20), most // 20).map(lambda steps: 20 * steps)
    return st.builds(Volume, type=_TYPES, size_gb=sizes)


def _small_nodes(*counts: int) -> st.SearchStrategy[NodeGroup]:
    return st.builds(
        NodeGroup,
        flavor=st.just("ess.spec-4u16g"),
        instance_num=st.sampled_from(counts),
        volume=_volumes(40, 40),
    )


_COLD = st.one_of(
    st.builds(
        NodeGroup,
        flavor=st.just("ess.spec-4u32g"),
        instance_num=st.integers(1, 32),
        volume=_volumes(100, 2560),
    ),
    st.builds(
        NodeGroup,
        flavor=st.just("ess.spec-i3small"),
        instance_num=st.integers(1, 32),
    ),
)
_ENTRIES = st.one_of(
    st.ip_addresses(v=4).map(str),
    st.builds(
        lambda address, length: str(
            IPv4Network((IPv4Address(address), length), strict=False)
        ),
        st.integers(0, 2**32 - 1),
        st.integers(0, 31),
    ),
)
_ACCESS = st.builds(
    PublicAccess,
    bandwidth_mbit=st.integers(1, 200),
    whitelist=st.lists(_ENTRIES, max_size=5, unique=True).map(tuple),
)
_ENDPOINTS = st.builds(
    VpcEndpoint,
    with_dns=st.booleans(),
    permissions=st.lists(
        st.from_regex(r"\Aiam:domain::[0-9a-f]{32}\Z"), max_size=3, unique=True
    ).map(tuple),
)
_TAGS = st.lists(
    st.builds(
        Tag,
        key=st.text(_WORD, min_size=1, max_size=36).filter(
            lambda key: not key.lower().startswith("sys") and key != "portal-request"
        ),
        value=st.text(_WORD, max_size=43),
    ),
    max_size=9,
    unique_by=lambda tag: tag.key,
).map(tuple)


@st.composite
def _backups(draw: st.DrawFn, api: CreateApi) -> BackupPolicy:
    frequency = draw(st.sampled_from(["", "HOUR", "SUN", "MON", "FRI", "SAT"]))
    hour = 0 if frequency == "HOUR" else draw(st.integers(0, 23))
    zone = draw(st.sampled_from(["GMT+08:00", "GMT-03:30", "GMT+05:45"]))
    has_place = api is CreateApi.V2 or draw(st.booleans())
    return BackupPolicy(
        period=f"{hour:02d}:00 {zone}",
        prefix=draw(st.from_regex(r"\A[a-z][a-z0-9_-]{0,31}\Z")),
        keepday=draw(st.integers(1, 90)),
        frequency=frequency,
        bucket="css-backup" if has_place else "",
        base_path="logs/search" if has_place else "",
        agency="css_obs_agency" if has_place else "",
    )


@st.composite
def legal_specs(draw: st.DrawFn, api: CreateApi) -> ClusterSpec:
    """Return a spec that breaks no rule of this version of the create call."""
    has_v2 = api is CreateApi.V2
    security = draw(st.none() | st.builds(SecurityMode, https=st.booleans()))
    masters = draw(st.none() | _small_nodes(3, 5, 7, 9)) if has_v2 else None
    is_local = draw(st.booleans())
    zones = draw(st.sampled_from([ZONES[:1], ZONES[1:2], ZONES[:2]]))
    has_https = security is not None and security.https
    # The disks and flavors of client nodes are the smallest list; both zones sell them.
    return ClusterSpec(
        name=draw(st.from_regex(r"\A[A-Za-z][A-Za-z0-9_-]{3,31}\Z")),
        description=draw(st.sampled_from(["", "Logs of the shop", "日志 = a, b"])),
        flavor="ess.spec-i3small" if is_local else "ess.spec-4u16g",
        instance_num=draw(st.integers(len(zones), 200 if masters else 32)),
        vpc_id=WIDE_VPC,
        subnet_id=WIDE_SUBNET,
        security_group_id=GROUP,
        volume=None if is_local else draw(_volumes(40, 1600)),
        datastore=Datastore(type="elasticsearch", version="7.10.2"),
        availability_zones=zones,
        backup=draw(st.none() | _backups(api)),
        tags=draw(_TAGS),
        enterprise_project_id=draw(st.sampled_from(["", "0"]) | _UUID),
        security=security,
        masters=masters,
        clients=draw(st.none() | _small_nodes(1, 2, 32)) if has_v2 else None,
        cold=draw(st.none() | _COLD) if has_v2 else None,
        encryption_key_id=draw(st.just("") | _UUID) if has_v2 else "",
        public=draw(st.none() | _ACCESS) if has_v2 and has_https else None,
        kibana=draw(st.none() | _ACCESS) if has_v2 and security else None,
        vpc_endpoint=draw(st.none() | _ENDPOINTS) if has_v2 else None,
    )
