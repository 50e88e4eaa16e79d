"""The history."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from clusters.domain.states import State
from clusters.models import Cluster, ClusterRequest
from tests.factories import NOON, cloud_project, cluster_request, user
from tests.flows.pages.conftest import Reader
from tests.flows.pages.reading import link, many, names


class TestRequestList:
    def test_sends_the_anonymous_to_the_sign_in(self, client: Client) -> None:
        page = client.get("/requests/")
        assert page.status_code == 302
        assert page["Location"] == "/login/?next=/requests/"

    def test_takes_no_post(self, reading_as: Reader) -> None:
        assert reading_as("alice").post("/requests/").status_code == 405

    def test_shows_people_their_own_requests_only(self, reading_as: Reader) -> None:
        cluster_request("of-alice")
        cluster_request("of-charlie", requester=user("charlie"))
        assert names(reading_as("alice").get("/requests/")) == ["of-alice"]

    @pytest.mark.parametrize("name", ["bob", "dora", "olga"])
    def test_shows_all_to_those_who_see_all(
        self, reading_as: Reader, name: str
    ) -> None:
        cluster_request("of-alice")
        cluster_request("of-charlie", requester=user("charlie"), now=_ago(days=1))
        page = reading_as(name).get("/requests/")
        assert names(page) == ["of-alice", "of-charlie"]

    def test_names_each_row_for_scripts(self, reading_as: Reader) -> None:
        row = cluster_request("broken", state=State.FAILED, cloud_id="c-1")
        page = reading_as("alice").get("/requests/").content.decode()
        assert page.count(f'data-request-id="{row.id}"') == 1
        assert 'data-state="failed"' in page
        assert 'data-cluster-id="c-1"' in page
        assert 'data-error-code="CSS.1112"' in page

    def test_leads_a_newcomer_to_the_form(self, reading_as: Reader) -> None:
        page = reading_as("alice").get("/requests/").content.decode()
        assert 'href="/requests/new/"' in page.partition("No requests yet")[2]

    def test_shows_a_name_as_text_and_never_as_markup(self, reading_as: Reader) -> None:
        ClusterRequest.objects.filter(id=cluster_request().id).update(name="<b>x")
        page = reading_as("alice").get("/requests/").content.decode()
        assert "&lt;b&gt;x" in page
        assert "<b>x" not in page

    def test_asks_as_often_for_one_row_as_for_a_full_page(
        self, reading_as: Reader, django_assert_num_queries: object
    ) -> None:
        client = reading_as("dora")
        many(60)
        # session, person, groups, number on Approvals, rows, cloud projects
        with django_assert_num_queries(6):  # type: ignore[operator]
            assert len(names(client.get("/requests/"))) == 50
        with django_assert_num_queries(6):  # type: ignore[operator]
            assert names(client.get("/requests/?q=many-007")) == ["many-007"]

    def test_stays_small(self, reading_as: Reader) -> None:
        many(60)
        assert len(reading_as("dora").get("/requests/").content) < 45_000


class TestFilters:
    def test_find_text_in_name_requester_cluster_id_and_error_code(
        self, reading_as: Reader
    ) -> None:
        cluster_request("logs-search")
        cluster_request("broken", state=State.FAILED)
        cluster_request("made", state=State.ACTIVE)
        cluster_request("other", requester=user("charlie"))
        client = reading_as("dora")
        assert names(client.get("/requests/?q=LOGS")) == ["logs-search"]
        assert names(client.get("/requests/?q=css.1112")) == ["broken"]
        assert names(client.get("/requests/?q=ef683016")) == ["made"]
        assert names(client.get("/requests/?q=charl")) == ["other"]

    def test_take_several_states(self, reading_as: Reader) -> None:
        cluster_request("one", state=State.FAILED)
        cluster_request("two", state=State.ACTIVE)
        cluster_request("three", state=State.REJECTED)
        page = reading_as("alice").get("/requests/?state=failed&state=active")
        assert set(names(page)) == {"one", "two"}

    def test_narrow_by_project_flavor_and_requester(self, reading_as: Reader) -> None:
        cluster_request("one", project=cloud_project("north"))
        two = cluster_request("two", requester=user("charlie"))
        ClusterRequest.objects.filter(id=two.id).update(flavor="ess.spec-8u32g")
        client = reading_as("dora")
        assert names(client.get("/requests/?cloud_project=north")) == ["one"]
        assert names(client.get("/requests/?flavor=ess.spec-8u32g")) == ["two"]
        assert names(client.get("/requests/?requester=charlie")) == ["two"]
        assert names(client.get("/requests/?requester=char")) == []

    def test_include_both_days(self, reading_as: Reader) -> None:
        cluster_request("early", now=datetime(2026, 11, 20, 0, 0, tzinfo=UTC))
        cluster_request("late", now=datetime(2026, 11, 21, 23, 59, tzinfo=UTC))
        cluster_request("after", now=datetime(2026, 11, 22, 0, 0, tzinfo=UTC))
        page = reading_as("alice").get("/requests/?since=2026-11-20&until=2026-11-21")
        assert names(page) == ["late", "early"]

    def test_stand_as_chips_that_take_off_one_each(self, reading_as: Reader) -> None:
        page = reading_as("alice").get("/requests/?q=a&state=failed&state=active")
        text = page.content.decode()
        assert 'href="?q=a&amp;state=active"' in text
        assert 'href="?q=a&amp;state=failed"' in text
        assert 'href="?state=failed&amp;state=active"' in text

    def test_say_what_to_change_when_nothing_matches(self, reading_as: Reader) -> None:
        cluster_request()
        page = reading_as("alice").get("/requests/?q=nothing-like-this")
        assert "Nothing matches" in page.content.decode()

    def test_that_cannot_be_read_say_so_once_each(self, reading_as: Reader) -> None:
        query = "q=%00&state=nope&cloud_project=x&flavor=%00&since=1&until=2"
        page = reading_as("alice").get(f"/requests/?{query}").content.decode()
        for field in ("q", "state", "cloud_project", "flavor", "since", "until"):
            assert page.count(f'id="id_{field}_error"') == 1

    @pytest.mark.parametrize(
        "query",
        [
            "state=nope",
            "cloud_project=elsewhere",
            "since=yesterday",
            "until=9999-12-31",
            "since=0001-01-01",
            "q=%00",
            "q=" + "x" * 201,
            "requester=%00",
        ],
    )
    def test_say_so_when_they_cannot_be_read(
        self, reading_as: Reader, query: str
    ) -> None:
        cluster_request("still-here")
        page = reading_as("alice").get(f"/requests/?{query}")
        assert page.status_code == 200
        assert "was ignored" in page.content.decode()
        assert names(page) == ["still-here"]


class TestPager:
    def test_walks_to_the_end_and_back_without_a_gap(self, reading_as: Reader) -> None:
        made = many(120)
        client = reading_as("alice")
        first = client.get("/requests/")
        second = client.get(f"/requests/{link(first, 'next')}")
        third = client.get(f"/requests/{link(second, 'next')}")
        assert names(first) + names(second) + names(third) == made
        assert link(first, "prev") == ""
        assert link(third, "next") == ""
        again = client.get(f"/requests/{link(third, 'prev')}")
        assert names(again) == names(second)
        start = client.get(f"/requests/{link(again, 'prev')}")
        assert names(start) == names(first)
        assert link(start, "prev") == ""

    def test_parts_rows_of_one_moment(self, reading_as: Reader) -> None:
        many(60)
        ClusterRequest.objects.update(created_at=NOON)
        client = reading_as("alice")
        first = client.get("/requests/")
        second = client.get(f"/requests/{link(first, 'next')}")
        assert len({*names(first), *names(second)}) == 60

    def test_keeps_the_filters(self, reading_as: Reader) -> None:
        many(60)
        page = reading_as("alice").get("/requests/?q=many&state=pending")
        assert link(page, "next").startswith("?q=many&state=pending&cursor=")

    def test_has_nothing_to_offer_on_a_short_list(self, reading_as: Reader) -> None:
        cluster_request()
        page = reading_as("alice").get("/requests/")
        assert (link(page, "next"), link(page, "prev")) == ("", "")

    @pytest.mark.parametrize("cursor", ["x", "", "a:b", "%00", "é", "x" * 4000])
    def test_takes_rubbish_for_the_first_page(
        self, reading_as: Reader, cursor: str
    ) -> None:
        cluster_request("here")
        page = reading_as("alice").get(f"/requests/?cursor={cursor}")
        assert names(page) == ["here"]


class TestRowsThatMove:
    def test_are_watched(self, reading_as: Reader) -> None:
        row = cluster_request(state=State.CREATING)
        cluster_request("done", state=State.ACTIVE)
        page = reading_as("alice").get("/requests/").content.decode()
        assert page.count("every 3s") == 1
        assert f"?watch={row.id.hex}" in page

    def test_are_not_watched_when_there_are_none(self, reading_as: Reader) -> None:
        cluster_request(state=State.ACTIVE)
        page = reading_as("alice").get("/requests/").content.decode()
        assert "every 3s" not in page

    def test_come_back_only_when_something_changed(self, reading_as: Reader) -> None:
        row = cluster_request(state=State.CREATING, cloud_progress="5%")
        client = reading_as("alice")
        watch = _watch(client.get("/requests/").content.decode())
        assert str(row.id) not in client.get(watch).content.decode()
        Cluster.objects.filter(requests=row).update(cloud_progress="60%")
        page = client.get(watch)
        assert page.status_code == 200
        assert "Creating 60 %" in page.content.decode()
        assert 'hx-swap-oob="outerHTML"' in page.content.decode()
        assert (
            str(row.id)
            not in client.get(_watch(page.content.decode())).content.decode()
        )

    def test_stop_the_asking_when_nothing_moves(self, reading_as: Reader) -> None:
        row = cluster_request(state=State.CREATING)
        client = reading_as("alice")
        watch = _watch(client.get("/requests/").content.decode())
        ClusterRequest.objects.filter(id=row.id).update(state=State.ACTIVE)
        page = client.get(watch)
        assert page.status_code == 286
        assert 'data-state="active"' in page.content.decode()
        assert "every 3s" not in page.content.decode()

    def test_of_others_stay_invisible(self, reading_as: Reader) -> None:
        row = cluster_request(state=State.CREATING, requester=user("charlie"))
        page = reading_as("alice").get(f"/requests/?watch={row.id.hex}00000000")
        assert page.status_code == 286
        assert row.name not in page.content.decode()

    @pytest.mark.parametrize("watch", ["", ",,,", "x", "%00", "0" * 32])
    def test_take_rubbish_for_nothing(self, reading_as: Reader, watch: str) -> None:
        assert reading_as("alice").get(f"/requests/?watch={watch}").status_code == 286


def _watch(page: str) -> str:
    return page.split('hx-get="')[1].partition('"')[0]


def _ago(**length: int) -> datetime:
    return NOON - timedelta(**length)
