"""What a v2.0 create says about access from outside; it is checked and not built."""

from clusters.simulator.checks.body_parsing import (
    Block,
    block_of,
    flag_of,
    is_whole_number,
    only,
    text_of,
)
from clusters.simulator.refusals import css_refusal, incorrect

_WIDEST_MBIT = 200


def check_access(cluster: Block, *, https: bool, authority: bool) -> None:
    """Check public access, public Kibana and the VPC endpoint."""
    _check_public(block_of(cluster, "publicIPReq"), https=https)
    _check_kibana(block_of(cluster, "publicKibanaReq"), authority=authority)
    balance = block_of(cluster, "loadBalance")
    if balance is not None:
        if "endpointWithDnsName" not in balance:
            raise incorrect("endpointWithDnsName")
        flag_of(balance, "endpointWithDnsName")


def _check_public(public: Block | None, *, https: bool) -> None:
    if public is None:
        return
    if not https:
        raise css_refusal("CSS.5310", "Public access needs httpsEnable to be true.")
    only(public, frozenset({"eip", "publicBindType", "elbWhiteListReq", "eipId"}))
    if public.get("publicBindType") != "auto_assign":
        raise css_refusal("CSS.5098", "The publicBindType is incorrect.")
    band = block_of(block_of(public, "eip") or {}, "bandWidth") or {}
    _check_bandwidth(band.get("size"))
    _check_white_list(public, "elbWhiteListReq")


def _check_kibana(kibana: Block | None, *, authority: bool) -> None:
    if kibana is None:
        return
    if not authority:
        words = "Public access to Kibana needs authorityEnable to be true."
        raise css_refusal("CSS.5310", words)
    only(kibana, frozenset({"eipSize", "elbWhiteList"}))
    _check_bandwidth(kibana.get("eipSize"))
    _check_white_list(kibana, "elbWhiteList")


def _check_bandwidth(size: object) -> None:
    if not is_whole_number(size) or not 1 <= int(str(size)) <= _WIDEST_MBIT:
        words = f"The bandwidth must be within 1-{_WIDEST_MBIT} Mbit/s."
        raise css_refusal("CSS.0071", words)


def _check_white_list(parent: Block, key: str) -> None:
    white_list = block_of(parent, key)
    if white_list is None or "enableWhiteList" not in white_list:
        raise incorrect(key)
    if flag_of(white_list, "enableWhiteList"):
        text_of(white_list, "whiteList")
