"""The body of a create: the bytes that are approved are the bytes that are sent."""

import hashlib
import json
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from clusters.cloud.huawei.body import (
    build_body,
    canonical_bytes,
    sha256_of,
    with_password,
)
from clusters.cloud.types import (
    BackupPolicy,
    ClusterSpec,
    Datastore,
    SecurityMode,
    Tag,
    Volume,
)
from tests.unit.cloud.samples import sample

QUICK_START = {
    "cluster": {
        "name": "ES-Test",
        "backupStrategy": {
            "period": "16:00 GMT+08:00",
            "prefix": "snapshot",
            "keepday": 7,
        },
        "instanceNum": 3,
        "instance": {
            "flavorRef": "ess.spec-2u16g",
            "volume": {"volume_type": "COMMON", "size": 100},
            "nics": {
                "vpcId": "fccd753c-91c3-40e2-852f-5ddf76d1a1b2",
                "netId": "af1c65ae-c494-4e24-acd8-81d6b355c9f1",
                "securityGroupId": "7e3fed21-1a44-4101-ab29-34e57124f614",
            },
        },
    }
}
"""The body of the vendor's quick start, unchanged."""

SEED = ClusterSpec(
    name="ES-Test",
    flavor="ess.spec-2u16g",
    instance_num=3,
    vpc_id="fccd753c-91c3-40e2-852f-5ddf76d1a1b2",
    subnet_id="af1c65ae-c494-4e24-acd8-81d6b355c9f1",
    security_group_id="7e3fed21-1a44-4101-ab29-34e57124f614",
    volume=Volume(type="COMMON", size_gb=100),
    backup=BackupPolicy(period="16:00 GMT+08:00", prefix="snapshot", keepday=7),
)


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in _leaves(each)]
    if isinstance(value, list):
        return [leaf for each in value for leaf in _leaves(each)]
    return [value]


class TestBuildBody:
    def test_rebuilds_the_example_of_the_quick_start_exactly(self) -> None:
        body = build_body(SEED)

        assert body == QUICK_START
        # Equal is not enough: 3 == 3.0 and 1 == True.
        assert json.dumps(body, sort_keys=True) == json.dumps(
            QUICK_START, sort_keys=True
        )

    def test_rebuilds_the_current_sample(self) -> None:
        expected = sample("create-v1-request-current")
        spec = ClusterSpec(
            name="ES-Portal-01",
            flavor="ess.spec-4u16g",
            instance_num=3,
            vpc_id="1f2e3d4c-5b6a-4798-8a9b-0c1d2e3f4a5b",
            subnet_id="2a3b4c5d-6e7f-4081-92a3-b4c5d6e7f809",
            security_group_id="3b4c5d6e-7f80-4192-a3b4-c5d6e7f8091a",
            volume=Volume(type="HIGH", size_gb=100),
            datastore=Datastore(type="elasticsearch", version="7.10.2"),
            availability_zones=("cn-north-4a",),
            backup=BackupPolicy(
                period="16:00 GMT+08:00",
                prefix="snapshot",
                keepday=7,
                frequency="DAY",
                bucket="example-css-backup",
                base_path="css_repository/es-portal-01",
                agency="css_obs_agency",
            ),
            security=SecurityMode(https=True),
            enterprise_project_id="0",
        )
        tag = Tag(key="portal-request", value="0b7c2f4e-5d61-4a7e-9c3b-1f2a3b4c5d6e")

        body = canonical_bytes(build_body(spec, tags=(tag,)))
        sent = with_password(body, expected["cluster"]["adminPwd"])
        assert json.loads(sent) == expected

    def test_joins_zones_with_commas_inside_the_instance(self) -> None:
        body = build_body(replace(SEED, availability_zones=("z1", "z2", "z3")))

        assert body["cluster"]["instance"]["availability_zone"] == "z1,z2,z3"

    def test_leaves_the_volume_out_for_local_disks(self) -> None:
        body = build_body(replace(SEED, volume=None))

        assert "volume" not in body["cluster"]["instance"]

    def test_does_not_send_the_description(self) -> None:
        assert build_body(replace(SEED, description="for search")) == QUICK_START

    def test_names_a_tag_once_and_lets_the_portals_own_win(self) -> None:
        spec = replace(
            SEED,
            tags=(Tag(key="team", value="a"), Tag(key="portal-request", value="x")),
        )
        body = build_body(spec, tags=(Tag(key="portal-request", value="y"),))

        assert body["cluster"]["tags"] == [
            {"key": "team", "value": "a"},
            {"key": "portal-request", "value": "y"},
        ]

    @given(
        volume=st.none() | st.builds(Volume, type=st.text(), size_gb=st.integers()),
        datastore=st.none()
        | st.builds(Datastore, type=st.text(), version=st.text(min_size=1)),
        zones=st.lists(st.sampled_from(["", "a", "b"])).map(tuple),
        backup=st.none()
        | st.builds(
            BackupPolicy,
            period=st.text(),
            prefix=st.text(),
            keepday=st.integers(),
            bucket=st.text(max_size=2),
            agency=st.text(max_size=2),
        ),
        value=st.text(max_size=2),
    )
    def test_never_holds_null_or_an_empty_text(
        self,
        volume: Volume | None,
        datastore: Datastore | None,
        zones: tuple[str, ...],
        backup: BackupPolicy | None,
        value: str,
    ) -> None:
        spec = replace(
            SEED,
            volume=volume,
            datastore=datastore,
            availability_zones=zones,
            backup=backup,
        )
        leaves = _leaves(build_body(spec, tags=(Tag(key="k", value=value),)))

        assert None not in leaves
        assert "" not in leaves


class TestCanonicalBytes:
    def test_are_sorted_and_without_spaces_and_in_utf_8(self) -> None:
        body = {"b": [1, {"d": "ü", "c": True}], "a": "集群"}

        assert (
            canonical_bytes(body).decode("utf-8")
            == '{"a":"集群","b":[1,{"c":true,"d":"ü"}]}'
        )

    def test_do_not_depend_on_the_order_of_the_keys(self) -> None:
        assert canonical_bytes({"a": 1, "b": 2}) == canonical_bytes({"b": 2, "a": 1})


class TestSha256Of:
    def test_is_lowercase_hex_of_exactly_these_bytes(self) -> None:
        body = canonical_bytes(QUICK_START)

        assert sha256_of(body) == hashlib.sha256(body).hexdigest()
        assert sha256_of(b"").startswith("e3b0c44298fc1c14")
