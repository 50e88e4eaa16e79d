"""
The addresses of the services in each region.

Source: the region tables of the vendor's SDK for Python (huaweicloudsdkcss, -iam, -vpc,
3.1.219) and, for Open Telekom Cloud, its page Regions and Endpoints.
"""

from dataclasses import dataclass
from typing import Final

from clusters.cloud.dialect import Dialect
from clusters.cloud.text_cleaning import tidy_url


@dataclass(frozen=True, kw_only=True)
class Endpoints:
    """
    The addresses of the three services, and the dialect that they speak.

    An address is scheme://host[:port], without a path.
    """

    iam: str
    css: str
    vpc: str
    dialect: Dialect = Dialect.HUAWEI


REGIONS: Final = (
    "ae-ad-1",
    "af-north-1",
    "af-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "cn-east-2",
    "cn-east-3",
    "cn-east-4",
    "cn-east-5",
    "cn-north-1",
    "cn-north-11",
    "cn-north-12",
    "cn-north-2",
    "cn-north-4",
    "cn-north-9",
    "cn-south-1",
    "cn-south-2",
    "cn-south-4",
    "cn-southwest-2",
    "cn-southwest-3",
    "eu-west-0",
    "eu-west-101",
    "la-north-2",
    "la-south-2",
    "me-east-1",
    "my-kualalumpur-1",
    "na-mexico-1",
    "ru-moscow-1",
    "ru-northwest-2",
    "sa-brazil-1",
    "tr-west-1",
    "eu-de",
    "eu-nl",
)
"""The regions of Huawei Cloud, then those of Open Telekom Cloud."""

_HUAWEI = "myhuaweicloud.com"
_TELEKOM = "otc.t-systems.com"
_DOMAINS = {"eu-de": _TELEKOM, "eu-nl": _TELEKOM}

_EXCEPTIONS = {
    ("css", "cn-north-1"): "es.cn-north-1.myhuaweicloud.com",
    ("css", "cn-east-2"): "es.cn-east-2.myhuaweicloud.com",
    ("iam", "eu-west-101"): "iam.eu-west-101.myhuaweicloud.eu",
}
"""Hosts that do not follow the pattern SERVICE.REGION.DOMAIN."""


def endpoints_of(region: str) -> Endpoints:
    """
    Return the addresses of a region, in the dialect of Huawei.

    Those of a region that is not listed follow the pattern SERVICE.REGION.DOMAIN.
    """
    return Endpoints(
        iam=_address("iam", region),
        css=_address("css", region),
        vpc=_address("vpc", region),
    )


_CONSOLES = {
    "eu-west-101": "https://console.huaweicloud.eu",
    "eu-de": "https://console.otc.t-systems.com",
    "eu-nl": "https://console.otc.t-systems.com",
}


def console_of(region: str, *, css_url: str) -> str:
    """
    Return the URL of the CSS console for a region.

    Empty if `css_url` is not the region's own address, as with a simulator.
    """
    if tidy_url(css_url) != _address("css", region):
        return ""
    console = _CONSOLES.get(region, "https://console.huaweicloud.com")
    return f"{console}/css/?region={region}"


def _address(service: str, region: str) -> str:
    domain = _DOMAINS.get(region, _HUAWEI)
    host = _EXCEPTIONS.get((service, region), f"{service}.{region}.{domain}")
    return f"https://{host}"
