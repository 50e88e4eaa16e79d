"""Whatever happens in whatever order: drawn stories, and the worst ones written down."""

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from clusters.domain.absence import REQUIRED_SCANS
from clusters.domain.states import State
from tests.flows.provision.state_machine import LAGS, AnyOrder

pytestmark = pytest.mark.django_db


def test_at_most_one_cluster_whatever_happens_in_whatever_order():
    """`STORIES=5000 ./test` with this file tries so many, other ones each time."""
    stories = int(os.environ.get("STORIES", "0"))
    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            max_examples=stories or 60,
            derandomize=not stories,
            stateful_step_count=25,
            deadline=None,
            database=None,
            suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
        ),
    )


@pytest.fixture
def story():
    """The same, played by hand."""
    machine = AnyOrder()
    try:
        yield machine
        machine.all_is_well()
    finally:
        machine.teardown()


class TestWorstStories:
    """Each needs several things at once, which a drawn one seldom has."""

    def test_quota_was_used_up_by_the_attempt_whose_answer_was_lost(self, story):
        story.alice_asks_and_bob_approves(lag=LAGS[0])
        story.an_answer_is_lost_and_looks_go_by(done=True)
        story.a_worker_takes_a_turn("refused")
        assert story._state() == State.UNCLEAR

    def test_cluster_comes_into_the_list_after_it_was_settled_absent(self, story):
        story.alice_asks_and_bob_approves(lag=LAGS[1])
        story.an_answer_is_lost_and_looks_go_by(done=True)
        story.a_worker_takes_a_turn("answered")
        assert (story._state(), len(story.world.creates)) == (State.CREATING, 1)

    def test_worker_wakes_up_before_its_gate_when_another_one_is_at_work(self, story):
        story.alice_asks_and_bob_approves(lag=0)
        sleeper = story.a_worker_comes_to("gate", "answered")
        story.time_passes(140, "")
        worker = story.a_worker_comes_to("gate", "answered")
        story.goes_on(sleeper, "end", "answered")
        story.goes_on(worker, "end", "answered")
        assert (story._state(), len(story.world.creates)) == (State.CREATING, 1)

    def test_refusal_comes_late_when_another_worker_has_sent_it_again(self, story):
        story.alice_asks_and_bob_approves(lag=0)
        sleeper = story.a_worker_comes_to("answer", "refused")
        story.time_passes(140, "")
        story.looks_go_by_for_the_shortest_wait()
        worker = story.a_worker_comes_to("answer", "answered")
        story.goes_on(sleeper, "end", "refused")
        assert story._state() == State.SENDING
        story.goes_on(worker, "end", "answered")
        assert story._state() == State.CREATING

    def test_is_there_while_every_look_gets_one_empty_answer(self, story):
        story.alice_asks_and_bob_approves(lag=LAGS[0])
        story.an_answer_is_lost_and_looks_go_by(done=True)
        story.a_worker_takes_a_turn("refused")
        for _ in range(REQUIRED_SCANS + 1):
            story.time_passes(12, "empty")
            story.goes_on(story.a_look_begins(), "end", "answered")
        assert story._reread().cloud_id == story.world.clusters[0].id
