"""
Clusters of the simulated cloud, and their JSON at a given time.

Fields and statuses: CSS API Reference, Querying Cluster Details. Status "100" is in
progress, "200" available, "303" unavailable.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from clusters.simulator.cluster_order import Access, ClusterOrder, PublicAddress, Role

CREATING, AVAILABLE, FAILED = "100", "200", "303"


@dataclass(frozen=True, kw_only=True)
class Failure:
    """The reason that a creation which will end with status 303 is going to show."""

    code: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """
    One cluster. Its status is computed from the time, so a restart does not change it.

    ``created_at`` and ``built_at`` (the end of the creation, with success or failure)
    are seconds since 1970. ``number`` counts all clusters and orders those that were
    created at the same time. ``failure`` is set if the creation is going to fail.
    """

    id: str
    project_id: str
    number: int
    order: ClusterOrder
    created_at: float
    built_at: float
    addresses: tuple[str, ...]
    failure: Failure | None = None

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Cluster":
        """Return a cluster from the output of ``dataclasses.asdict`` after JSON."""
        order, failure = data["order"], data["failure"]
        order = {
            **order,
            "zones": tuple(order["zones"]),
            "tags": tuple((key, value) for key, value in order["tags"]),
            "others": tuple(Role(**each) for each in order.get("others", ())),
            "access": _access_from_json(order.get("access", {})),
        }
        return cls(
            **{
                **data,
                "order": ClusterOrder(**order),
                "addresses": tuple(data["addresses"]),
                "failure": Failure(**failure) if failure else None,
            }
        )

    def status(self, now: float) -> str:
        """Return "100" during the creation, then "200" or "303"."""
        if now < self.built_at:
            return CREATING
        return FAILED if self.failure else AVAILABLE

    def as_list_entry(self, now: float) -> dict[str, object]:
        """Return the cluster as an entry of the list."""
        status = self.status(now)
        entry = {**self._identity(now), **self._network(), **self._options(status)}
        entry |= self._public_access(status) | {
            "status": status,
            "endpoint": self._endpoint() if status == AVAILABLE else None,
            "actions": [],
            "actionProgress": self._progress(now),
            "instances": self._instances(status),
        }
        if self.failure and status == FAILED:
            entry["failedReason"] = {
                "errorCode": self.failure.code,
                "errorMsg": self.failure.message,
            }
        return entry

    def as_detail(self, now: float) -> dict[str, object]:
        """Return the body of the detail call; the cluster has no wrapper object."""
        shown = {**self.as_list_entry(now), "supportVpcep": True}
        if self.order.access.has_endpoint_service and self.status(now) == AVAILABLE:
            shown["vpcepIp"] = f"198.19.128.{1 + self.number % 254}"
        return shown

    def _identity(self, now: float) -> dict[str, object]:
        identity: dict[str, object] = {
            "id": self.id,
            "name": self.order.name,
            "created": _naive_utc(self.created_at),
            "updated": _naive_utc(min(now, self.built_at)),
            "datastore": {
                "type": self.order.engine,
                "version": self.order.version,
                "subVersion": f"{self.order.version}_24.3.0_0827",
                "isEosCluster": False,
                "supportSecuritymode": True,
            },
        }
        if self.order.description:
            identity["desc"] = self.order.description
        return identity

    def _network(self) -> dict[str, object]:
        return {
            "vpcId": self.order.vpc_id,
            "subnetId": self.order.subnet_id,
            "securityGroupId": self.order.security_group_id,
            "currentSubnetIds": self.order.subnet_id,
        }

    def _public_access(self, status: str) -> dict[str, object]:
        public, kibana = self.order.access.public, self.order.access.kibana
        is_shown = status == AVAILABLE
        return {
            "publicIp": self._public_ip(0, 9200) if public and is_shown else None,
            "publicKibanaResp": self._kibana(kibana) if kibana and is_shown else None,
            "elbWhiteList": _white_list(public),
            "bandwidthSize": public.bandwidth_mbit if public else 0,
        }

    def _kibana(self, kibana: PublicAddress) -> dict[str, object]:
        return {
            "eipSize": kibana.bandwidth_mbit,
            "publicKibanaIp": self._public_ip(1, 5601),
            "elbWhiteListResp": _white_list(kibana),
        }

    def _public_ip(self, offset: int, port: int) -> str:
        # RFC 5737 keeps this block for documents: nobody has these addresses.
        return f"203.0.113.{1 + (2 * self.number + offset) % 254}:{port}"

    def _options(self, status: str) -> dict[str, object]:
        return {
            "httpsEnable": self.order.https,
            "authorityEnable": self.order.authority,
            "diskEncrypted": bool(self.order.cmk_id),
            "cmkId": self.order.cmk_id,
            "backupAvailable": self.order.has_backup and status == AVAILABLE,
            "enterpriseProjectId": self.order.enterprise_project_id,
            "tags": [{"key": key, "value": value} for key, value in self.order.tags],
            "period": False,
        }

    def _endpoint(self) -> str:
        data = self.addresses[: self.order.instance_num]
        return ",".join(f"{address}:9200" for address in data)

    def _progress(self, now: float) -> dict[str, str]:
        if now >= self.built_at:
            return {}
        done = (now - self.created_at) / (self.built_at - self.created_at)
        return {"CREATING": f"{max(5, min(99, int(done * 100)))}%"}

    def _instances(self, status: str) -> list[dict[str, object]]:
        nodes = [
            (role, position)
            for role in self.order.roles
            for position in range(1, role.instance_num + 1)
        ]
        return [
            self._instance(role, position, address, status)
            for (role, position), address in zip(nodes, self.addresses, strict=True)
        ]

    def _instance(
        self, role: Role, position: int, address: str, status: str
    ) -> dict[str, object]:
        zones, name = self.order.zones, f"{role.type}-esn-{position}-1"
        return {
            "status": status,
            "type": role.type,
            "id": str(uuid5(NAMESPACE_DNS, f"{self.id} {address}")),
            "name": f"{self.order.name}-{name}",
            "specCode": role.flavor,
            "azCode": zones[(position - 1) % len(zones)],
            "volume": _volume(role),
            "resourceId": None,
            "subnetId": self.order.subnet_id,
            "ip": address if status == AVAILABLE else None,
        }


def _volume(role: Role) -> dict[str, object] | None:
    # The vendor does not document this field for nodes with local disks.
    if not role.volume_type:
        return None
    return {"type": role.volume_type, "size": role.volume_size, "resourceIds": []}


def _white_list(address: PublicAddress | None) -> dict[str, object]:
    entries = address.white_list if address else ""
    return {"whiteList": entries, "enableWhiteList": bool(entries)}


def _access_from_json(data: dict[str, Any]) -> Access:
    public, kibana = data.get("public"), data.get("kibana")
    return Access(
        public=PublicAddress(**public) if public else None,
        kibana=PublicAddress(**kibana) if kibana else None,
        has_endpoint_service=bool(data.get("has_endpoint_service")),
    )


def _naive_utc(timestamp: float) -> str:
    return datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%dT%H:%M:%S")
