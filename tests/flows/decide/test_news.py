"""What an open page is told every two seconds, and when it stops asking."""

from datetime import timedelta

import pytest
import time_machine
from django.http import HttpResponse

from clusters.domain.states import State
from clusters.models import Cluster, ClusterRequest
from clusters.operations.requests.decide import approve_request
from tests import factories
from tests.factories import NOON
from tests.flows.decide.pages import as_person, shown_version, url_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon() -> object:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def news(name: str, row: ClusterRequest, shown: str) -> HttpResponse:
    return as_person(name).get(
        url_of(row), {"shown": shown}, headers={"HX-Request": "true"}
    )


def open_page(name: str, row: ClusterRequest) -> str:
    return as_person(name).get(url_of(row)).content.decode()


class TestNews:
    def test_is_nothing_when_nothing_changed(self) -> None:
        row = factories.cluster_request(state=State.CREATING)
        answer = news("alice", row, shown_version(open_page("alice", row)))
        assert (answer.status_code, answer.content) == (204, b"")

    def test_replaces_the_moving_parts_and_leaves_a_typed_comment_alone(self) -> None:
        row = factories.submitted()
        shown = shown_version(open_page("bob", row))
        with time_machine.travel(NOON + timedelta(minutes=2), tick=False):
            answer = news("bob", row, shown)
        html = answer.content.decode()
        assert answer.status_code == 200
        for part in ("request-head", "now", "timeline"):
            assert f'id="{part}" hx-swap-oob="true"' in html
        assert "<textarea" not in html
        assert 'id="request"' not in html

    def test_shows_progress(self) -> None:
        row = factories.cluster_request(state=State.CREATING, cloud_progress="5%")
        shown = shown_version(open_page("alice", row))
        Cluster.objects.filter(requests=row).update(cloud_progress="62%")
        html = news("alice", row, shown).content.decode()
        assert 'value="62"' in html
        assert shown_version(html) != shown

    def test_takes_the_form_away_when_somebody_else_has_decided(self) -> None:
        row = factories.submitted()
        shown = shown_version(open_page("bob", row))
        bill = factories.user("bill", groups=("approvers",))
        approve_request(row, approver=bill, body_sha256=row.body_sha256, now=NOON)
        html = news("bob", row, shown).content.decode()
        assert 'hx-swap-oob="true">' in html
        assert f'data-request-id="{row.id}"' in html
        assert 'data-state="approved"' in html
        assert 'id="approve"' not in html
        assert (
            '<div id="announcement" hx-swap-oob="innerHTML">logs-search: Approved'
            in " ".join(html.split())
        )

    @pytest.mark.parametrize(
        "state",
        [
            State.ACTIVE,
            State.FAILED,
            State.REJECTED,
            State.CANCELLED,
            State.EXPIRED,
        ],
    )
    def test_stops_with_286_when_it_stops_moving(self, state: State) -> None:
        row = factories.cluster_request(state=state)
        answer = news("alice", row, "0.0")
        assert answer.status_code == 286
        assert f'data-state="{state}"' in answer.content.decode()
        assert "hx-trigger" not in answer.content.decode()

    @pytest.mark.parametrize("shown", ["", ".", "rubbish", "a.b.c", "\x00"])
    def test_is_everything_to_a_page_that_sends_rubbish(self, shown: str) -> None:
        row = factories.cluster_request(state=State.CREATING)
        answer = news("alice", row, shown)
        assert answer.status_code == 200
        assert 'id="request"' in answer.content.decode()

    def test_is_no_news_to_a_stranger(self) -> None:
        assert news("charlie", factories.submitted(), "0.0").status_code == 404

    @pytest.mark.parametrize(
        ("state", "asks"),
        [
            (State.PENDING, True),
            (State.APPROVED, True),
            (State.SENDING, True),
            (State.UNCLEAR, True),
            (State.CREATING, True),
            (State.ACTIVE, False),
            (State.FAILED, False),
        ],
    )
    def test_is_asked_for_only_while_there_can_be_some(
        self, state: State, asks: bool
    ) -> None:
        row = factories.cluster_request(state=state)
        assert ("hx-trigger" in open_page("alice", row)) == asks
