"""From the spec to the exact bytes of a v1.0 create, and their hash; pure."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from clusters.cloud.types import BackupPolicy, ClusterSpec, Datastore, Tag, Volume


def build_body(spec: ClusterSpec, *, tags: tuple[Tag, ...] = ()) -> dict[str, Any]:
    """
    Return the body of ``POST /v1.0/{project_id}/clusters`` as JSON values.

    What the spec leaves out is left out here: no null, no empty string, since the cloud
    answers those with a page of HTML. `tags` come on top of the spec's own and win over
    them. The description is not sent, since v1.0 has no field for it.
    """
    cluster = {
        "name": spec.name,
        "instanceNum": spec.instance_num,
        "instance": _instance(spec),
        "datastore": spec.datastore and _datastore(spec.datastore),
        "backupStrategy": spec.backup and _backup_strategy(spec.backup),
        "tags": _tags(*spec.tags, *tags),
    }
    return {"cluster": _filled(cluster)}


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


def _instance(spec: ClusterSpec) -> dict[str, Any]:
    return {
        "flavorRef": spec.flavor,
        "volume": spec.volume and _volume(spec.volume),
        "nics": {
            "vpcId": spec.vpc_id,
            "netId": spec.subnet_id,
            "securityGroupId": spec.security_group_id,
        },
        # v1.0 wants the zones here, v2.0 one level up.
        "availability_zone": ",".join(spec.availability_zones),
    }


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
