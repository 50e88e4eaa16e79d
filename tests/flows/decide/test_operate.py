"""The page of operators: pause and resume, unclear requests, heartbeats of workers."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from clusters.domain.matching import ListedCluster
from clusters.domain.states import State
from clusters.models import CloudProject, Heartbeat, InventorySnapshot
from clusters.models.cloud_project import PausedBy
from tests import factories
from tests.flows.decide.pages import as_person

pytestmark = pytest.mark.django_db

PAUSE, RESUME = "/operate/demo/pause/", "/operate/demo/resume/"


def project() -> CloudProject:
    return CloudProject.objects.get(name="demo")


@pytest.fixture(autouse=True)
def _demo() -> None:
    factories.cloud_project("demo")


def pause_by_portal() -> None:
    CloudProject.objects.filter(name="demo").update(
        paused_at=timezone.now(),
        paused_by=PausedBy.PORTAL,
        paused_reason="HTTP 401: wrong password",
    )


class TestOperatePage:
    @pytest.mark.parametrize(
        ("name", "status"),
        [("olga", 200), ("alice", 403), ("bob", 403), ("dora", 403)],
    )
    def test_opens_for_operators(self, name: str, status: int) -> None:
        assert as_person(name).get("/operate/").status_code == status

    def test_leads_the_anonymous_to_the_login(self) -> None:
        assert Client().get("/operate/")["Location"] == "/login/?next=/operate/"

    def test_says_where_it_does_not_show_all(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("one", "two", "three"):
            Heartbeat.objects.create(name=name, kind="worker", seen_at=timezone.now())
        olga = as_person("olga")
        assert "there may be more" not in olga.get("/operate/").content.decode()
        monkeypatch.setattr("clusters.views.operator.page._MAX_ROWS", 2)
        html = olga.get("/operate/").content.decode()
        assert "The first 2 are shown; there may be more." in html

    def test_shows_why_a_project_is_paused_what_is_unclear_and_who_lives(self) -> None:
        row = factories.cluster_request(state=State.UNCLEAR)
        pause_by_portal()
        Heartbeat.objects.create(
            name="worker@host", kind="worker", seen_at=timezone.now()
        )
        html = as_person("olga").get("/operate/").content.decode()
        assert "HTTP 401: wrong password" in html
        assert f'data-request-id="{row.id}" data-state="unclear"' in " ".join(
            html.split()
        )
        assert "worker@host" in html
        assert f'action="{RESUME}"' in html

    def test_offers_no_resume_without_credentials(self) -> None:
        pause_by_portal()
        CloudProject.objects.update(sealed_password="")
        html = as_person("olga").get("/operate/").content.decode()
        assert RESUME not in html
        assert "It has no credentials" in html


class TestPause:
    def test_stops_the_project_with_a_reason(self) -> None:
        answer = as_person("olga").post(PAUSE, {"reason": "Maintenance."})
        assert (answer.status_code, answer["Location"]) == (302, "/operate/")
        paused = project()
        assert paused.is_paused
        assert (paused.paused_by, paused.paused_reason) == ("person", "Maintenance.")

    def test_answers_409_the_second_time(self) -> None:
        person = as_person("olga")
        person.post(PAUSE)
        answer = person.post(PAUSE)
        assert answer.status_code == 409
        assert "is paused already" in answer.content.decode()

    @pytest.mark.parametrize("reason", ["a\x00b", "x" * 501, "a\ufffdb"])
    def test_refuses_a_reason_that_cannot_be_kept(self, reason: str) -> None:
        assert as_person("olga").post(PAUSE, {"reason": reason}).status_code == 400
        assert not project().is_paused


class TestResume:
    def test_goes_on(self) -> None:
        pause_by_portal()
        assert as_person("olga").post(RESUME).status_code == 302
        assert not project().is_paused

    def test_answers_409_when_it_is_not_paused(self) -> None:
        assert as_person("olga").post(RESUME).status_code == 409

    def test_answers_409_without_credentials(self) -> None:
        pause_by_portal()
        CloudProject.objects.update(sealed_password="")
        answer = as_person("olga").post(RESUME)
        assert answer.status_code == 409
        assert "has no credentials" in answer.content.decode()
        assert project().is_paused


class TestBoth:
    @pytest.mark.parametrize("url", [PAUSE, RESUME])
    @pytest.mark.parametrize("name", ["alice", "bob", "dora"])
    def test_are_forbidden_to_others(self, url: str, name: str) -> None:
        assert as_person(name).post(url).status_code == 403

    @pytest.mark.parametrize("url", [PAUSE, RESUME])
    def test_lead_the_anonymous_to_the_login(self, url: str) -> None:
        assert Client().post(url)["Location"] == "/login/?next=/operate/"

    @pytest.mark.parametrize("url", [PAUSE, RESUME])
    def test_take_no_get(self, url: str) -> None:
        assert as_person("olga").get(url).status_code == 405

    @pytest.mark.parametrize("verb", ["pause", "resume"])
    def test_do_not_know_a_project_that_is_not_there(self, verb: str) -> None:
        answer = as_person("olga").post(f"/operate/nowhere/{verb}/")
        assert answer.status_code == 404


class TestReconcileNow:
    def test_takes_back_what_a_dead_worker_held(self) -> None:
        row = factories.cluster_request(state=State.SENDING)
        client = as_person("olga")
        answer = client.post("/operate/reconcile/")
        assert (answer.status_code, answer["Location"]) == (302, "/operate/")
        row.refresh_from_db()
        assert row.state == State.APPROVED
        assert (
            "1 request returned to the queue"
            in client.get("/operate/").content.decode()
        )

    @pytest.mark.parametrize("name", ["alice", "bob", "dora"])
    def test_is_for_operators(self, name: str) -> None:
        assert as_person(name).post("/operate/reconcile/").status_code == 403

    def test_leads_the_anonymous_to_the_login(self) -> None:
        answer = Client().post("/operate/reconcile/")
        assert answer["Location"] == "/login/?next=/operate/"
        assert Client().get("/operate/reconcile/").status_code == 405


class TestWhatNobodyKnows:
    def test_counts_codes_that_no_page_can_explain(self) -> None:
        row = factories.cluster_request(state=State.FAILED)
        for number, code in enumerate(("CSS.7777", "CSS.7777", "CSS.1112"), 1):
            row.attempts.create(
                number=number,
                claim=number,
                body_sha256=row.body_sha256,
                sent_at=timezone.now(),
                code=code,
            )
        html = as_person("olga").get("/operate/").content.decode()
        assert ">CSS.7777</a></td><td>2</td>" in html
        assert "CSS.1112" not in html

    def test_counts_those_codes_of_broken_clusters_and_of_answers_once(self) -> None:
        now = timezone.now()
        for number, code in enumerate(("CSS.6999", "CSS.6999", "CSS.6000"), 1):
            factories.cluster_request(
                f"broken-{number}",
                state=State.FAILED,
                cloud_id=f"c-{number}",
                error_code=code,
                moved_at=now,
            )
        row = factories.cluster_request(
            state=State.FAILED, error_code="CSS.6999", moved_at=now
        )
        row.attempts.create(
            number=1, claim=1, body_sha256="", sent_at=now, code="CSS.6999"
        )
        html = as_person("olga").get("/operate/").content.decode()
        assert ">CSS.6999</a></td><td>3</td>" in html
        assert "CSS.6000" not in html

    @pytest.mark.parametrize("code", ["APIGW.0308", "APIG.0308", "IAM.0012"])
    def test_knows_the_words_of_the_doors(self, code: str) -> None:
        factories.cluster_request(
            state=State.FAILED, error_code=code, moved_at=timezone.now()
        )
        html = as_person("olga").get("/operate/").content.decode()
        assert code not in html

    def test_leaves_out_what_is_older_than_a_month(self) -> None:
        before = timezone.now() - timedelta(days=31)
        factories.cluster_request(
            state=State.FAILED, error_code="CSS.6999", moved_at=before
        )
        html = as_person("olga").get("/operate/").content.decode()
        assert "CSS.6999" not in html

    def test_shows_clusters_of_requests_that_are_not_here(self) -> None:
        row = factories.cluster_request(state=State.ACTIVE)
        ours = ListedCluster(id="ours", name="ours-search", tag=str(row.id))
        lost = ListedCluster(id="lost", name="lost-search", tag=str(uuid4()))
        InventorySnapshot.objects.create(
            cloud_project=row.cloud_project,
            clusters=[each.to_json() for each in (ours, lost)],
        )
        html = as_person("olga").get("/operate/").content.decode()
        assert "lost-search" in html
        assert "ours-search" not in html

    def test_lists_what_is_left_to_operators_in_any_state(self) -> None:
        row = factories.cluster_request(state=State.ACTIVE, needs="operator")
        html = as_person("olga").get("/operate/").content.decode()
        assert f'data-request-id="{row.id}" data-state="active"' in " ".join(
            html.split()
        )

    def test_lists_who_waits_longest_first_and_each_once(self) -> None:
        rows = [
            factories.cluster_request(
                f"row-{number}",
                state=state,
                needs=needs,
                moved_at=factories.NOON - timedelta(minutes=number),
            )
            for number, (state, needs) in enumerate(
                [
                    (State.UNCLEAR, ""),
                    (State.ACTIVE, "operator"),
                    (State.UNCLEAR, "operator"),
                ]
            )
        ]
        html = as_person("olga").get("/operate/").content.decode()
        places = [html.index(f'data-request-id="{row.id}"') for row in rows]
        assert places == sorted(places, reverse=True)
        assert html.count("data-request-id") == len(rows)

    def test_takes_a_constant_number_of_queries(
        self, django_assert_max_num_queries
    ) -> None:
        for number in range(5):
            factories.cloud_project(f"project-{number}")
            factories.cluster_request(f"logs-{number}", state=State.UNCLEAR)
        client = as_person("olga")
        with django_assert_max_num_queries(13):
            client.get("/operate/")
