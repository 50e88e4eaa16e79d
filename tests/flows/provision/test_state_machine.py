"""At most one cluster in any order of events: random sequences, and known worst ones."""

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from clusters.domain.absence import REQUIRED_SCANS
from clusters.domain.states import State
from tests.flows.provision.state_machine import LAGS, ProvisioningMachine

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("examples", [8, pytest.param(60, marks=pytest.mark.nightly)])
def test_at_most_one_cluster_whatever_happens_in_whatever_order(examples: int):
    """`STORIES=5000 ./test` with this file tries so many sequences, new ones each time."""
    stories = int(os.environ.get("STORIES", "0"))
    run_state_machine_as_test(
        ProvisioningMachine,
        settings=settings(
            max_examples=stories or examples,
            derandomize=not stories,
            stateful_step_count=25,
            deadline=None,
            database=None,
            suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
        ),
    )


@pytest.fixture
def machine():
    """The same machine, driven step by step by the test."""
    machine = ProvisioningMachine()
    try:
        yield machine
        machine.invariants_hold()
    finally:
        machine.teardown()


class TestWorstStories:
    """Each needs several events in one order, which a random sequence seldom has."""

    def test_quota_was_used_up_by_the_attempt_whose_answer_was_lost(self, machine):
        machine.alice_asks_and_bob_approves(lag=LAGS[0])
        machine.an_answer_is_lost_and_scans_follow(done=True)
        machine.a_worker_runs_to_the_end("refused")
        assert machine._state() == State.UNCLEAR

    def test_cluster_comes_into_the_list_after_it_was_settled_absent(self, machine):
        machine.alice_asks_and_bob_approves(lag=LAGS[1])
        machine.an_answer_is_lost_and_scans_follow(done=True)
        machine.a_worker_runs_to_the_end("answered")
        assert (machine._state(), len(machine.world.creates)) == (State.CREATING, 1)

    def test_worker_wakes_up_before_its_gate_when_another_one_is_at_work(self, machine):
        machine.alice_asks_and_bob_approves(lag=0)
        sleeper = machine.a_worker_comes_to("gate", "answered")
        machine.time_passes(140, "")
        worker = machine.a_worker_comes_to("gate", "answered")
        machine.resumes(sleeper, "end", "answered")
        machine.resumes(worker, "end", "answered")
        assert (machine._state(), len(machine.world.creates)) == (State.CREATING, 1)

    def test_refusal_comes_late_when_another_worker_has_sent_it_again(self, machine):
        machine.alice_asks_and_bob_approves(lag=0)
        sleeper = machine.a_worker_comes_to("answer", "refused")
        machine.time_passes(140, "")
        machine.scans_for_the_shortest_wait()
        worker = machine.a_worker_comes_to("answer", "answered")
        machine.resumes(sleeper, "end", "refused")
        assert machine._state() == State.SENDING
        machine.resumes(worker, "end", "answered")
        assert machine._state() == State.CREATING

    def test_is_found_though_every_scan_gets_one_empty_answer(self, machine):
        machine.alice_asks_and_bob_approves(lag=LAGS[0])
        machine.an_answer_is_lost_and_scans_follow(done=True)
        machine.a_worker_runs_to_the_end("refused")
        for _ in range(REQUIRED_SCANS + 1):
            machine.time_passes(12, "empty")
            machine.resumes(machine.a_scan_begins(), "end", "answered")
        assert machine._reload().cloud_id == machine.world.clusters[0].id
