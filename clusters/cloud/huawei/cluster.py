"""
Parses one cluster of a CSS response.

Source: CSS API Reference, Querying Cluster Details. Each part is read by itself: a
cluster with an unreadable part must stay visible, because a cluster that the portal does
not see could be created a second time.
"""

from collections.abc import Callable
from typing import TypeVar

from clusters.cloud.huawei.json_object import Item, JsonObject, UnexpectedShape
from clusters.cloud.huawei.responses import KEPT_BYTES
from clusters.cloud.types import (
    REQUEST_TAG,
    CloudCluster,
    CloudNode,
    CloudStatus,
    Datastore,
    Reach,
    Tag,
)

LONGEST_ID = 64
"""Length of the database columns for a cluster id; the cloud's ids are UUIDs."""

T = TypeVar("T")


class _PartReader:
    """Reads the parts of one cluster; `garbled` maps unreadable ones to the reason."""

    def __init__(self, row: JsonObject) -> None:
        self._row = row
        self.garbled: dict[str, str] = {}

    def read(self, part: str, read: Callable[[JsonObject], T], default: T) -> T:
        try:
            return read(self._row)
        except UnexpectedShape as error:
            self.garbled.setdefault(part, error.sentence)
            return default

    def text(self, part: str) -> str:
        return self.read(part, lambda row: row.text(part), "")

    def flag(self, part: str) -> bool | None:
        return self.read(part, lambda row: row.flag(part), None)

    def reach(self) -> Reach:
        """Read each part by itself: a garbled one says nothing about the others."""
        return Reach(
            https=self.flag("httpsEnable"),
            asks_for_password=self.flag("authorityEnable"),
            public_address=self.text("publicIp"),
            kibana_address=self.read("publicKibanaResp", _kibana_address, ""),
            endpoint_service=self.text("vpcepIp"),
            encryption_key_id=self.text("cmkId"),
            is_encrypted=self.flag("diskEncrypted"),
        )

    def tags(self) -> tuple[Tag, ...]:
        """Read each tag by itself: an unreadable one must not hide the portal's."""
        found: list[Tag] = []
        none: tuple[Item, ...] = ()
        for item in self.read("tags", lambda row: row.items("tags"), none):
            try:
                found.append(_tag(item.as_object()))
            except UnexpectedShape as error:
                # A tag with an empty key is readable enough: it is not the portal's.
                is_harmless = (
                    isinstance(item.value, dict) and item.value.get("key") == ""
                )
                part = "empty tag" if is_harmless else "tags"
                self.garbled.setdefault(part, error.sentence)
        return self._require_one_request_tag(found)

    def _require_one_request_tag(self, found: list[Tag]) -> tuple[Tag, ...]:
        """Treat the portal's tag as unreadable if it has no value, or several."""
        ours = {tag.value for tag in found if tag.key == REQUEST_TAG}
        if not ours or (len(ours) == 1 and "" not in ours):
            return tuple(found)
        error = self._row.shape_error(
            "tags", f"a list with one value for {REQUEST_TAG}"
        )
        self.garbled.setdefault("tags", error.sentence)
        return tuple(tag for tag in found if tag.key != REQUEST_TAG)


def cluster(row: JsonObject) -> CloudCluster:
    """
    Parse one cluster, as the list call and the detail call return it.

    A part that cannot be read is left empty and is named in `garbled`.

    :raises UnexpectedShape: if the id cannot be read
    """
    parts = _PartReader(row)
    status = parts.text("status")
    failure_code, failure_message = parts.read("failedReason", _failure, ("", ""))
    return CloudCluster(
        id=_id(row),
        name=parts.read("name", lambda row: row.required_text("name"), ""),
        status=_status(status),
        raw_status=status,
        actions=parts.read("actions", lambda row: row.texts("actions"), ()),
        progress=parts.read("progress", lambda row: row.pairs("actionProgress"), ()),
        failure_code=failure_code,
        failure_message=failure_message[:KEPT_BYTES],
        endpoint=parts.text("endpoint"),
        created=parts.text("created"),
        datastore=parts.read("datastore", _datastore, None),
        vpc_id=parts.text("vpcId"),
        subnet_id=parts.text("subnetId"),
        security_group_id=parts.text("securityGroupId"),
        nodes=parts.read("instances", _nodes, ()),
        tags=parts.tags(),
        reach=parts.reach(),
        garbled=tuple(parts.garbled.items()),
    )


def _id(row: JsonObject) -> str:
    if len(found := row.required_text("id")) > LONGEST_ID:
        raise row.shape_error("id", f"of at most {LONGEST_ID} characters")
    return found


def _tag(tag: JsonObject) -> Tag:
    return Tag(key=tag.required_text("key"), value=tag.text("value"))


def _failure(row: JsonObject) -> tuple[str, str]:
    """
    Return error code and message of a failed cluster, ("", "") of any other.

    The object is called `failedReason` in the current reference, `failed_reasons` in
    that of 2021; a value of another shape is returned as text, since it may hold the
    only explanation.
    """
    names = ("failedReason", "failedReasons", "failed_reasons")
    if row.is_text(*names):
        return "", row.text(*names)
    try:
        failure = row.object(*names)
        return ("", "") if failure is None else _code_and_message(failure)
    except UnexpectedShape:
        return "", row.as_json(*names)


def _code_and_message(failure: JsonObject) -> tuple[str, str]:
    return (
        failure.text("errorCode", "error_code"),
        failure.text("errorMsg", "error_msg"),
    )


def _status(text: str) -> CloudStatus:
    try:
        return CloudStatus(text)
    except ValueError:
        return CloudStatus.UNKNOWN


def _datastore(row: JsonObject) -> Datastore | None:
    datastore = row.object("datastore")
    if datastore is None:
        return None
    return Datastore(type=datastore.text("type"), version=datastore.text("version"))


def _kibana_address(row: JsonObject) -> str:
    kibana = row.object("publicKibanaResp")
    return "" if kibana is None else kibana.text("publicKibanaIp")


def _nodes(row: JsonObject) -> tuple[CloudNode, ...]:
    """Parse all nodes or none: a part of them would look like a smaller cluster."""
    return tuple(_node(node) for node in row.objects("instances"))


def _node(node: JsonObject) -> CloudNode:
    return CloudNode(
        status=_status(node.text("status")),
        type=node.text("type"),
        name=node.text("name"),
        flavor=node.text("specCode"),
        zone=node.text("azCode"),
        ip=node.text("ip"),
    )
