"""The lists of VPC for users whose permissions end at an enterprise project."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from requests import PreparedRequest, Response

from clusters.cloud.errors import CloudRefused, CloudUnavailable
from clusters.cloud.huawei.auth import MemoryTokenStore, utc_now
from clusters.cloud.huawei.client import HuaweiCloud
from clusters.cloud.huawei.networks import ALL_GRANTED, MAX_VPCS
from clusters.simulator.account import Account
from clusters.simulator.adapter import SimulatorAdapter
from clusters.simulator.network import VPC_PROD, Network, Subnet, Vpc
from clusters.simulator.site import Site
from clusters.simulator.world import World
from tests.clients import client_over
from tests.unit.cloud.setups import Setup, setup
from tests.unit.cloud.wire import Behaviour, reply

OURS = "8b1f2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
LISTS = ("vpcs", "subnets", "security_groups")
every_list = pytest.mark.parametrize("name", LISTS)


class RecordingAdapter(SimulatorAdapter):
    """Records each request to VPC for a first page: the list, and its filter."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.asked: list[tuple[str, dict[str, str]]] = []

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        url = urlsplit(request.url or "")
        if url.path.startswith("/v1/"):
            query = dict(parse_qsl(url.query))
            del query["limit"]
            if "marker" not in query:
                self.asked.append((url.path.rpartition("/")[2], query))
        return super().send(request, *args, **kwargs)


def limited_world(**network: Any) -> World:
    """Return a cloud whose user has permissions in one enterprise project only."""
    account = Account(enterprise_project_id=OURS)
    site = Site(network=Network(**network)) if network else None
    return World(account=account, site=site)


def client_of(wire: RecordingAdapter, named: str = "") -> HuaweiCloud:
    return client_over(
        wire, tokens=MemoryTokenStore(), clock=utc_now, enterprise_project_id=named
    )


class TestWholeAccount:
    def test_is_requested_once_without_a_filter(self) -> None:
        wire = RecordingAdapter(World())
        cloud = client_of(wire)
        assert [len(getattr(cloud, name)()) for name in LISTS] == [3, 4, 3]
        plain: dict[str, str] = {}
        assert wire.asked == [
            ("vpcs", plain),
            ("subnets", plain),
            ("security-groups", plain),
        ]
        assert not cloud.rights_end_at_enterprise_projects

    def test_is_filtered_by_the_named_enterprise_project(self) -> None:
        wire = RecordingAdapter(World())
        cloud = client_of(wire, OURS)
        assert [getattr(cloud, name)() for name in LISTS] == [(), (), ()]

    def test_has_all_networks_of_the_default_one_in_it(self) -> None:
        cloud = client_of(RecordingAdapter(World()), "0")
        assert [len(getattr(cloud, name)()) for name in LISTS] == [3, 4, 3]


class TestOneEnterpriseProject:
    @pytest.mark.parametrize("named", ["", OURS])
    def test_shows_what_the_user_may_see(self, named: str) -> None:
        cloud = client_of(RecordingAdapter(limited_world()), named)
        assert [each.id for each in cloud.vpcs()] == [VPC_PROD]
        assert {each.vpc_id for each in cloud.subnets()} == {VPC_PROD}
        names = {each.name for each in cloud.security_groups()}
        assert names == {"sg-search", "sg-web-only"}

    def test_is_asked_for_by_its_id_where_that_is_named(self) -> None:
        wire = RecordingAdapter(limited_world())
        client_of(wire, OURS).vpcs()
        assert wire.asked == [("vpcs", {"enterprise_project_id": OURS})]

    def test_is_found_out_once_for_each_list(self) -> None:
        wire = RecordingAdapter(limited_world())
        cloud = client_of(wire)
        granted = {"enterprise_project_id": ALL_GRANTED}
        cloud.vpcs()
        assert wire.asked == [("vpcs", {}), ("vpcs", granted)]
        assert cloud.rights_end_at_enterprise_projects
        wire.asked.clear()
        cloud.vpcs()
        assert wire.asked == [("vpcs", granted)]

    def test_has_its_subnets_asked_for_by_vpc_from_then_on(self) -> None:
        wire = RecordingAdapter(limited_world())
        cloud = client_of(wire)
        cloud.vpcs()
        cloud.subnets()
        wire.asked.clear()
        cloud.subnets()
        assert wire.asked == [
            ("vpcs", {"enterprise_project_id": ALL_GRANTED}),
            ("subnets", {"vpc_id": VPC_PROD}),
        ]

    def test_without_permission_is_refused_with_the_message_of_the_cloud(self) -> None:
        cloud = client_of(RecordingAdapter(limited_world()), "0")
        with pytest.raises(CloudRefused, match=r"^VPC.2701 HTTP 403: You do not"):
            cloud.vpcs()


def refusal(code: str, status: int = 403, words: str = "plain") -> Behaviour:
    return reply(status, {"code": code, "message": words})


def called(made: Setup) -> list[str]:
    return [each.target.rpartition("/")[2] for each in made.css.received]


class TestRefusal:
    """A real lack of permission is not hidden by the filtered request."""

    @every_list
    @pytest.mark.parametrize(("code", "status"), [("VPC.0101", 400), ("VPC.0003", 403)])
    def test_for_another_reason_is_not_followed_by_a_filtered_request(
        self, name: str, code: str, status: int
    ) -> None:
        with setup(refusal(code, status)) as made:
            with pytest.raises(CloudRefused, match=code):
                getattr(made.cloud, name)()
            assert len(made.css.received) == 1

    @every_list
    def test_of_both_requests_is_reported_by_the_message_for_the_unfiltered_one(
        self, name: str
    ) -> None:
        later = refusal("VPC.0101", 400, "enterprise_project_id is not supported")
        with setup(refusal("VPC.2701"), later) as made:
            with pytest.raises(CloudRefused, match=r"^VPC.2701 HTTP 403: plain$"):
                getattr(made.cloud, name)()
            assert len(made.css.received) == 2
            assert not made.cloud.rights_end_at_enterprise_projects

    @pytest.mark.parametrize("code", ["VPC.2701", "VPC.2201", "VPC.0010"])
    def test_by_any_code_for_permissions_leads_to_the_filtered_request(
        self, code: str
    ) -> None:
        with setup(refusal(code), reply(200, {"vpcs": []})) as made:
            assert made.cloud.vpcs() == ()
            assert called(made) == [
                "vpcs?limit=500",
                f"vpcs?limit=500&enterprise_project_id={ALL_GRANTED}",
            ]

    def test_is_not_remembered_from_a_cloud_with_a_fault(self) -> None:
        answers = (refusal("VPC.2701"), reply(500), reply(200, {"vpcs": []}))
        with setup(*answers) as made, pytest.raises(CloudUnavailable):
            made.cloud.vpcs()


def vpcs(count: int) -> tuple[Vpc, ...]:
    return tuple(
        Vpc(id=f"v{n}", name=f"v{n}", cidr="10.0.0.0/8", enterprise_project_id=OURS)
        for n in range(count)
    )


def subnet(vpc_id: str) -> Subnet:
    return Subnet(id=f"s-{vpc_id}", name="s", vpc_id=vpc_id, cidr="10.0.0.0/24")


class TestSubnetsByVpc:
    def test_are_all_there(self) -> None:
        homes = vpcs(3)
        world = limited_world(vpcs=homes, subnets=[subnet(each.id) for each in homes])
        found = client_of(RecordingAdapter(world)).subnets()
        assert [each.id for each in found] == ["s-v0", "s-v1", "s-v2"]

    def test_end_at_a_limit(self) -> None:
        wire = RecordingAdapter(limited_world(vpcs=vpcs(MAX_VPCS + 5), subnets=()))
        client_of(wire).subnets()
        asked = [query for name, query in wire.asked if "vpc_id" in query]
        assert len(asked) == MAX_VPCS

    @pytest.mark.parametrize("refused", [("VPC.2701", 403), ("VPC.0003", 404)])
    def test_of_one_that_is_refused_do_not_affect_the_others(
        self, refused: tuple[str, int]
    ) -> None:
        row = {"id": "s1", "vpc_id": "v1"}
        listed = {"vpcs": [{"id": "v0", "name": "a"}, {"id": "v1", "name": "b"}]}
        with setup(
            refusal("VPC.2701"),
            reply(200, listed),
            reply(200, {"vpcs": []}),
            refusal(*refused),
            reply(200, {"subnets": [row]}),
        ) as made:
            assert [each.id for each in made.cloud.subnets()] == ["s1"]

    def test_that_are_all_refused_are_a_refusal(self) -> None:
        listed = {"vpcs": [{"id": "v0", "name": "a"}]}
        with (
            setup(
                refusal("VPC.2701", words="the list"),
                reply(200, listed),
                reply(200, {"vpcs": []}),
                refusal("VPC.2701", words="this one"),
            ) as made,
            pytest.raises(CloudRefused, match="the list"),
        ):
            made.cloud.subnets()

    def test_of_a_cloud_with_a_fault_are_no_short_list(self) -> None:
        listed = {"vpcs": [{"id": "v0", "name": "a"}, {"id": "v1", "name": "b"}]}
        with (
            setup(refusal("VPC.2701"), reply(200, listed), reply(500)) as made,
            pytest.raises(CloudUnavailable),
        ):
            made.cloud.subnets()
