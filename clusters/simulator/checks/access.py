"""Public access, public Kibana, VPC endpoint of a v2.0 create."""

import re
from ipaddress import ip_network

from clusters.simulator.checks.body_parsing import (
    JsonObject,
    bool_value,
    is_integer,
    object_value,
    reject_unknown_keys,
    text_value,
)
from clusters.simulator.cluster_order import Access, PublicAddress
from clusters.simulator.refusals import css_refusal, invalid_parameter

_MAX_BANDWIDTH_MBIT = 200
_MAX_WHITE_LIST = 300
"""Entries of an IP address group of ELB (ELB User Guide), which CSS makes of the list."""
_ENDPOINT_KEYS = frozenset(
    {"endpointWithDnsName", "vpcPermissions", "professionVpcep", "dualstackEnable"}
)
_PERMISSION = re.compile(r"iam:domain::[0-9a-f]{32}", re.ASCII)


def check_access(cluster: JsonObject, *, https: bool, authority: bool) -> Access:
    """
    Check parameters ``publicIPReq``, ``publicKibanaReq`` and ``loadBalance``.

    :raises CssRefusal: the first violation; public access needs HTTPS, public Kibana
        needs the security mode
    """
    return Access(
        public=_check_public(object_value(cluster, "publicIPReq"), https=https),
        kibana=_check_kibana(
            object_value(cluster, "publicKibanaReq"), authority=authority
        ),
        has_endpoint_service=_check_endpoint(object_value(cluster, "loadBalance")),
    )


def _check_public(public: JsonObject | None, *, https: bool) -> PublicAddress | None:
    if public is None:
        return None
    if not https:
        raise css_refusal("CSS.5310", "Public access needs httpsEnable to be true.")
    reject_unknown_keys(
        public, frozenset({"eip", "publicBindType", "elbWhiteListReq", "eipId"})
    )
    if public.get("publicBindType") != "auto_assign":
        raise css_refusal("CSS.5098", "The publicBindType is incorrect.")
    band = object_value(object_value(public, "eip") or {}, "bandWidth") or {}
    return PublicAddress(
        bandwidth_mbit=_check_bandwidth(band.get("size")),
        white_list=_check_white_list(public, "elbWhiteListReq"),
    )


def _check_kibana(
    kibana: JsonObject | None, *, authority: bool
) -> PublicAddress | None:
    if kibana is None:
        return None
    if not authority:
        message = "Public access to Kibana needs authorityEnable to be true."
        raise css_refusal("CSS.5310", message)
    reject_unknown_keys(kibana, frozenset({"eipSize", "elbWhiteList"}))
    return PublicAddress(
        bandwidth_mbit=_check_bandwidth(kibana.get("eipSize")),
        white_list=_check_white_list(kibana, "elbWhiteList"),
    )


def _check_bandwidth(size: object) -> int:
    if not is_integer(size) or not 1 <= int(str(size)) <= _MAX_BANDWIDTH_MBIT:
        message = f"The bandwidth must be within 1-{_MAX_BANDWIDTH_MBIT} Mbit/s."
        raise css_refusal("CSS.0071", message)
    return int(str(size))


def _check_white_list(parent: JsonObject, key: str) -> str:
    white_list = object_value(parent, key)
    if white_list is None or "enableWhiteList" not in white_list:
        raise invalid_parameter(key)
    reject_unknown_keys(white_list, frozenset({"enableWhiteList", "whiteList"}))
    if not bool_value(white_list, "enableWhiteList"):
        return ""
    entries = text_value(white_list, "whiteList")
    listed = entries.split(",")
    for entry in listed:
        _check_entry(entry)
    if len(set(listed)) < len(listed):
        raise css_refusal("CSS.5039", "An entry of the white list is given twice.")
    if len(listed) > _MAX_WHITE_LIST:
        message = f"A white list has at most {_MAX_WHITE_LIST} entries."
        raise css_refusal("CSS.5038", message)
    return entries


def _check_entry(entry: str) -> None:
    """Check one address or CIDR block; bits behind the mask make it no block."""
    # `ip_network` takes a mask in dots, too, and a zone; the page shows neither.
    if not re.fullmatch(r"[0-9A-Fa-f.:]+(/[0-9]{1,3})?", entry):
        raise invalid_parameter(f"whiteList: {entry:.80}")
    try:
        ip_network(entry)
    except ValueError:
        raise invalid_parameter(f"whiteList: {entry:.80}") from None


def _check_endpoint(balance: JsonObject | None) -> bool:
    if balance is None:
        return False
    reject_unknown_keys(balance, _ENDPOINT_KEYS)
    if "endpointWithDnsName" not in balance:
        raise invalid_parameter("endpointWithDnsName")
    for key in ("endpointWithDnsName", "professionVpcep", "dualstackEnable"):
        bool_value(balance, key)
    permissions = balance.get("vpcPermissions", [])
    if not isinstance(permissions, list) or not all(map(_names_account, permissions)):
        raise invalid_parameter("vpcPermissions")
    return True


def _names_account(permission: object) -> bool:
    return isinstance(permission, str) and bool(_PERMISSION.fullmatch(permission))
