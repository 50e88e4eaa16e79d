"""The choices of the form: enabled, disabled with a reason, and their labels."""

from clusters.options import (
    flavor_options,
    labels_of,
    security_group_options,
    subnet_options,
    vpc_options,
)
from tests.factories import spec as right
from tests.unit.ask.made import GROUP, SUBNET, VPC, WIDE_VPC, catalog


class TestOptions:
    def test_show_a_sold_out_flavor_with_the_reason(self) -> None:
        rows = {option.value: option for option in flavor_options(catalog())}
        assert rows["ess.spec-4u16g"].enabled
        assert not rows["ess.spec-32u64g"].enabled
        assert "No zone sells it now" in str(rows["ess.spec-32u64g"].why_not)

    def test_name_each_flavor_once_smallest_first(self) -> None:
        assert [option.value for option in flavor_options(catalog())] == [
            "ess.spec-old",
            "ess.spec-4u16g",
            "ess.spec-i3small",
            "ess.spec-32u64g",
        ]

    def test_show_where_a_flavor_is_sold_if_not_everywhere(self) -> None:
        rows = {
            option.value: str(option.detail) for option in flavor_options(catalog())
        }
        assert rows["ess.spec-4u16g"] == ""
        assert rows["ess.spec-old"] == (
            "only in cn-north-4a, cn-north-4b; only with Elasticsearch 7.6.2"
        )

    def test_show_size_and_disks(self) -> None:
        rows = {option.value: str(option.label) for option in flavor_options(catalog())}
        assert rows["ess.spec-4u16g"] == "4 vCPU, 16 GB · 40 to 1,600 GB disk"
        assert rows["ess.spec-i3small"] == "8 vCPU, 64 GB · 1,600 GB local disks"

    def test_group_every_subnet_by_its_vpc(self) -> None:
        assert [
            (option.group, str(option.label), option.enabled)
            for option in subnet_options(catalog())
        ] == [
            ("vpc-prod", "subnet-bad", False),
            ("vpc-prod", "subnet-search (10.0.0.0/24), 5 free addresses", True),
            ("vpc-test", "subnet-test", True),
            ("vpc-wide", "subnet-wide (172.16.0.0/20), 4,000 free addresses", True),
        ]

    def test_show_the_reason_for_an_unusable_network(self) -> None:
        vpcs = {option.value: str(option.why_not) for option in vpc_options(catalog())}
        assert vpcs == {
            VPC: "",
            "v2": "",
            "v3": "not ready: CREATING",
            "v4": "has no address range",
            WIDE_VPC: "",
        }
        groups = {
            option.value: str(option.why_not)
            for option in security_group_options(catalog())
        }
        assert groups == {GROUP: "", "g2": "add an inbound rule for TCP 9200"}


class TestLabels:
    def test_are_the_current_names_of_the_ids(self) -> None:
        spec = right(vpc_id=VPC, subnet_id=SUBNET, security_group_id=GROUP)
        assert labels_of(spec, catalog()) == {
            "vpc": "vpc-prod (10.0.0.0/16)",
            "subnet": "subnet-search (10.0.0.0/24)",
            "security_group": "css-sg",
            "flavor": "4 vCPU, 16 GB",
            "datastore": "Elasticsearch 7.10.2",
        }

    def test_leave_out_unknown_ids(self) -> None:
        spec = right(vpc_id="x", subnet_id="x", security_group_id="x", flavor="x")
        assert set(labels_of(spec, catalog())) == {"datastore"}
