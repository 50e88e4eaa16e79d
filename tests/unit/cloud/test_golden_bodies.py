"""The bodies of both versions of the create call, against the documented ones."""

import json
from dataclasses import fields, replace
from typing import Any

import pytest

from clusters.cloud.huawei.body import (
    api_of,
    build_body,
    canonical_bytes,
    needs_password,
    sha256_of,
    with_password,
)
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
from clusters.simulator.checks.create import V1, V2, read_order
from clusters.simulator.site import Site
from tests.factories import spec
from tests.unit.cloud.samples import sample

GOLDEN = sample("golden-bodies")
PORTAL_TAG = Tag(key="portal-request", value="0b7c2f4e-5d61-4a7e-9c3b-1f2a3b4c5d6e")
BACKUP = BackupPolicy(period="16:00 GMT+08:00", prefix="snapshot", keepday=7)
PLACED = BackupPolicy(
    period="16:00 GMT+08:00",
    prefix="snapshot",
    keepday=7,
    bucket="example-css-backup",
    base_path="css_repository/logs-search",
    agency="css_obs_agency",
)
MASTERS = NodeGroup(
    flavor="ess.spec-2u8g", instance_num=3, volume=Volume(type="HIGH", size_gb=40)
)
CLIENTS = NodeGroup(
    flavor="ess.spec-4u8g", instance_num=2, volume=Volume(type="ULTRAHIGH", size_gb=40)
)
COLD = NodeGroup(
    flavor="ess.spec-4u16g", instance_num=5, volume=Volume(type="COMMON", size_gb=1000)
)
SECURE, HTTPS = SecurityMode(https=False), SecurityMode(https=True)
SOME = ("198.51.100.7", "192.0.2.0/24")
PUBLIC = PublicAccess(bandwidth_mbit=5, whitelist=SOME)
KIBANA = PublicAccess(bandwidth_mbit=10, whitelist=SOME)
ENDPOINT = VpcEndpoint(
    with_dns=True,
    permissions=(
        "iam:domain::0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        "iam:domain::00112233445566778899aabbccddeeff",
    ),
)
KEY = "0d1e2f3a-4b5c-4d6e-8f7a-8b9c0d1e2f3a"
BOTH_VERSIONS: dict[str, Any] = {
    "security": HTTPS,
    "backup": replace(PLACED, frequency="MON"),
    "tags": (Tag(key="team", value="search"), Tag(key="empty", value="")),
    "enterprise_project_id": "4f6d2a10-8c3b-4e57-9b1a-2d3c4b5a6978",
}

FEATURES: dict[str, dict[str, Any]] = {
    "plain": {},
    "several zones": {
        "availability_zones": ("cn-north-4a", "cn-north-4b", "cn-north-4c")
    },
    "local disks": {"flavor": "ess.spec-i3small", "volume": None},
    "backup with a place": {"backup": PLACED},
    "backup without a place": {"backup": BACKUP},
    "tags": {
        "tags": (Tag(key="team", value="search"), Tag(key="stage", value="test_1"))
    },
    "enterprise project": {
        "enterprise_project_id": "4f6d2a10-8c3b-4e57-9b1a-2d3c4b5a6978"
    },
    "default enterprise project": {"enterprise_project_id": "0"},
    "description": {"description": "Logs of the web shop"},
    "OpenSearch on one node": {
        "datastore": Datastore(type="opensearch", version="1.3.6"),
        "instance_num": 1,
        "volume": Volume(type="ULTRAHIGH", size_gb=40),
    },
    "security mode": {"security": SECURE},
    "https": {"security": HTTPS},
    "backup every hour": {
        "backup": replace(PLACED, frequency="HOUR", period="00:00 GMT+08:00")
    },
    "backup every Sunday": {"backup": replace(PLACED, frequency="SUN")},
    "masters": {"masters": MASTERS},
    "clients": {"clients": CLIENTS},
    "cold nodes": {"cold": COLD},
    "cold nodes with local disks": {
        "cold": NodeGroup(flavor="ess.spec-i3small", instance_num=1)
    },
    "200 data nodes": {"instance_num": 200, "masters": MASTERS},
    "encryption": {"encryption_key_id": KEY},
    "public access": {"security": HTTPS, "public": replace(PUBLIC, whitelist=())},
    "public access for some": {"security": HTTPS, "public": PUBLIC},
    "public Kibana": {"security": SECURE, "kibana": replace(KIBANA, whitelist=())},
    "public Kibana for some": {"security": SECURE, "kibana": KIBANA},
    "VPC endpoint": {"vpc_endpoint": VpcEndpoint(with_dns=False)},
    "VPC endpoint for some": {"vpc_endpoint": ENDPOINT},
    "everything that v1.0 can say": BOTH_VERSIONS,
    "everything": {
        **BOTH_VERSIONS,
        "description": "Logs of the web shop",
        "masters": MASTERS,
        "clients": CLIENTS,
        "cold": COLD,
        "encryption_key_id": KEY,
        "public": PUBLIC,
        "kibana": KIBANA,
        "vpc_endpoint": ENDPOINT,
    },
}
CASES = [
    pytest.param(feature, CreateApi(api), body, id=f"{api}, {feature}")
    for feature, bodies in GOLDEN.items()
    for api, body in bodies.items()
]


def built(feature: str, api: CreateApi) -> dict[str, Any]:
    wish = spec(**{"backup": None, **FEATURES[feature]})
    return build_body(wish, api=api, tags=(PORTAL_TAG,))


class TestGoldenBodies:
    @pytest.mark.parametrize(("feature", "api", "body"), CASES)
    def test_are_built_from_one_spec(
        self, feature: str, api: CreateApi, body: Any
    ) -> None:
        # As text: 3 equals 3.0 and 1 equals True, but not for the cloud.
        assert json.dumps(built(feature, api), sort_keys=True) == json.dumps(
            body, sort_keys=True
        )

    @pytest.mark.parametrize(("feature", "api", "body"), CASES)
    def test_say_themselves_for_which_call_they_are(
        self, feature: str, api: CreateApi, body: Any
    ) -> None:
        assert api_of(canonical_bytes(body)) is api

    @pytest.mark.parametrize("feature", FEATURES)
    def test_of_the_two_calls_never_share_a_hash(self, feature: str) -> None:
        hashes = {sha256_of(canonical_bytes(built(feature, api))) for api in CreateApi}
        assert len(hashes) == 2

    def test_cover_every_feature(self) -> None:
        assert set(GOLDEN) == set(FEATURES)

    def test_cover_every_field_alone_and_with_all_others(self) -> None:
        every = {field.name for field in fields(ClusterSpec)}
        usual = {
            field.name for field in fields(ClusterSpec) if getattr(spec(), field.name)
        }
        assert set(FEATURES["everything"]) == every - usual | {"backup"}
        alone = {name for wish in FEATURES.values() if len(wish) <= 2 for name in wish}
        assert every - usual <= alone

    @pytest.mark.parametrize(("feature", "api", "body"), CASES)
    def test_are_accepted_by_the_simulated_cloud(
        self, feature: str, api: CreateApi, body: Any
    ) -> None:
        """With a password for the reference, which the cloud judges as one."""
        sent = canonical_bytes(body)
        if needs_password(sent):
            sent = with_password(sent, "example-Passw0rd")
        order = read_order(sent, Site(), {CreateApi.V1: V1, CreateApi.V2: V2}[api])
        assert order.name == body["cluster"]["name"]

    def test_rebuild_the_documented_v2_sample(self) -> None:
        documented = sample("create-v2-request")
        wish = spec(
            "ES-Portal-01",
            description="requested by portal",
            availability_zones=("cn-north-4a", "cn-north-4b", "cn-north-4c"),
            masters=NodeGroup(
                flavor="ess.spec-4u8g",
                instance_num=3,
                volume=Volume(type="HIGH", size_gb=40),
            ),
            security=HTTPS,
            enterprise_project_id="0",
            backup=replace(
                PLACED, frequency="DAY", base_path="css_repository/es-portal-01"
            ),
        )
        body = build_body(wish, api=CreateApi.V2, tags=(PORTAL_TAG,))
        sent = with_password(canonical_bytes(body), documented["cluster"]["adminPwd"])
        assert json.loads(sent) == documented


class TestApiOf:
    @pytest.mark.parametrize(
        "body", [b"", b"{", b"[]", b"7", b"{}", b'{"cluster":7}', b'{"cluster":null}']
    )
    def test_refuses_what_is_no_body_of_a_create(self, body: bytes) -> None:
        with pytest.raises(ValueError, match="no body of a create"):
            api_of(body)
