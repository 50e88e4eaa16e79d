"""
Reads the body of a create back to a spec, for tests.

Written from the vendor's tables (CSS API Reference, Creating a Cluster, v1.0 and v2.0), and
shares nothing with `clusters.cloud.huawei.body`, which builds the bodies.
"""

import json
from typing import Any

from clusters.cloud.types import (
    BackupPolicy,
    ClusterSpec,
    Datastore,
    NodeGroup,
    PublicAccess,
    SecurityMode,
    Tag,
    Volume,
    VpcEndpoint,
)


def spec_of_body(body: bytes, *, without: str = "portal-request") -> ClusterSpec:
    """
    Return the spec that this body asks for; the version is read from the body.

    :param without: key of a tag that is not the spec's
    :raises KeyError: if a mandatory part is missing
    """
    cluster = json.loads(body)["cluster"]
    nodes = _v2_nodes(cluster) if "roles" in cluster else _v1_nodes(cluster)
    backup = cluster.get("backupStrategy")
    return ClusterSpec(
        name=cluster["name"],
        description=cluster.get("desc", ""),
        datastore=Datastore(**cluster["datastore"]),
        backup=_backup(backup) if backup else None,
        tags=tuple(
            Tag(key=tag["key"], value=tag.get("value", ""))
            for tag in cluster.get("tags", ())
            if tag["key"] != without
        ),
        enterprise_project_id=cluster.get("enterprise_project_id", ""),
        security=(
            SecurityMode(https=cluster["httpsEnable"])
            if cluster.get("authorityEnable")
            else None
        ),
        encryption_key_id=_key(cluster.get("diskEncryption")),
        public=_public(cluster.get("publicIPReq")),
        kibana=_kibana(cluster.get("publicKibanaReq")),
        vpc_endpoint=_endpoint(cluster.get("loadBalance")),
        **nodes,
    )


def _v1_nodes(cluster: dict[str, Any]) -> dict[str, Any]:
    instance = cluster["instance"]
    return {
        "flavor": instance["flavorRef"],
        "instance_num": cluster["instanceNum"],
        "volume": _volume(instance),
        "availability_zones": tuple(instance["availability_zone"].split(",")),
        **_network(instance["nics"]),
    }


def _v2_nodes(cluster: dict[str, Any]) -> dict[str, Any]:
    roles = {role["type"]: role for role in cluster["roles"]}
    data = roles.pop("ess")
    names = {"ess-master": "masters", "ess-client": "clients", "ess-cold": "cold"}
    others = {names[kind]: _nodes(role) for kind, role in roles.items()}
    return {
        "flavor": data["flavorRef"],
        "instance_num": data["instanceNum"],
        "volume": _volume(data),
        "availability_zones": tuple(cluster["availability_zone"].split(",")),
        **_network(cluster["nics"]),
        **others,
    }


def _nodes(role: dict[str, Any]) -> NodeGroup:
    return NodeGroup(
        flavor=role["flavorRef"],
        instance_num=role["instanceNum"],
        volume=_volume(role),
    )


def _volume(block: dict[str, Any]) -> Volume | None:
    if "volume" not in block:
        return None
    volume = block["volume"]
    return Volume(type=volume["volume_type"], size_gb=volume["size"])


def _network(nics: dict[str, str]) -> dict[str, str]:
    return {
        "vpc_id": nics["vpcId"],
        "subnet_id": nics["netId"],
        "security_group_id": nics["securityGroupId"],
    }


def _backup(block: dict[str, Any]) -> BackupPolicy:
    return BackupPolicy(
        period=block["period"],
        prefix=block["prefix"],
        keepday=block["keepday"],
        frequency=block.get("frequency", ""),
        bucket=block.get("bucket", ""),
        base_path=block.get("basePath", ""),
        agency=block.get("agency", ""),
    )


def _key(block: dict[str, str] | None) -> str:
    return block["systemCmkid"] if block and block["systemEncrypted"] == "1" else ""


def _public(block: dict[str, Any] | None) -> PublicAccess | None:
    if block is None:
        return None
    size = block["eip"]["bandWidth"]["size"]
    return PublicAccess(
        bandwidth_mbit=size, whitelist=_white_list(block["elbWhiteListReq"])
    )


def _kibana(block: dict[str, Any] | None) -> PublicAccess | None:
    if block is None:
        return None
    return PublicAccess(
        bandwidth_mbit=block["eipSize"], whitelist=_white_list(block["elbWhiteList"])
    )


def _white_list(block: dict[str, Any]) -> tuple[str, ...]:
    return tuple(block["whiteList"].split(",")) if block["enableWhiteList"] else ()


def _endpoint(block: dict[str, Any] | None) -> VpcEndpoint | None:
    if block is None:
        return None
    return VpcEndpoint(
        with_dns=block["endpointWithDnsName"],
        permissions=tuple(block.get("vpcPermissions", ())),
    )
