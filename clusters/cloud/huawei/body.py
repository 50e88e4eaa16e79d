"""From the spec to the exact bytes of a create, v1.0 or v2.0, and their hash; pure."""

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


def build_body(
    spec: ClusterSpec, *, api: CreateApi = CreateApi.V1, tags: tuple[Tag, ...] = ()
) -> dict[str, Any]:
    """
    Return the body of ``POST /v1.0/{project_id}/clusters``, or of v2.0, as JSON values.

    What the spec leaves out is left out here: no null, no empty string, since the cloud
    answers those with a page of HTML. `tags` come on top of the spec's own and win over
    them. The description is sent by v2.0 only, since v1.0 has no field for it.
    """
    cluster = {
        "name": spec.name,
        "datastore": spec.datastore and _datastore(spec.datastore),
        "backupStrategy": spec.backup and _backup_strategy(spec.backup),
        "enterprise_project_id": spec.enterprise_project_id,
        "tags": _tags(*spec.tags, *tags),
        **(_v2_part(spec) if api is CreateApi.V2 else _v1_part(spec)),
    }
    return {"cluster": _filled(cluster)}


def api_of(body: bytes) -> CreateApi:
    """
    Return the call that these bytes are for.

    Asked of the bytes themselves, so that what was approved settles where it is sent:
    only v2.0 knows roles.

    :raises ValueError: if these bytes are no body of a create
    """
    try:
        has_roles = "roles" in json.loads(body)["cluster"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError("This is no body of a create.") from error
    return CreateApi.V2 if has_roles else CreateApi.V1


def canonical_bytes(body: Mapping[str, Any]) -> bytes:
    """Return the bytes that are hashed, approved and sent: UTF-8, sorted, no spaces."""
    return json.dumps(
        body,
        ensure_ascii=False,
        allow_nan=False,
        sort_keys=True,
        separators=(",", ":"),
    ).encode()


def sha256_of(body: bytes) -> str:
    """Return the SHA-256 of these bytes in lowercase hex."""
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
    """One entry per key: the cloud refuses a body that names a key twice."""
    last_word = {tag.key: tag.value for tag in tags}
    return [{"key": key, "value": value} for key, value in last_word.items()]


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    """Drop what is None or empty, however deep; a zero stays."""
    filled = {name: _filled_value(value) for name, value in values.items()}
    return {
        name: value
        for name, value in filled.items()
        if value is not None and value not in ("", [], {})
    }


def _filled_value(value: Any) -> Any:
    if isinstance(value, dict):
        return _filled(value)
    if isinstance(value, list):
        return [_filled(item) for item in value]
    return value
