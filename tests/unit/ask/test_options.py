"""The choices of the form: enabled, disabled with a reason, and their labels."""

from dataclasses import replace

import pytest

from clusters.cloud.types import CloudVpc, Datastore, ZoneDisks
from clusters.domain.catalog import Catalog
from clusters.options import (
    Chosen,
    Option,
    flavor_options,
    labels_of,
    security_group_options,
    size_hint,
    subnet_options,
    volume_type_options,
    vpc_options,
    zone_options,
)
from tests.factories import spec as right
from tests.unit.ask.made import (
    FLAVORS,
    GROUP,
    SUBNET,
    VPC,
    WIDE_VPC,
    catalog,
    flavor,
)

OPENSEARCH = Datastore(type="opensearch", version="2.19.0")
OLDER = Datastore(type="elasticsearch", version="7.6.2")
A, B, C = "cn-north-4a", "cn-north-4b", "cn-north-4c"


def reasons(options: tuple[Option, ...]) -> dict[str, str]:
    """Return the reason of each option; one that is off without a reason fails."""
    for option in options:
        assert option.enabled is not bool(option.why_not)
    return {option.value: str(option.why_not) for option in options}


class TestFlavors:
    def test_that_are_sold_out_show_the_reason(self) -> None:
        rows = reasons(flavor_options(catalog()))
        assert rows["ess.spec-4u16g"] == ""
        assert "No zone sells it now" in rows["ess.spec-32u64g"]

    def test_are_named_once_smallest_first(self) -> None:
        assert [option.value for option in flavor_options(catalog())] == [
            "ess.spec-old",
            "ess.spec-4u16g",
            "ess.spec-i3small",
            "ess.spec-32u64g",
        ]

    def test_show_where_they_are_sold_if_not_everywhere(self) -> None:
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

    def test_say_with_which_engine_they_are_sold(self) -> None:
        rows = reasons(flavor_options(catalog(), Chosen(datastore=OPENSEARCH)))
        assert rows["ess.spec-4u16g"] == ""
        assert rows["ess.spec-old"] == (
            "not sold with OpenSearch 2.19.0, but with Elasticsearch 7.6.2"
        )

    def test_are_on_with_an_engine_that_nobody_sells(self) -> None:
        """That is said at the engine; every flavor would be off for it."""
        gone = Datastore(type="elasticsearch", version="1.0.0")
        assert reasons(flavor_options(catalog(), Chosen(datastore=gone))) == reasons(
            flavor_options(catalog())
        )

    def test_say_which_zone_has_them(self) -> None:
        chosen = Chosen(datastore=OLDER, zones=(C,))
        rows = reasons(flavor_options(catalog(), chosen))
        assert rows["ess.spec-old"] == (
            "sold out in cn-north-4c, free in cn-north-4a, cn-north-4b"
        )

    def test_of_other_kinds_of_nodes_follow_the_engine_too(self) -> None:
        masters = (
            flavor("ess.spec-2u4g", role="ess-master"),
            flavor("ess.spec-4u8g", role="ess-master", version="7.6.2"),
        )
        offered = catalog(flavors=(*FLAVORS, *masters))
        chosen = Chosen(datastore=OLDER)
        rows = reasons(flavor_options(offered, chosen, role="ess-master"))
        assert rows["ess.spec-2u4g"] == (
            "not sold with Elasticsearch 7.6.2, but with Elasticsearch 7.10.2"
        )
        assert rows["ess.spec-4u8g"] == ""


class TestZones:
    def test_that_do_not_sell_the_flavor_name_those_that_do(self) -> None:
        chosen = Chosen(datastore=OLDER, flavor="ess.spec-old")
        assert reasons(zone_options(catalog(), chosen)) == {
            A: "",
            B: "",
            C: "ess.spec-old is sold out here, free in cn-north-4a, cn-north-4b",
        }

    @pytest.mark.parametrize("name", ["", "gone", "ess.spec-32u64g"])
    def test_are_on_without_a_flavor_that_is_sold(self, name: str) -> None:
        assert set(reasons(zone_options(catalog(), Chosen(flavor=name))).values()) == {
            ""
        }

    def test_are_on_where_the_cloud_does_not_name_them(self) -> None:
        silent = catalog(
            flavors=[replace(each, zones=()) for each in FLAVORS],
            disks=[ZoneDisks(zone=A, volume_types=("HIGH",))],
        )
        chosen = Chosen(flavor="ess.spec-4u16g")
        assert reasons(zone_options(silent, chosen)) == {A: ""}


class TestDiskTypes:
    def offered(self) -> Catalog:
        disks = [
            ZoneDisks(zone=A, volume_types=("COMMON", "HIGH")),
            ZoneDisks(zone=B, volume_types=("COMMON", "ULTRAHIGH")),
        ]
        return catalog(disks=disks)

    def test_say_which_zones_sell_them(self) -> None:
        assert reasons(volume_type_options(self.offered(), Chosen(zones=(A,)))) == {
            "COMMON": "",
            "HIGH": "",
            "ULTRAHIGH": "not sold in cn-north-4a, only in cn-north-4b, cn-north-4c",
        }

    def test_follow_the_zone_that_is_used_without_a_choice(self) -> None:
        elasticsearch = self.offered().newest_datastore()
        chosen = Chosen(datastore=elasticsearch, flavor="ess.spec-4u16g")
        assert reasons(volume_type_options(self.offered(), chosen))["ULTRAHIGH"]

    def test_are_on_in_a_zone_that_does_not_exist(self) -> None:
        rows = reasons(volume_type_options(self.offered(), Chosen(zones=("gone",))))
        assert set(rows.values()) == {""}


class TestDiskSizes:
    def test_have_the_range_of_the_flavor_in_steps_that_the_cloud_takes(self) -> None:
        odd = (flavor("ess.odd", disk_min_gb=50, disk_max_gb=1610),)
        assert str(size_hint(catalog(), odd, Chosen())) == (
            "60 to 1,600 GB with this flavor, in steps of 20"
        )

    @pytest.mark.parametrize("most", [0, 1600])
    def test_have_no_range_with_local_disks_or_one_that_is_not_known(
        self, most: int
    ) -> None:
        fixed = (flavor("ess.fixed", disk_min_gb=most, disk_max_gb=most),)
        assert size_hint(catalog(), fixed, Chosen()) == ""


class TestNetworks:
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

    def test_show_the_reason_for_an_unusable_vpc(self) -> None:
        empty = CloudVpc(id="v5", name="vpc-empty", cidr="10.4.0.0/16", status="OK")
        offered = catalog(vpcs=(*catalog().vpcs, empty))
        assert reasons(vpc_options(offered)) == {
            VPC: "",
            "v2": "",
            "v3": "not ready: CREATING; choose another, or wait",
            "v4": "has no address range; choose one that has a CIDR",
            "v5": "has no subnet; add one to it, or choose another",
            WIDE_VPC: "",
        }

    def test_show_the_reason_for_a_security_group(self) -> None:
        assert reasons(security_group_options(catalog())) == {
            GROUP: "",
            "g2": "add an inbound rule for TCP 9200, or choose another group",
        }

    def test_group_security_groups_by_the_port_that_they_let_in(self) -> None:
        groups = {
            each.value: str(each.group) for each in security_group_options(catalog())
        }
        assert groups[GROUP] == "These let TCP 9200 in"
        assert groups["g2"] == "These do not let TCP 9200 in"

    def test_refuse_subnets_of_another_vpc(self) -> None:
        rows = reasons(subnet_options(catalog(), Chosen(vpc_id="v2")))
        assert rows["s3"] == "not active: ERROR; choose another"
        assert rows[SUBNET] == "in VPC vpc-prod; choose that VPC, or another subnet"
        assert rows["s2"] == ""

    @pytest.mark.parametrize(
        ("nodes", "is_off"), [(5, False), (6, True), (None, False)]
    )
    def test_count_free_addresses(self, nodes: int | None, is_off: bool) -> None:
        rows = reasons(subnet_options(catalog(), Chosen(nodes=nodes)))
        assert bool(rows[SUBNET]) is is_off
        assert rows["s2"] == ""  # the cloud does not say how many are free
        if is_off:
            assert rows[SUBNET] == (
                "5 addresses left, you ask for 6: choose a larger subnet or fewer nodes"
            )


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
