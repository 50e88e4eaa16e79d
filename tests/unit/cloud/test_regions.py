"""The addresses of a region, against the vendor's table."""

import pytest

from clusters.cloud.huawei.regions import REGIONS, endpoints_of
from tests.unit.cloud.samples import sample


class TestEndpointsOf:
    @pytest.mark.parametrize(
        ("region", "iam", "css", "vpc"),
        [
            (
                "cn-north-4",
                "https://iam.cn-north-4.myhuaweicloud.com",
                "https://css.cn-north-4.myhuaweicloud.com",
                "https://vpc.cn-north-4.myhuaweicloud.com",
            ),
            (
                "cn-north-1",
                "https://iam.cn-north-1.myhuaweicloud.com",
                "https://es.cn-north-1.myhuaweicloud.com",
                "https://vpc.cn-north-1.myhuaweicloud.com",
            ),
            (
                "cn-east-2",
                "https://iam.cn-east-2.myhuaweicloud.com",
                "https://es.cn-east-2.myhuaweicloud.com",
                "https://vpc.cn-east-2.myhuaweicloud.com",
            ),
            (
                "eu-west-101",
                "https://iam.eu-west-101.myhuaweicloud.eu",
                "https://css.eu-west-101.myhuaweicloud.com",
                "https://vpc.eu-west-101.myhuaweicloud.com",
            ),
            (
                "eu-de",
                "https://iam.eu-de.otc.t-systems.com",
                "https://css.eu-de.otc.t-systems.com",
                "https://vpc.eu-de.otc.t-systems.com",
            ),
            (
                "eu-nl",
                "https://iam.eu-nl.otc.t-systems.com",
                "https://css.eu-nl.otc.t-systems.com",
                "https://vpc.eu-nl.otc.t-systems.com",
            ),
            (
                "xx-new-1",
                "https://iam.xx-new-1.myhuaweicloud.com",
                "https://css.xx-new-1.myhuaweicloud.com",
                "https://vpc.xx-new-1.myhuaweicloud.com",
            ),
        ],
    )
    def test_follows_the_pattern_but_for_the_listed_exceptions(
        self, region: str, iam: str, css: str, vpc: str
    ) -> None:
        found = endpoints_of(region)

        assert (found.iam, found.css, found.vpc) == (iam, css, vpc)

    def test_has_a_host_for_every_listed_region_once(self) -> None:
        hosts = [endpoints_of(region).css for region in REGIONS]

        assert len(set(hosts)) == len(REGIONS) == 36


class TestTheTable:
    def test_names_the_regions_that_the_vendor_names(self) -> None:
        assert sorted(REGIONS) == sorted(sample("regions"))

    @pytest.mark.parametrize("region", REGIONS)
    @pytest.mark.parametrize("service", ["iam", "css", "vpc"])
    def test_has_each_host_that_the_vendor_names(
        self, region: str, service: str
    ) -> None:
        named = sample("regions")[region][service]
        # Where the vendor names none, the pattern is the best guess.
        host = named or f"{service}.{region}.myhuaweicloud.com"
        assert getattr(endpoints_of(region), service) == f"https://{host}"
