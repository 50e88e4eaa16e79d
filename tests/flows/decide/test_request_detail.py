"""The page of one request: what each person reads on it and may do there."""

import hashlib
import html as markup
import re

import pytest
from django.test import Client
from django.utils import timezone

from clusters.domain.states import State
from clusters.models import Attempt, ClusterRequest
from tests import factories
from tests.flows.decide.pages import as_person, url_of

pytestmark = pytest.mark.django_db


def page(name: str, row: ClusterRequest) -> str:
    answer = as_person(name).get(url_of(row))
    assert answer.status_code == 200
    return markup.unescape(answer.content.decode())


def buttons(html: str) -> set[str]:
    actions = ("approve", "reject", "cancel", "retry")
    return {action for action in actions if f'id="{action}"' in html}


class TestDetailPage:
    @pytest.mark.parametrize("state", State)
    @pytest.mark.parametrize("name", ["alice", "bob", "dora", "olga"])
    def test_names_the_request_once_in_every_state(
        self, state: State, name: str
    ) -> None:
        row = factories.cluster_request(state=state)
        html = page(name, row)
        assert re.findall(r'data-request-id="([^"]+)"', html) == [str(row.id)]
        assert re.findall(r'data-state="([^"]+)"', html) == [state.value]

    def test_carries_the_cluster_id_and_the_error_code_when_known(self) -> None:
        broken = factories.cluster_request(
            state=State.FAILED, cloud_id=factories.CLUSTER_ID
        )
        html = page("alice", broken)
        assert f'data-cluster-id="{factories.CLUSTER_ID}"' in html
        assert 'data-error-code="CSS.1112"' in html
        plain = page("alice", factories.submitted("other"))
        assert "data-cluster-id" not in plain
        assert "data-error-code" not in plain

    def test_is_unknown_to_a_stranger_and_leads_the_anonymous_to_the_login(
        self,
    ) -> None:
        row = factories.submitted()
        assert as_person("charlie").get(url_of(row)).status_code == 404
        answer = Client().get(url_of(row))
        assert answer["Location"] == f"/login/?next={url_of(row)}"

    def test_takes_no_post(self) -> None:
        assert as_person("alice").post(url_of(factories.submitted())).status_code == 405

    @pytest.mark.parametrize(
        ("name", "state", "expected"),
        [
            ("alice", State.PENDING, {"cancel"}),
            ("bob", State.PENDING, {"approve", "reject"}),
            ("olga", State.PENDING, {"cancel"}),
            ("dora", State.PENDING, set()),
            ("alice", State.APPROVED, {"cancel"}),
            ("bob", State.APPROVED, set()),
            ("alice", State.SENDING, set()),
            ("alice", State.UNCLEAR, set()),
            ("alice", State.FAILED, {"retry"}),
            ("olga", State.FAILED, {"retry"}),
            ("bob", State.FAILED, set()),
            ("alice", State.ACTIVE, set()),
        ],
    )
    def test_offers_what_this_person_can_do_now(
        self, name: str, state: State, expected: set[str]
    ) -> None:
        assert buttons(page(name, factories.cluster_request(state=state))) == expected

    def test_offers_no_retry_where_a_broken_cluster_exists(self) -> None:
        row = factories.cluster_request(
            state=State.FAILED, cloud_id=factories.CLUSTER_ID
        )
        html = page("alice", row)
        assert buttons(html) == set()
        assert "cost money" in html
        assert f"/requests/new/?from={row.id}" in html

    def test_tells_an_approver_that_somebody_else_decides_on_an_own_request(
        self,
    ) -> None:
        row = factories.submitted(requester=factories.user("bob"))
        html = page("bob", row)
        assert buttons(html) == {"cancel"}
        assert "somebody else has to decide" in html

    def test_shows_the_decider_who_asks_why_what_and_the_exact_json(self) -> None:
        row = factories.submitted()
        html = page("bob", row)
        for part in (
            "alice asks for",
            "Search for the web logs.",
            "Elasticsearch 7.10.2",
            "3 × ess.spec-4u16g",  # noqa: RUF001 - it multiplies
            "100 GB high I/O",
            "vpc-prod (192.168.0.0/16)",
            "daily 16:00 GMT+08:00, 7 kept",
            '"flavorRef": "ess.spec-4u16g"',
            f'"value": "{row.id}"',
            f'name="body_sha256" value="{row.body_sha256}"',
        ):
            assert part in html
        assert '<details class="body" open>' in html

    def test_shows_the_hash_of_exactly_the_bytes_that_are_kept(self) -> None:
        row = factories.submitted()
        sha256 = hashlib.sha256(row.body.encode()).hexdigest()
        assert f"<code>{sha256}</code>" in page("alice", row)

    def test_escapes_what_people_typed(self) -> None:
        row = factories.cluster_request(state=State.FAILED, error_message="<b>no</b>")
        raw = as_person("alice").get(url_of(row)).content.decode()
        assert "<b>no</b>" not in raw
        assert "&lt;b&gt;no&lt;/b&gt;" in raw

    def test_reads_a_request_with_nothing_but_what_is_needed(self) -> None:
        row = factories.submitted(
            volume=None, datastore=None, backup=None, availability_zones=()
        )
        html = page("alice", row)
        assert "the cloud's own choice" in html
        assert "local disks of the flavor" in html

    def test_asks_the_database_as_often_for_a_long_history_as_for_a_short_one(
        self, django_assert_max_num_queries: pytest.FixtureRequest
    ) -> None:
        row = factories.approved()
        for number in range(1, 4):
            Attempt.objects.create(
                request=row,
                number=number,
                claim=number,
                body_sha256=row.body_sha256,
                sent_at=timezone.now(),
            )
        person = as_person("alice")
        with django_assert_max_num_queries(10):  # type: ignore[operator]
            person.get(url_of(row))


class TestErrorCard:
    def test_says_it_in_our_words_and_word_for_word_in_the_clouds(self) -> None:
        row = factories.cluster_request(
            state=State.FAILED,
            error_code="CSS.0068",
            error_message="CSS.0068 : flavor ess.spec-4u16g is sold out (cn-north-4a)",
            error_status=400,
            error_request_id="0d4e8a7c",
        )
        html = page("alice", row)
        assert "This flavor is sold out." in html
        assert "Choose another flavor or zone" in html
        assert row.error_message in html
        assert "HTTP 400" in html
        assert "0d4e8a7c" in html
        assert f"/requests/new/?from={row.id}#id_flavor" in html

    def test_keeps_the_raw_answer_behind_a_fold(self) -> None:
        row = factories.cluster_request(
            state=State.FAILED,
            error_code="",
            error_message="",
            error_status=502,
            error_raw="<html>Bad Gateway</html>",
        )
        html = page("alice", row)
        assert "The complete answer" in html
        assert "<html>Bad Gateway</html>" in html
        assert "The cloud had a problem of its own." in html

    def test_is_there_for_a_broken_cluster_without_words(self) -> None:
        row = factories.cluster_request(
            state=State.FAILED,
            cloud_id=factories.CLUSTER_ID,
            error_code="",
            error_message="",
            error_status=0,
            error_request_id="",
        )
        html = page("alice", row)
        assert "The cloud began to build the cluster and then gave up." in html
        assert "word for word" not in html

    def test_does_not_call_the_portals_own_words_the_clouds(self) -> None:
        row = factories.cluster_request(
            state=State.FAILED,
            error_code="portal.name_taken",
            error_message="",
            error_status=0,
            error_request_id="",
        )
        html = page("alice", row)
        assert "nothing was sent" in html
        assert "word for word" not in html


class TestUnclear:
    def test_is_never_red_and_never_says_failed(self) -> None:
        row = factories.cluster_request(
            state=State.UNCLEAR,
            error_code="APIGW.0201",
            error_message="Backend timeout",
            error_status=504,
        )
        html = page("alice", row)
        main = html[html.index("<main") : html.index("</main>")]
        assert "will not create a second one" in main
        assert "Backend timeout" in main
        assert 'class="error"' not in main
        assert "badge bad" not in main
        assert "badmark" not in main
        assert "fail" not in main.lower()


class TestWaiting:
    def test_says_since_when_the_project_is_paused(self) -> None:
        now = timezone.now()
        project = factories.cloud_project(
            paused_at=now, paused_by="portal", paused_reason="HTTP 401: wrong password"
        )
        html = page("alice", factories.approved(project=project))
        assert "Waiting: sign-in to demo is paused since" in html
        assert "Nothing was sent." in html
        assert "HTTP 401: wrong password" in html

    def test_says_why_it_waits(self) -> None:
        row = factories.cluster_request(
            state=State.APPROVED, waits_because="No answer from IAM."
        )
        assert "No answer from IAM." in page("alice", row)
