"""What a create may carry beside size and network."""

import re

from clusters.simulator.checks.body_parsing import (
    Block,
    block_of,
    flag_of,
    only,
    text_of,
)
from clusters.simulator.checks.size import check_security_mode
from clusters.simulator.refusals import CssRefusal, css_refusal, incorrect
from clusters.simulator.site import Site
from clusters.simulator.stock import Release

_MOST_TAGS = 10
_LONGEST_DESCRIPTION = 128
SPECIAL_V1 = r"~!@#$%^&*()-_=+\|[{}];:,<.>/?"
SPECIAL_V2 = r"~!@#$%&*()-_=|[{}];:,<.>/?"
_LETTERS_AND_DIGITS = (r"[A-Z]", r"[a-z]", r"[0-9]")
_WEAK_PASSWORDS = frozenset(
    {"admin@123", "huawei@123", "p@ssw0rd", "passw0rd!", "password1!", "test@123"}
)
_EPS_ID = re.compile(r"0|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def check_security(
    cluster: Block, release: Release, special: str = SPECIAL_V1
) -> tuple[bool, bool]:
    """Return whether HTTPS and whether security mode is on."""
    https = flag_of(cluster, "httpsEnable")
    authority = flag_of(cluster, "authorityEnable")
    if https and not authority:
        words = "httpsEnable needs authorityEnable to be true."
        raise css_refusal("CSS.5171", words)
    if authority:
        check_security_mode(release)
        _check_password(cluster.get("adminPwd"), special)
    return https, authority


def check_tags(cluster: Block) -> tuple[tuple[str, str], ...]:
    """Return keys and values: 1-36 and 0-43 of letters, digits, - and _; at most 10."""
    tags = cluster.get("tags", [])
    if not isinstance(tags, list):
        raise incorrect("tags")
    if len(tags) > _MOST_TAGS:
        raise css_refusal("CSS.5038", f"A cluster has at most {_MOST_TAGS} tags.")
    pairs = tuple(_check_tag(tag) for tag in tags)
    if len(dict(pairs)) < len(pairs):
        raise css_refusal("CSS.5039", "A tag key is given twice.")
    return pairs


def check_enterprise_project(cluster: Block, site: Site) -> str:
    """Return the enterprise project, "0" for the default one."""
    if "enterprise_project_id" not in cluster:
        return "0"
    if not site.has_enterprise_projects:
        raise css_refusal("CSS.0070", "This site has no enterprise projects.")
    wanted = text_of(cluster, "enterprise_project_id")
    if not _EPS_ID.fullmatch(wanted):
        raise incorrect("enterprise_project_id")
    return wanted


def check_description(cluster: Block) -> str:
    """Return the description, up to 128 characters."""
    description = text_of(cluster, "desc", "")
    if len(description) > _LONGEST_DESCRIPTION:
        raise incorrect("desc")
    return description


def check_the_rest(cluster: Block) -> None:
    """Check what has no effect here; prepaid clusters are not sold."""
    flag_of(cluster, "ipv6_enable")
    block_of(cluster, "diskEncryption")
    if "payInfo" in cluster:
        raise css_refusal("CSS.5302", "The payModel is incorrect.")


def _check_password(password: object, special: str) -> None:
    if not isinstance(password, str) or not 8 <= len(password) <= 32:
        raise _bad_password()
    classes = (*_LETTERS_AND_DIGITS, f"[{re.escape(special)}]")
    if sum(bool(re.search(each, password)) for each in classes) < 3:
        raise _bad_password()
    if password.lower() in _WEAK_PASSWORDS:
        raise css_refusal("CSS.2026", "The password is weak. Choose another one.")


def _bad_password() -> CssRefusal:
    words = "The administrator password does not meet the requirements."
    return css_refusal("CSS.0050", words)


def _check_tag(tag: object) -> tuple[str, str]:
    if not isinstance(tag, dict):
        raise incorrect("tags")
    only(tag, frozenset({"key", "value"}))
    key, value = tag.get("key"), tag.get("value", "")
    if not _fits(key, r"(?!sys)[A-Za-z0-9_-]{1,36}"):
        raise css_refusal("CSS.5137", "The tag key is incorrect.")
    if not _fits(value, r"[A-Za-z0-9_-]{0,43}"):
        raise css_refusal("CSS.5138", "The tag value is incorrect.")
    return str(key), str(value)


def _fits(value: object, pattern: str) -> bool:
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None
