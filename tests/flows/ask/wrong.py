"""Values that each field of the whole form refuses, whatever the other fields hold."""

from typing import Any, Final

from hypothesis import strategies as st

_UUIDS: Final = ["gone", "0" * 32, "8f0e7a1c-0000-4000-8000-00000000000", "x" * 5_000]
_NUMBERS: Final = ["minus", "-1", "1.5", "1e2", "٣", "0x10", "9" * 30, "1 2"]
_SWITCHES: Final = ["perhaps", "2", "ON!"]
_WHITE_LISTS: Final = [
    "10.0.0.1/24",
    "10.0.0.0/33",
    "2001:db8::1/32",
    "10.0.0.1\n10.0.0.1",
    "\n".join(f"10.1.{number // 250}.{number % 250}" for number in range(5_000)),
    "example.com",
    "10.0.0.0/255.0.0.0",
]
WRONG: Final[dict[str, list[str]]] = {
    "cloud_project": ["nowhere", "", "<i>demo</i>"],
    "name": ["", "7-logs", "abc", "a" * 33, "my logs", "löggs", "日志日志", "lo.gs"],
    "description": ["d" * 129, "日" * 200],
    "reason": ["r" * 2_001],
    "datastore": ["x", "x:1", "elasticsearch:", ":7", "elasticsearch:7.10.2 "[:13]],
    "flavor": ["", "gone", "ess.spec-32u64g", "ess.spec-4u32g"],
    "instance_num": ["", "0", "201", *_NUMBERS],
    "availability_zones": ["x", "a,b", "cn-north-4z", "<b>"],
    "volume_type": ["", "SSD", "high"],
    "volume_size": ["", "0", "50", "1650", *_NUMBERS],
    "vpc_id": ["", "v3", "v4", *_UUIDS],
    "subnet_id": ["", "s3", *_UUIDS],
    "security_group_id": ["", "g2", *_UUIDS],
    "backup_enabled": _SWITCHES,
    "backup_frequency": ["day", "TUR", "FORTNIGHT", "0"],
    "backup_hour": ["", "24", *_NUMBERS],
    "backup_timezone": ["", "GMT", "GMT+15:00", "UTC", "XYZ"],
    "backup_prefix": ["", "Snap", "s" * 33, "s p"],
    "backup_keepday": ["", "0", "91", *_NUMBERS],
    "backup_bucket": ["", "No", "b"],
    "backup_base_path": ["", "/a", "a.", "a///b", "a:b", "p" * 513],
    "backup_agency": ["", "a b", "a" * 65],
    "security_mode": _SWITCHES,
    "https_enabled": _SWITCHES,
    "encryption_key_id": [*_UUIDS, "css/default", "0"],
    "master_flavor": ["gone", "ess.spec-i3small", "ess.spec-16u64g"],
    "master_instance_num": ["", "0", "4", "11", *_NUMBERS],
    "master_volume_type": ["", "SSD", "40"],
    "client_flavor": ["gone", "ess.spec-i3small"],
    "client_instance_num": ["", "0", "33", *_NUMBERS],
    "client_volume_type": ["", "SSD"],
    "cold_flavor": ["gone", "ess.spec-4u16g"],
    "cold_instance_num": ["", "0", "33", *_NUMBERS],
    "cold_volume_type": ["", "SSD"],
    "cold_volume_size": ["", "0", "50", "2590", *_NUMBERS],
    "public_bandwidth": ["0", "201", *_NUMBERS],
    "public_whitelist": _WHITE_LISTS,
    "kibana_bandwidth": ["0", "201", *_NUMBERS],
    "kibana_whitelist": _WHITE_LISTS,
    "vpc_endpoint": _SWITCHES,
    "vpc_endpoint_dns": _SWITCHES,
    "vpc_endpoint_permissions": ["*", "iam:domain::", "iam:domain::" + "g" * 32],
    "tags": [
        "a=1\na=2",
        "portal-request=1",
        "sys-a=1",
        "a b=1",
        "=1",
        f"a={'v' * 44}",
        "\n".join(f"k{number}=1" for number in range(5_000)),
    ],
    "enterprise_project_id": ["1", "x", *_UUIDS[:1], *_UUIDS[2:]],
    "watchers": [
        "nobody",
        "bob, nobody",
        "p" * 151,
        "日志",
        ",".join(map(str, range(21))),
    ],
}


def wrong_values(name: str) -> st.SearchStrategy[str]:
    """Draw a value that this field refuses; with a control character each does."""
    unreadable = st.text(max_size=20).map(lambda text: f"{text}\x00")
    return st.sampled_from(WRONG[name]) | unreadable


@st.composite
def wrong_forms(draw: st.DrawFn) -> dict[str, Any]:
    """Draw one to four fields with a wrong value each."""
    names = draw(
        st.lists(st.sampled_from(sorted(WRONG)), min_size=1, max_size=4, unique=True)
    )
    return {name: draw(wrong_values(name)) for name in names}
