"""The rules about VPC, subnet and security group."""

import pytest

from clusters import rules
from clusters.cloud.types import CloudVpc, CreateApi
from tests.factories import spec as valid_spec
from tests.unit.ask.made import catalog
from tests.unit.ask.test_rules import fields, messages


class TestNetwork:
    @pytest.mark.parametrize(
        ("vpc_id", "part"),
        [
            ("nowhere", "“nowhere” is not a VPC"),
            ("v3", "“vpc-new” is not ready: CREATING"),
            ("v4", "“vpc-bare” has no address range"),
        ],
    )
    def test_needs_a_ready_vpc(self, vpc_id: str, part: str) -> None:
        messages_by_field = dict(messages(vpc_id=vpc_id))
        assert part in messages_by_field["vpc_id"]

    def test_needs_a_vpc_that_has_a_subnet(self) -> None:
        bare = catalog(vpcs=[CloudVpc(id="v9", name="vpc-new", cidr="10.0.0.0/8")])
        found = rules.problems(valid_spec(vpc_id="v9"), bare, api=CreateApi.V1)
        messages_by_field = {each.field: str(each.message) for each in found}
        assert "VPC “vpc-new” has no subnet." in messages_by_field["vpc_id"]

    @pytest.mark.parametrize(
        ("subnet_id", "part"),
        [
            ("nowhere", "“nowhere” is not a subnet"),
            ("s2", "belongs to VPC “vpc-test”, not to “vpc-prod”"),
            ("s3", "“subnet-bad” is not active: ERROR"),
        ],
    )
    def test_needs_a_subnet_of_that_vpc(self, subnet_id: str, part: str) -> None:
        [(field, message)] = messages(subnet_id=subnet_id)
        assert field == "subnet_id"
        assert part in message

    def test_needs_an_address_for_every_node(self) -> None:
        assert messages(instance_num=5) == []
        [(field, message)] = messages(instance_num=6)
        assert field == "subnet_id"
        assert "has 5 free addresses" in message

    def test_accepts_a_subnet_with_an_unknown_number_of_addresses(self) -> None:
        assert messages(vpc_id="v2", subnet_id="s2", instance_num=32) == []

    def test_needs_a_group_that_allows_port_9200(self) -> None:
        [(field, message)] = messages(security_group_id="g2")
        assert field == "security_group_id"
        assert "Add an inbound rule for TCP 9200" in message
        assert fields(security_group_id="nobody") == ["security_group_id"]
