"""What a page says comes next, state by state."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clusters.domain.permissions import Viewer
from clusters.domain.states import State
from clusters.models import CloudProject, Cluster, ClusterRequest
from clusters.views.request.next_step import NextStep, Situation, next_step_of

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ALICE = Viewer(user_id=1)
BOB = Viewer(user_id=2, approves=True)
PAUSED = {"paused_at": NOON.replace(hour=10), "paused_reason": "HTTP 401: no."}


def step(
    state: State,
    *,
    viewer: Viewer = ALICE,
    project: dict[str, Any] | None = None,
    was_sent: bool = False,
    scanned_at: datetime | None = None,
    next_scan_at: datetime | None = None,
    **columns: Any,
) -> NextStep:
    columns = {"requester_id": 1, "moved_at": NOON, **columns}
    cloud_project = CloudProject(name="demo", **(project or {}))
    return next_step_of(
        Situation(
            cluster_request=ClusterRequest(
                state=state, cloud_project=cloud_project, **columns
            ),
            viewer=viewer,
            now=NOON,
            was_sent=was_sent,
            scanned_at=scanned_at,
            next_scan_at=next_scan_at,
            deadline=timedelta(hours=1),
        )
    )


class TestNextStep:
    @pytest.mark.parametrize("state", State)
    def test_has_a_sentence_for_every_state(self, state: State) -> None:
        assert step(state).sentence.endswith(".")

    @pytest.mark.parametrize("state", sorted(set(State) - {State.FAILED}))
    def test_never_says_failed_of_what_has_not_failed(self, state: State) -> None:
        said = step(state)
        assert "fail" not in " ".join((said.sentence, *said.more)).lower()

    def test_tells_an_approver_that_somebody_else_decides_on_an_own_request(
        self,
    ) -> None:
        said = step(State.PENDING, viewer=BOB, requester_id=2)
        assert "somebody else has to decide" in said.sentence

    def test_says_since_when_a_project_is_paused_and_that_nothing_was_sent(
        self,
    ) -> None:
        said = step(State.APPROVED, project=PAUSED)
        assert said.sentence == (
            "Waiting: sign-in to demo is paused since 10:00. Nothing was sent."
        )
        assert said.more == ("HTTP 401: no.",)

    def test_does_not_say_that_nothing_was_sent_when_something_was(self) -> None:
        said = step(State.APPROVED, project=PAUSED, was_sent=True)
        assert "Nothing was sent" not in said.sentence

    def test_names_the_day_of_a_pause_that_began_on_another_one(self) -> None:
        earlier = {**PAUSED, "paused_at": NOON - timedelta(days=2)}
        assert "21 Nov 2026 12:00" in step(State.APPROVED, project=earlier).sentence

    def test_says_why_it_waits_and_when_it_goes_on(self) -> None:
        due_at = NOON + timedelta(minutes=5)
        said = step(State.APPROVED, waits_because="IAM is away", due_at=due_at)
        assert said.sentence == (
            "The request waits. The portal tries again at 12:05. Nothing was sent."
        )
        assert said.more == ("IAM is away",)

    def test_does_not_say_so_of_what_waits_after_it_was_sent(self) -> None:
        said = step(State.APPROVED, waits_because="HTTP 429", was_sent=True)
        assert "Nothing was sent" not in said.sentence

    def test_says_of_unclear_what_is_known_and_what_is_not(self) -> None:
        scanned_at = NOON + timedelta(minutes=1)
        said = step(State.UNCLEAR, scanned_at=scanned_at)
        assert said.sentence == (
            "We asked the cloud and did not hear back. We are looking for your cluster"
            " and will not create a second one."
        )
        assert said.more == ("Last scan at 12:01: not found yet.",)

    def test_says_when_an_operator_has_to_look(self) -> None:
        said = step(State.UNCLEAR, needs="operator")
        assert said.sentence.startswith("We cannot tell whether the cluster exists.")

    def test_does_not_count_a_look_from_before_the_loss(self) -> None:
        said = step(State.UNCLEAR, scanned_at=NOON - timedelta(minutes=1))
        assert said.more == ()

    def test_counts_the_looks_and_says_when_the_next_one_is(self) -> None:
        when = NOON + timedelta(minutes=3)
        said = step(State.UNCLEAR, next_scan_at=when, absent_scans=1)
        assert said.more == ("Scan 2 of 3 of the cloud's list is due at 12:03:00.",)

    def test_keeps_quiet_about_a_look_that_is_not_for_today(self) -> None:
        never = datetime(9999, 1, 1, tzinfo=UTC)
        assert step(State.UNCLEAR, next_scan_at=never).more == ()

    def test_says_when_the_cloud_was_asked(self) -> None:
        said = step(State.SENDING, sent_at=NOON)
        assert said.sentence == "Sent to the cloud at 12:00:00. No answer yet."

    def test_says_when_building_takes_longer_than_usual(self) -> None:
        said = step(State.CREATING, moved_at=NOON - timedelta(minutes=61))
        assert "longer than usual" in said.sentence

    def test_warns_of_a_broken_cluster_that_may_bill(self) -> None:
        assert (
            "cost money" in step(State.FAILED, cluster=Cluster(cloud_id="c1")).sentence
        )
