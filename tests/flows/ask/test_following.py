"""Ask for a cluster: the form follows what is typed, by htmx and by a plain submit."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clusters.forms.offering import FOLLOWING
from clusters.models import CatalogSnapshot, CloudProject, ClusterRequest
from tests.factories import NOON
from tests.flows.ask.posting import URL, post, text
from tests.unit.ask.made import SUBNET, VPC, posted
from tests.unit.ask.sized import large_catalog

MOST_QUERIES = 9
MOST_BYTES = 60_000


def follow(client: Client, **changes: Any) -> str:
    """Return what htmx gets while the form is filled in."""
    data = dict(posted(**changes).lists())
    answer = client.post(URL, data, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return text(answer)


def update(client: Client, **changes: Any) -> str:
    """Return the page after a press of the button that updates the options."""
    return text(post(client, show="1", **changes))


def element(html: str, name: str) -> str:
    """Return the part of the page that htmx replaces for this field."""
    start = html.index(f'id="id_{name}_field"')
    return html[start : html.index("_field", start + 20)]


WAYS = pytest.mark.parametrize("ask", [follow, update])


@WAYS
class TestAnEarlierChoice:
    """Each way makes the same of it."""

    def test_keeps_what_is_still_right(
        self, client: Client, project: CloudProject, ask: Any
    ) -> None:
        page = ask(
            client, datastore="opensearch:2.19.0", availability_zones="cn-north-4c"
        )
        assert 'value="ess.spec-4u16g" checked' in page
        assert 'value="cn-north-4c" checked' in page
        assert 'class="problem"' not in page

    def test_leaves_a_flavor_that_is_not_sold_with_it_and_says_so(
        self, client: Client, project: CloudProject, ask: Any
    ) -> None:
        page = ask(client, datastore="opensearch:2.19.0", flavor="ess.spec-old")
        assert 'value="ess.spec-old" checked' in page
        assert "not sold with OpenSearch 2.19.0, but with" in page
        assert 'id="id_flavor_error"' in page
        assert re.search(r'value="ess.spec-4u16g" aria-invalid', page)  # it is not off

    def test_turns_off_what_it_rules_out(
        self, client: Client, project: CloudProject, ask: Any
    ) -> None:
        page = ask(client, datastore="elasticsearch:7.6.2")
        assert re.search(r'value="ess.spec-i3small" disabled', page)
        page = ask(client, datastore="opensearch:2.19.0")
        assert re.search(r'value="ess.spec-old" disabled', page)

    def test_leaves_a_zone_that_does_not_sell_the_flavor(
        self, client: Client, project: CloudProject, ask: Any
    ) -> None:
        page = ask(client, availability_zones="cn-north-4c")
        assert 'value="cn-north-4c" checked' in page
        assert "is sold out here, free in cn-north-4a, cn-north-4b" in page
        assert 'id="id_availability_zones_error"' in page

    def test_leaves_a_disk_size_that_is_too_large(
        self, client: Client, project: CloudProject, ask: Any
    ) -> None:
        page = ask(client, volume_size="1620")
        assert 'value="1620"' in page
        assert "Choose 40 to 1,600 GB." in page
        assert "40 to 1,600 GB with this flavor, in steps of 20" in page

    def test_leaves_a_subnet_of_another_vpc(
        self, client: Client, project: CloudProject, ask: Any
    ) -> None:
        page = ask(client, vpc_id="v2")
        assert f'<option value="{SUBNET}" selected data-refused>' in page
        assert "belongs to VPC" in page

    def test_counts_the_addresses_of_all_kinds_of_nodes(
        self, client: Client, project: CloudProject, ask: Any
    ) -> None:
        changes = {"client_flavor": "ess.any", "client_instance_num": "4"}
        page = ask(client, instance_num="2", **changes)
        assert "5 addresses left, you ask for 6" in page
        assert "you ask for" not in ask(client, instance_num="1", **changes)

    def test_says_nothing_of_what_is_still_empty(
        self, client: Client, project: CloudProject, ask: Any
    ) -> None:
        page = ask(client, name="", vpc_id="", subnet_id="", security_group_id="")
        assert "Choose a VPC.<" not in page
        assert 'class="problem"' not in page

    def test_of_a_subnet_brings_its_vpc(
        self, client: Client, project: CloudProject, ask: Any
    ) -> None:
        page = ask(client, vpc_id="", subnet_id=SUBNET)
        assert f'<option value="{VPC}" selected>' in page

    def test_of_a_vpc_brings_its_only_subnet(
        self, client: Client, project: CloudProject, ask: Any
    ) -> None:
        page = ask(client, vpc_id="v2", subnet_id="")
        assert '<option value="s2" selected>' in page

    def test_stores_nothing(
        self, client: Client, project: CloudProject, ask: Any
    ) -> None:
        ask(client)
        assert not ClusterRequest.objects.exists()


class TestAnAnswerToHtmx:
    def test_has_each_part_that_the_page_replaces(
        self, client: Client, project: CloudProject
    ) -> None:
        page, answer = text(client.get(URL)), follow(client)
        wanted = re.search(r'hx-select-oob="([^"]*)"', page)
        assert wanted
        for part in [*wanted[1].split(","), "#summary"]:
            assert f'id="{part.removeprefix("#")}"' in answer
            assert f'id="{part.removeprefix("#")}"' in page
        assert {f"#id_{name}_field" for name in FOLLOWING} < {*wanted[1].split(",")}

    def test_keeps_the_errors_of_a_form_that_was_sent(
        self, client: Client, project: CloudProject
    ) -> None:
        page = text(post(client, vpc_id=""))
        assert 'name="validated" value="1"' in page
        assert "Choose a VPC.<" in follow(
            client, vpc_id="", subnet_id="", validated="1"
        )

    def test_leads_nobody_to_a_login(self, project: CloudProject) -> None:
        answer = Client().post(URL, dict(posted().lists()), headers={"HX-Request": "1"})
        assert (answer.status_code, answer.content) == (204, b"")
        assert "portal:signed-out" in answer.headers["HX-Trigger"]


class TestASearch:
    @pytest.fixture(autouse=True)
    def _large(self, project: CloudProject) -> None:
        CatalogSnapshot.objects.filter(cloud_project=project).update(
            data=large_catalog().to_json(), fetched_at=NOON
        )

    def test_finds_by_htmx(self, client: Client) -> None:
        page = follow(client, find_subnet="subnet-01234", vpc_id="", subnet_id="")
        assert "subnet-01234 (" in element(page, "subnet_id")
        assert "1 of 2,000 shown" in element(page, "subnet_id")

    @pytest.mark.parametrize("button", ["show", "enter"])
    def test_finds_by_a_plain_submit(self, client: Client, button: str) -> None:
        values = {"find_flavor": "ess.spec-4u16g.497", button: "1"}
        page = text(post(client, **values))
        assert 'value="ess.spec-4u16g.497"' in page
        assert 'name="find_flavor"' in page
        assert "1 of 500 shown" not in page  # and the chosen one, which is not sold
        assert 'value="logs-search"' in page
        assert not ClusterRequest.objects.exists()

    def test_is_kept_with_an_error(self, client: Client) -> None:
        page = text(post(client, find_vpc="vpc-0042", name="7"))
        assert 'id="id_name_error"' in page
        assert re.search(r'name="find_vpc"\s+value="vpc-0042"', page)

    @pytest.mark.parametrize("words", ["", "4 vCPU", "<u>", "no such thing"])
    def test_costs_little(self, client: Client, words: str) -> None:
        changes = {"find_flavor": words, "find_subnet": words, "find_vpc": words}
        with CaptureQueriesContext(connection) as queries:
            answer = follow(client, **changes)
        assert len(queries) <= MOST_QUERIES
        assert len(answer.encode()) <= MOST_BYTES
        assert "<u>" not in answer

    @pytest.mark.parametrize("subnets", [2_000, 10_000])
    def test_page_of_a_large_project_is_small(
        self, client: Client, subnets: int
    ) -> None:
        CatalogSnapshot.objects.update(data=large_catalog(subnets=subnets).to_json())
        with CaptureQueriesContext(connection) as queries:
            page = client.get(URL).content
        assert len(queries) <= MOST_QUERIES
        assert len(page) <= MOST_BYTES
        assert len(post(client, name="").content) <= MOST_BYTES
