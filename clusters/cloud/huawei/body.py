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
    PASSWORD_REFERENCE,
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

_DATA_ROLE = "ess"
"""Role of data nodes; a cluster without one is refused (CSS.5167)."""

_EVERYBODY = "0.0.0.0/0"
"""The white list beside a switch that is off: it says the same where only it is read."""


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
        **(_security(spec.security) if spec.security else {}),
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
    return CreateApi.V2 if "roles" in _cluster_of(body) else CreateApi.V1


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


def needs_password(body: bytes) -> bool:
    """
    Whether this body refers to a password that has to be put in before it is sent.

    :raises ValueError: if these bytes are not the body of a create
    """
    return bool(_cluster_of(body).get("adminPwd") == PASSWORD_REFERENCE)


def with_password(body: bytes, password: str) -> bytes:
    """
    Return the bytes for the wire: the reference is replaced by the password.

    By its place in the structure, not as text, since any name may contain the same words.
    What is returned must not be stored, logged or hashed.

    :raises ValueError: if these bytes are no body of a create with a reference
    """
    if not needs_password(body):
        raise ValueError("This body refers to no password.")
    whole = json.loads(body)
    whole["cluster"]["adminPwd"] = password
    return canonical_bytes(whole)


def _cluster_of(body: bytes) -> dict[str, Any]:
    try:
        cluster: dict[str, Any] = json.loads(body)["cluster"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError("This is no body of a create.") from error
    if not isinstance(cluster, dict):
        raise ValueError("This is no body of a create.")  # noqa: TRY004 - bytes, not types
    return cluster


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
    data = NodeGroup(
        flavor=spec.flavor, instance_num=spec.instance_num, volume=spec.volume
    )
    groups = {
        _DATA_ROLE: data,
        "ess-master": spec.masters,
        "ess-client": spec.clients,
        "ess-cold": spec.cold,
    }
    return {
        "desc": spec.description,
        "roles": [_role(kind, group) for kind, group in groups.items() if group],
        "nics": _nics(spec),
        "availability_zone": _zones(spec),
        "diskEncryption": _encryption(spec.encryption_key_id),
        "publicIPReq": spec.public and _public(spec.public),
        "publicKibanaReq": spec.kibana and _kibana(spec.kibana),
        "loadBalance": spec.vpc_endpoint and _endpoint(spec.vpc_endpoint),
    }


def _role(kind: str, group: NodeGroup) -> dict[str, Any]:
    return {
        "type": kind,
        "instanceNum": group.instance_num,
        "flavorRef": group.flavor,
        "volume": group.volume and _volume(group.volume),
    }


def _security(security: SecurityMode) -> dict[str, Any]:
    # httpsEnable is sent when false, too: CSS.5177 is its absence.
    return {
        "authorityEnable": True,
        "httpsEnable": security.https,
        "adminPwd": PASSWORD_REFERENCE,
    }


def _encryption(key_id: str) -> dict[str, Any] | None:
    # The page types this switch as a text.
    return {"systemEncrypted": "1", "systemCmkid": key_id} if key_id else None


def _public(access: PublicAccess) -> dict[str, Any]:
    return {
        "eip": {"bandWidth": {"size": access.bandwidth_mbit}},
        "publicBindType": "auto_assign",
        "elbWhiteListReq": _white_list(access),
    }


def _kibana(access: PublicAccess) -> dict[str, Any]:
    return {"eipSize": access.bandwidth_mbit, "elbWhiteList": _white_list(access)}


def _white_list(access: PublicAccess) -> dict[str, Any]:
    # The pages call whiteList mandatory, also when the switch is off; of the vendor's SDK
    # models that of Kibana does so, too. An empty text is never sent.
    return {
        "enableWhiteList": bool(access.whitelist),
        "whiteList": ",".join(access.whitelist) or _EVERYBODY,
    }


def _endpoint(endpoint: VpcEndpoint) -> dict[str, Any]:
    return {
        "endpointWithDnsName": endpoint.with_dns,
        "vpcPermissions": list(endpoint.permissions),
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
        return [_without_empty_value(item) for item in value]
    return value
