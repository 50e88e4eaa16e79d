"""Reads what was chosen so far from a form that may be half filled, or filled wrongly."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from clusters.cloud.text_cleaning import tidy_value
from clusters.cloud.types import Datastore
from clusters.domain.catalog import Catalog
from clusters.options import Chosen, is_usable_subnet

KINDS: Final = ("master", "client", "cold")
"""First part of the names of the fields of other nodes."""
_WHOLE: Final = re.compile(r"[0-9]{1,9}")

Read = Callable[[str], Any]
"""Returns the raw value of a field by its name: text, a list of texts, or None."""


def chosen_of(read: Read, catalog: Catalog) -> Chosen:
    """Return the values on which others depend; what cannot be read counts as not chosen."""
    return Chosen(
        datastore=_datastore(_word(read("datastore"))) or catalog.newest_datastore(),
        flavor=_word(read("flavor")),
        zones=tuple(_word(each) for each in read("availability_zones") or ()),
        nodes=_nodes(read),
        vpc_id=_word(read("vpc_id")),
    )


def implied_network(values: Mapping[str, Any], catalog: Catalog) -> dict[str, Any]:
    """
    Return what goes without saying about the network: nothing that was chosen changes.

    The VPC of a chosen subnet, if none was chosen; the only subnet of a chosen VPC that
    can be used, if none was chosen.
    """
    vpc_id = _word(values.get("vpc_id"))
    subnet = catalog.subnet(_word(values.get("subnet_id")))
    if subnet and not vpc_id:
        return {"vpc_id": subnet.vpc_id} if catalog.vpc(subnet.vpc_id) else {}
    if not vpc_id or _word(values.get("subnet_id")):
        return {}
    chosen = chosen_of(lambda name: _first(values, name), catalog)
    usable = [
        each.id
        for each in catalog.subnets_of(vpc_id)
        if is_usable_subnet(catalog, chosen, each)
    ]
    return {"subnet_id": usable[0]} if len(usable) == 1 else {}


def _first(values: Mapping[str, Any], name: str) -> Any:
    return () if name == "availability_zones" else values.get(name)


def _nodes(read: Read) -> int | None:
    """Return the number of nodes of all kinds; None without a number of data nodes."""
    data_nodes = _whole(read("instance_num"))
    if data_nodes is None:
        return None
    others = (
        _whole(read(f"{kind}_instance_num"))
        for kind in KINDS
        if _word(read(f"{kind}_flavor"))
    )
    return data_nodes + sum(filter(None, others))


def _datastore(text: str) -> Datastore | None:
    engine, _colon, version = text.partition(":")
    return Datastore(type=engine, version=version) if engine and version else None


def _whole(value: Any) -> int | None:
    text = _word(value)
    return int(text) if _WHOLE.fullmatch(text) else None


def _word(value: Any) -> str:
    return tidy_value(value) if isinstance(value, str) else ""
