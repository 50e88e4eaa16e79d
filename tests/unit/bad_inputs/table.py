"""
The 63 bad inputs of tests/data/huawei/bad-inputs.json in the terms of the form.

For each number: the field that refuses it, or the reason why no field can.
"""

from dataclasses import dataclass, field
from typing import Any

from clusters.cloud.types import CreateApi
from clusters.simulator.network import VPC_TEST

NOWHERE = "00000000-0000-4000-8000-000000000000"
VPC_PLANNED = "7d1e2f30-8b9c-4dae-9f10-2b3c4d5e6f70"
SUBNET_LEGACY = "8e2f3041-9cad-4ebf-8021-3c4d5e6f7081"
FLAVOR_ID = "11111111-2222-4333-8444-555555555501"
ALL_ZONES = ["cn-north-4a", "cn-north-4b", "cn-north-4c"]
BOTH = (CreateApi.V1, CreateApi.V2)


@dataclass(frozen=True, kw_only=True)
class InvalidInput:
    """
    One bad input: the submitted values, the field that refuses it, and the body.

    `body` has values of a v1.0 body by path; None removes one. `apis` are the versions
    of the create call to which it applies.
    """

    typed: dict[str, Any]
    field: str
    body: dict[str, Any]
    apis: tuple[CreateApi, ...] = field(default=BOTH)


def _same(name: str, path: str, *values: Any) -> list[InvalidInput]:
    """Return a bad input for each value, with the same text in form and body."""
    return [
        InvalidInput(typed={name: str(value)}, field=name, body={path: value})
        for value in values
    ]


_NICS, _VOLUME, _BACKUP = "instance__nics__", "instance__volume__", "backupStrategy__"
_ZONE = "instance__availability_zone"


def _zones(
    zones: list[str], field: str = "availability_zones", **more: Any
) -> InvalidInput:
    typed = {"availability_zones": zones, **{key: v[0] for key, v in more.items()}}
    body = {_ZONE: ",".join(zones), **dict(v[1] for v in more.values())}
    return InvalidInput(typed=typed, field=field, body=body)


def _engine(engine: str, version: str) -> InvalidInput:
    body = {"datastore": {"type": engine, "version": version}}
    return InvalidInput(
        typed={"datastore": f"{engine}:{version}"}, field="datastore", body=body
    )


def _period(field: str, typed: str, period: str) -> InvalidInput:
    return InvalidInput(
        typed={field: typed}, field=field, body={f"{_BACKUP}period": period}
    )


INVALID_INPUTS: dict[int, list[InvalidInput]] = {
    2: _same("name", "name", "abc", "a" * 33),
    3: _same("name", "name", "7-logs"),
    4: _same("name", "name", "my logs", "my.logs", "löwe-logs"),
    6: _same("instance_num", "instanceNum", 0, 33),
    7: [_zones(ALL_ZONES, "instance_num", instance_num=("2", ("instanceNum", 2)))],
    8: [_zones(["cn-north-4z"])],
    9: [_zones(["cn-north-4a", "cn-north-4a"])],
    10: _same("flavor", "instance__flavorRef", "ess.spec-unknown"),
    11: _same("flavor", "instance__flavorRef", FLAVOR_ID),
    12: [
        InvalidInput(
            typed={"flavor": "ess.spec-32u64g", "volume_size": "400"},
            field="flavor",
            body={"instance__flavorRef": "ess.spec-32u64g", f"{_VOLUME}size": 400},
        ),
        _zones(
            ["cn-north-4c"],
            flavor=("ess.spec-16u64g", ("instance__flavorRef", "ess.spec-16u64g")),
        ),
    ],
    13: _same("volume_type", f"{_VOLUME}volume_type", "SSD"),
    14: _same("volume_size", f"{_VOLUME}size", 50),
    15: _same("volume_size", f"{_VOLUME}size", 20, 1620),
    17: [
        InvalidInput(
            typed={"vpc_id": ""}, field="vpc_id", body={"instance__nics": None}
        )
    ],
    18: _same("vpc_id", f"{_NICS}vpcId", "vpc-prod"),
    19: _same("vpc_id", f"{_NICS}vpcId", NOWHERE),
    20: [
        *_same("subnet_id", f"{_NICS}netId", NOWHERE),
        InvalidInput(
            typed={"vpc_id": VPC_TEST},
            field="subnet_id",
            body={f"{_NICS}vpcId": VPC_TEST},
        ),
    ],
    21: _same("vpc_id", f"{_NICS}vpcId", VPC_PLANNED),
    22: _same("security_group_id", f"{_NICS}securityGroupId", NOWHERE),
    23: _same("subnet_id", f"{_NICS}netId", SUBNET_LEGACY),
    25: [_engine("solr", "7.10.2")],
    26: [_engine("elasticsearch", "6.5.4"), _engine("elasticsearch", "9.9.9")],
    27: [_period("backup_hour", "16:30", "16:30 GMT+08:00")],
    28: [
        _period("backup_timezone", "", "16:00"),
        _period("backup_timezone", "XYZ", "16:00 XYZ"),
    ],
    29: _same("backup_prefix", f"{_BACKUP}prefix", "Snapshot", "s" * 33),
    30: _same("backup_keepday", f"{_BACKUP}keepday", 0, 91),
    31: _same("backup_agency", f"{_BACKUP}agency", "css agency"),
    33: [
        InvalidInput(
            typed={
                "backup_bucket": "",
                "backup_base_path": "",
                "backup_agency": "",
            },
            field="backup_bucket",
            body={f"{_BACKUP}bucket": ...},
            apis=(CreateApi.V2,),
        )
    ],
}
"""What the form can express; the rules refuse it, and so does the simulated cloud."""

MESSAGES: dict[int, str] = {
    2: "Use 4 to 32.",
    3: "“7-logs” begins with a digit.",
    4: "Use letters a to z, digits, - and _ only.",
    6: "Choose 1 to 32.",
    7: "3 zones need 3 nodes or more. Here are 2.",
    8: "Its zones: cn-north-4a, cn-north-4b, cn-north-4c.",
    9: "“cn-north-4a” is named twice. Name one to three",
    10: "“ess.spec-unknown” is not offered here.",
    11: "is not offered here. Choose a flavor from the list.",
    13: "“SSD” is not a disk type of this cloud project. Choose one of COMMON, HIGH,",
    14: "50 GB is not a multiple of 20. Choose 40 or 60.",
    15: "GB does not fit ess.spec-4u16g. Choose 40 to 1,600 GB.",
    18: "“vpc-prod” is not a VPC of this cloud project.",
    19: "is not a VPC of this cloud project. Choose one from the list.",
    21: "VPC “vpc-planned” has no address range. Choose one that has a CIDR.",
    22: "is not a security group of this cloud project. Choose from the list.",
    23: "Subnet “subnet-legacy” has 2 free addresses, 3 nodes need 3.",
    25: "“solr:7.10.2” is not offered here. Offered: elasticsearch:7.10.2,",
    26: "is not offered here. Offered: elasticsearch:7.10.2,",
    27: "“16:30” is no",
    29: "Use 1 to 32 small letters, digits, - and _, beginning with a letter.",
    30: "cannot be kept. Keep 1 to 90.",
    31: "“css agency” is not a valid agency name. Use up to 64 letters",
    33: "API v2.0 needs bucket, path and agency for snapshots.",
}
"""A part of the message at the field, where it is the same for all values."""

_NO_FIELD = "the form has no field for it, and no body holds it"
_OF_THE_CLOUD = "it is a state of the cloud, which no call tells beforehand"
_OF_THE_WIRE = "it is about the call, not about what is asked for"

NOT_IN_THE_FORM: dict[int, str] = {
    1: _OF_THE_WIRE,
    5: "names are looked up in the cloud right before sending; nothing is sent then",
    16: "the form leaves the volume out where a flavor has its own disks",
    24: "the portal fills the engine in where nobody chose",
    32: "only OBS knows its buckets, and the portal does not call OBS",
    **dict.fromkeys(range(34, 39), f"security mode: {_NO_FIELD}"),
    39: f"tags: {_NO_FIELD} but the portal's own; the rules refuse it in a spec",
    40: f"tags: {_NO_FIELD} but the portal's own; the rules refuse it in a spec",
    41: f"enterprise project: {_NO_FIELD}",
    **dict.fromkeys(range(42, 45), f"roles: {_NO_FIELD} but data nodes"),
    **dict.fromkeys(range(45, 48), f"public access: {_NO_FIELD}"),
    **dict.fromkeys(range(48, 52), _OF_THE_CLOUD),
    **dict.fromkeys(range(52, 61), _OF_THE_WIRE),
    62: _OF_THE_WIRE,
    63: _OF_THE_WIRE,
}

ACCEPTED_AND_FAILS_LATER = 61
"""A security group without port 9200: CSS accepts it, and the creation fails later."""
