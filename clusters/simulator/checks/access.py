"""Public access, public Kibana, VPC endpoint of a v2.0 create; checked, not built."""

from clusters.simulator.checks.body_parsing import (
    JsonObject,
    bool_value,
    is_integer,
    object_value,
    reject_unknown_keys,
    text_value,
)
from clusters.simulator.refusals import css_refusal, invalid_parameter

_MAX_BANDWIDTH_MBIT = 200


def check_access(cluster: JsonObject, *, https: bool, authority: bool) -> None:
    """
    Check parameters ``publicIPReq``, ``publicKibanaReq`` and ``loadBalance``.

    :raises CssRefusal: the first violation; public access needs HTTPS, public Kibana
        needs the security mode
    """
    _check_public(object_value(cluster, "publicIPReq"), https=https)
    _check_kibana(object_value(cluster, "publicKibanaReq"), authority=authority)
    balance = object_value(cluster, "loadBalance")
    if balance is not None:
        if "endpointWithDnsName" not in balance:
            raise invalid_parameter("endpointWithDnsName")
        bool_value(balance, "endpointWithDnsName")


def _check_public(public: JsonObject | None, *, https: bool) -> None:
    if public is None:
        return
    if not https:
        raise css_refusal("CSS.5310", "Public access needs httpsEnable to be true.")
    reject_unknown_keys(
        public, frozenset({"eip", "publicBindType", "elbWhiteListReq", "eipId"})
    )
    if public.get("publicBindType") != "auto_assign":
        raise css_refusal("CSS.5098", "The publicBindType is incorrect.")
    band = object_value(object_value(public, "eip") or {}, "bandWidth") or {}
    _check_bandwidth(band.get("size"))
    _check_white_list(public, "elbWhiteListReq")


def _check_kibana(kibana: JsonObject | None, *, authority: bool) -> None:
    if kibana is None:
        return
    if not authority:
        message = "Public access to Kibana needs authorityEnable to be true."
        raise css_refusal("CSS.5310", message)
    reject_unknown_keys(kibana, frozenset({"eipSize", "elbWhiteList"}))
    _check_bandwidth(kibana.get("eipSize"))
    _check_white_list(kibana, "elbWhiteList")


def _check_bandwidth(size: object) -> None:
    if not is_integer(size) or not 1 <= int(str(size)) <= _MAX_BANDWIDTH_MBIT:
        message = f"The bandwidth must be within 1-{_MAX_BANDWIDTH_MBIT} Mbit/s."
        raise css_refusal("CSS.0071", message)


def _check_white_list(parent: JsonObject, key: str) -> None:
    white_list = object_value(parent, key)
    if white_list is None or "enableWhiteList" not in white_list:
        raise invalid_parameter(key)
    if bool_value(white_list, "enableWhiteList"):
        text_value(white_list, "whiteList")
