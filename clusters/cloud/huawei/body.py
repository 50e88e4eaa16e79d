"""
Builds the body of a create from a spec; the bytes, and their hash. Pure functions.

Source: CSS API Reference, Creating a Cluster (v1.0 and v2.0). The two versions differ in
where nodes, network and zones stand; tests/data/huawei/golden-bodies.json shows both,
feature by feature.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from clusters.cloud.types import (
    BackupPolicy,
    ClusterSpec,
    CreateApi,
    Datastore,
    Tag,
    Volume,
)

_DATA_ROLE = "ess"
"""Role of data nodes; a cluster without one is refused (CSS.5167)."""


def build_body(
    spec: ClusterSpec, *, api: CreateApi = CreateApi.V1, tags: tuple[Tag, ...] = ()
) -> dict[str, Any]:
    """
    Return the body of `POST /v1.0/{project_id}/clusters`, or of v2.0, as JSON values.

    Optional parts that the spec does not have are left out, never sent as null or as an
    empty text: CSS answers some of those with HTTP 500 and a page of HTML (observed).

    :param api: the version; the description is sent by v2.0 only
    :param tags: tags beside those of the spec; of equal keys these win
    """
    cluster = {
        "name": spec.name,
        "datastore": spec.datastore and _datastore(spec.datastore),
        "backupStrategy": spec.backup and _backup_strategy(spec.backup),
        "enterprise_project_id": spec.enterprise_project_id,
        "tags": _tags(*spec.tags, *tags),
        **(_v2_part(spec) if api is CreateApi.V2 else _v1_part(spec)),
    }
    return {"cluster": _without_empty(cluster)}


def api_of(body: bytes) -> CreateApi:
    """
    Return the version of the create call that these bytes are written for.

    Read from the bytes, not from a setting: an approved body must go to the version it
    was approved for. Only v2.0 has `cluster.roles`.

    :raises ValueError: if these bytes are not the body of a create
    """
    try:
        has_roles = "roles" in json.loads(body)["cluster"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError("This is no body of a create.") from error
    return CreateApi.V2 if has_roles else CreateApi.V1


def canonical_bytes(body: Mapping[str, Any]) -> bytes:
    """
    Return the bytes that are hashed, approved and sent.

    UTF-8 JSON with sorted keys and no spaces, so that equal values give equal bytes.
    """
    return json.dumps(
        body,
        ensure_ascii=False,
        allow_nan=False,
        sort_keys=True,
        separators=(",", ":"),
    ).encode()


def sha256_of(body: bytes) -> str:
    """Return the SHA-256 of these bytes as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(body).hexdigest()


def _v1_part(spec: ClusterSpec) -> dict[str, Any]:
    return {
        "instanceNum": spec.instance_num,
        "instance": {
            "flavorRef": spec.flavor,
            "volume": spec.volume and _volume(spec.volume),
            "nics": _nics(spec),
            "availability_zone": _zones(spec),
        },
    }


def _v2_part(spec: ClusterSpec) -> dict[str, Any]:
    role = {
        "type": _DATA_ROLE,
        "instanceNum": spec.instance_num,
        "flavorRef": spec.flavor,
        "volume": spec.volume and _volume(spec.volume),
    }
    return {
        "desc": spec.description,
        "roles": [role],
        "nics": _nics(spec),
        "availability_zone": _zones(spec),
    }


def _nics(spec: ClusterSpec) -> dict[str, Any]:
    return {
        "vpcId": spec.vpc_id,
        "netId": spec.subnet_id,
        "securityGroupId": spec.security_group_id,
    }


def _zones(spec: ClusterSpec) -> str:
    """Return the zones as the API wants them: "az1,az2", without spaces."""
    return ",".join(spec.availability_zones)


def _volume(volume: Volume) -> dict[str, Any]:
    return {"volume_type": volume.type, "size": volume.size_gb}


def _datastore(datastore: Datastore) -> dict[str, Any]:
    return {"type": datastore.type, "version": datastore.version}


def _backup_strategy(backup: BackupPolicy) -> dict[str, Any]:
    return {
        "period": backup.period,
        "prefix": backup.prefix,
        "keepday": backup.keepday,
        "frequency": backup.frequency,
        "bucket": backup.bucket,
        "basePath": backup.base_path,
        "agency": backup.agency,
    }


def _tags(*tags: Tag) -> list[dict[str, Any]]:
    """Return one item for each key, the last one given: CSS refuses a repeated key."""
    values = {tag.key: tag.value for tag in tags}
    return [{"key": key, "value": value} for key, value in values.items()]


def _without_empty(values: dict[str, Any]) -> dict[str, Any]:
    """Remove what is None or empty, at any depth; zero and false stay."""
    filled = {name: _without_empty_value(value) for name, value in values.items()}
    return {
        name: value
        for name, value in filled.items()
        if value is not None and value not in ("", [], {})
    }


def _without_empty_value(value: Any) -> Any:
    if isinstance(value, dict):
        return _without_empty(value)
    if isinstance(value, list):
        return [_without_empty(item) for item in value]
    return value
