"""What the cloud shows of a cluster that works is kept, and its page shows it."""

import html as markup

import pytest

from clusters.cloud.types import NodeGroup, Reach, Volume, VpcEndpoint
from clusters.domain import cloud_detail
from clusters.domain.states import State
from clusters.models import Cluster
from clusters.models.cloud_project import ApiVersion
from tests.factories import approved, cluster_request
from tests.flows.decide.pages import as_person, url_of
from tests.flows.provision.rows import reload
from tests.flows.provision.test_follow import answer_details
from tests.flows.provision.wire import Scripted

pytestmark = pytest.mark.django_db

KEY = "0d1e2f3a-4b5c-4d6e-8f7a-8b9c0d1e2f3a"
SMALL = Volume(type="HIGH", size_gb=40)
GUARDED = {"https": True, "asks_for_password": True}
CERTIFICATE = "--cacert CloudSearchService.cer"


def page(row) -> str:
    return markup.unescape(as_person("alice").get(url_of(row)).content.decode())


def active(**reach):
    """Return a request whose cluster works, and was shown to be reached like this."""
    nodes = {"ess": 3, "ess-master": 3}
    detail = {"nodes": nodes, "reach": reach} if reach else {}
    return cluster_request(state=State.ACTIVE, cloud_detail=detail)


class TestFollow:
    @pytest.fixture
    def working(self, project, take_turn, poll, clock):
        """A request of many parts whose cluster has just become ready."""
        project.api_version = ApiVersion.V2
        project.save()
        row = approved(
            backup=None,
            masters=NodeGroup(flavor="ess.spec-2u8g", instance_num=3, volume=SMALL),
            clients=NodeGroup(flavor="ess.spec-4u8g", instance_num=2, volume=SMALL),
            encryption_key_id=KEY,
            vpc_endpoint=VpcEndpoint(with_dns=True),
        )
        take_turn()
        clock.advance(seconds=90)
        poll()
        return reload(row)

    def test_keeps_nodes_by_role_and_how_the_cluster_is_reached(self, working):
        kept = working.cluster.cloud_detail
        assert working.state == State.ACTIVE
        assert cloud_detail.nodes_in(kept) == {
            "ess": 3,
            "ess-master": 3,
            "ess-client": 2,
        }
        assert cloud_detail.reach_in(kept) == Reach(
            https=False,
            asks_for_password=False,
            endpoint_service="198.19.128.2",
            encryption_key_id=KEY,
            is_encrypted=True,
        )

    def test_shows_it_on_the_page(self, working):
        html = page(working)
        assert "3 data, 3 master, 2 client" in html
        assert "198.19.128.2" in html
        assert KEY in html

    def test_reads_the_detail_also_where_the_status_was_200_before(
        self, project, take_turn, poll, clock
    ):
        """The list does not show the VPC endpoint."""
        project.api_version = ApiVersion.V2
        project.save()
        row = approved(backup=None, vpc_endpoint=VpcEndpoint(with_dns=False))
        take_turn()
        Cluster.objects.update(cloud_status="200")
        clock.advance(seconds=90)
        poll()
        kept = reload(row).cluster.cloud_detail
        assert cloud_detail.reach_in(kept).endpoint_service == "198.19.128.2"

    def test_moves_on_where_a_part_is_garbled(self, take_turn, poll, clock, wire):
        row = approved()
        take_turn()
        clock.advance(seconds=90)
        shown = {
            "id": reload(row).cloud_id,
            "name": row.name,
            "status": "200",
            "endpoint": "192.168.0.11:9200",
            "httpsEnable": [],
            "publicIp": 7.5,
            "publicKibanaResp": "yes",
            "instances": [{"status": "200", "type": "ess"}],
        }
        answer_details(wire, reload(row).cloud_id, Scripted.json(200, shown))
        poll()
        done = reload(row)
        assert done.state == State.ACTIVE
        assert cloud_detail.reach_in(done.cluster.cloud_detail) == Reach()


class TestPage:
    def test_shows_https_and_the_right_line(self):
        html = page(active(**GUARDED))
        assert "<code>https://192.168.0.11:9200</code>" in html
        health = "'https://192.168.0.11:9200/_cluster/health'"
        assert f"curl -u admin {health} {CERTIFICATE}" in html
        assert "curl asks for the administrator's password." in html

    def test_shows_no_https_where_only_a_password_is_asked_for(self):
        html = page(active(https=False, asks_for_password=True))
        assert "curl -u admin 'http://192.168.0.11:9200/_cluster/health'" in html
        assert "https://192.168.0.11" not in html
        assert CERTIFICATE not in html

    def test_shows_as_before_what_is_not_guarded(self):
        html = page(active(https=False, asks_for_password=False))
        assert "curl http://192.168.0.11:9200/_cluster/health" in html
        assert "administrator's password." not in html

    def test_shows_what_was_asked_for_where_the_cloud_says_nothing(self):
        row = active()
        row.spec["security"] = {"https": True}
        row.save(update_fields=["spec"])
        assert "curl -u admin 'https://192.168.0.11:9200" in page(row)

    def test_shows_the_addresses_in_the_internet(self):
        html = page(
            active(
                **GUARDED,
                public_address="203.0.113.3:9200",
                kibana_address="203.0.113.4:5601",
                encryption_key_id=KEY,
            )
        )
        assert "<code>https://203.0.113.3:9200</code>" in html
        assert "<code>203.0.113.4:5601</code>" in html
        assert f"<code>{KEY}</code>" in html
        assert "3 data, 3 master" in html

    def test_escapes_what_the_cloud_said(self):
        row = active(**GUARDED, public_address="<b>no</b>")
        answer = as_person("alice").get(url_of(row)).content.decode()
        assert "<b>no</b>" not in answer
        assert "&lt;b&gt;no&lt;/b&gt;" in answer
