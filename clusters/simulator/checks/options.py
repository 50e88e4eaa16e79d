"""Security mode, encryption, tags, enterprise project and description of a create."""

import re

from clusters.simulator.checks.body_parsing import (
    JsonObject,
    bool_value,
    object_value,
    reject_unknown_keys,
    text_value,
)
from clusters.simulator.checks.size import check_security_mode
from clusters.simulator.refusals import CssRefusal, css_refusal, invalid_parameter
from clusters.simulator.site import Site
from clusters.simulator.stock import Release

_MAX_TAGS = 10
_MAX_DESCRIPTION_LENGTH = 128
SPECIAL_V1 = r"~!@#$%^&*()-_=+\|[{}];:,<.>/?"
SPECIAL_V2 = r"~!@#$%&*()-_=|[{}];:,<.>/?"
_LETTERS_AND_DIGITS = (r"[A-Z]", r"[a-z]", r"[0-9]")
_WEAK_PASSWORDS = frozenset(
    {
        "admin@123",
        "huawei@123",
        "p@ssw0rd",
        "passw0rd!",
        "password1!",
        "password@123",
        "qwerty@123",
        "test@123",
        "welcome@123",
    }
)
"""In lower case; the vendor does not publish the dictionary of its check."""
_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_EPS_ID = re.compile(f"0|{_UUID}", re.IGNORECASE)
_KEY_ID = re.compile(_UUID, re.IGNORECASE)


def check_security(
    cluster: JsonObject, release: Release, special: str = SPECIAL_V1
) -> tuple[bool, bool]:
    """
    Return whether HTTPS is on, and whether the security mode is on.

    :param special: the special characters that count in the password
    :raises CssRefusal: the first violation
    """
    https = bool_value(cluster, "httpsEnable")
    authority = bool_value(cluster, "authorityEnable")
    if https and not authority:
        message = "httpsEnable needs authorityEnable to be true."
        raise css_refusal("CSS.5171", message)
    if authority:
        check_security_mode(release)
        _check_password(cluster.get("adminPwd"), special)
    return https, authority


def check_tags(cluster: JsonObject) -> tuple[tuple[str, str], ...]:
    """
    Return pairs of key and value; at most 10 tags.

    A key has 1 to 36, a value 0 to 43 letters, digits, - and _ ; the prefix sys is
    reserved.

    :raises CssRefusal: the first violation
    """
    tags = cluster.get("tags", [])
    if not isinstance(tags, list):
        raise invalid_parameter("tags")
    if len(tags) > _MAX_TAGS:
        raise css_refusal("CSS.5038", f"A cluster has at most {_MAX_TAGS} tags.")
    pairs = tuple(_check_tag(tag) for tag in tags)
    if len(dict(pairs)) < len(pairs):
        raise css_refusal("CSS.5039", "A tag key is given twice.")
    return pairs


def check_enterprise_project(cluster: JsonObject, site: Site) -> str:
    """Return the id of the enterprise project, "0" for the default one."""
    if "enterprise_project_id" not in cluster:
        return "0"
    if not site.has_enterprise_projects:
        raise css_refusal("CSS.0070", "This site has no enterprise projects.")
    wanted = text_value(cluster, "enterprise_project_id")
    if not _EPS_ID.fullmatch(wanted):
        raise invalid_parameter("enterprise_project_id")
    return wanted


def check_description(cluster: JsonObject) -> str:
    """Return the description, at most 128 characters."""
    description = text_value(cluster, "desc", "")
    if len(description) > _MAX_DESCRIPTION_LENGTH:
        raise invalid_parameter("desc")
    return description


def check_encryption(cluster: JsonObject) -> str:
    """
    Return the id of the KMS key that encrypts the disks, "" for none.

    ``systemEncrypted`` is a text, "1" or "0". Any UUID counts as a key of the account.

    :raises CssRefusal: CSS.0001 for a malformed block, or without a key
    """
    encryption = object_value(cluster, "diskEncryption")
    if encryption is None:
        return ""
    reject_unknown_keys(encryption, frozenset({"systemEncrypted", "systemCmkid"}))
    if encryption.get("systemEncrypted") not in ("0", "1"):
        raise invalid_parameter("systemEncrypted")
    if encryption["systemEncrypted"] == "0":
        return ""
    if not _KEY_ID.fullmatch(key := text_value(encryption, "systemCmkid", "")):
        raise invalid_parameter("systemCmkid")
    return key


def check_unsupported_options(cluster: JsonObject) -> None:
    """Check options that the simulator accepts without effect; payInfo is rejected."""
    bool_value(cluster, "ipv6_enable")
    if "payInfo" in cluster:
        raise css_refusal("CSS.5302", "The payModel is incorrect.")


def _check_password(password: object, special: str) -> None:
    if not isinstance(password, str) or not 8 <= len(password) <= 32:
        raise _invalid_password()
    if not re.fullmatch(f"[A-Za-z0-9{re.escape(special)}]+", password):
        raise _invalid_password()
    classes = (*_LETTERS_AND_DIGITS, f"[{re.escape(special)}]")
    if sum(bool(re.search(each, password)) for each in classes) < 3:
        raise _invalid_password()
    if password.lower() in _WEAK_PASSWORDS:
        raise css_refusal("CSS.2026", "The password is weak. Choose another one.")


def _invalid_password() -> CssRefusal:
    message = "The administrator password does not meet the requirements."
    return css_refusal("CSS.0050", message)


def _check_tag(tag: object) -> tuple[str, str]:
    if not isinstance(tag, dict):
        raise invalid_parameter("tags")
    reject_unknown_keys(tag, frozenset({"key", "value"}))
    key, value = tag.get("key"), tag.get("value", "")
    if not _matches(key, r"(?!(?i:sys))[A-Za-z0-9_-]{1,36}"):
        raise css_refusal("CSS.5137", "The tag key is incorrect.")
    if not _matches(value, r"[A-Za-z0-9_-]{0,43}"):
        raise css_refusal("CSS.5138", "The tag value is incorrect.")
    return str(key), str(value)


def _matches(value: object, pattern: str) -> bool:
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None
