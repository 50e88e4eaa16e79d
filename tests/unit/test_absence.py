"""When looking ends, and what follows."""

from datetime import timedelta

import pytest

from clusters.cloud.types import Outcome
from clusters.domain.absence import UNKNOWN, Absence, Next, next_action, wait_of
from clusters.domain.engine_settings import EngineSettings
from tests.factories import NOON

ENGINE = EngineSettings(settle_seconds=300)
WAIT = timedelta(seconds=300)


def after(seconds):
    return NOON + timedelta(seconds=seconds)


def scanned(*seconds):
    absence = Absence()
    for each in seconds:
        absence = absence.add_scan(after(each), wait=WAIT)
    return absence


class TestAbsence:
    def test_counts_looks_that_are_a_third_of_the_wait_apart(self):
        assert scanned(0, 15, 99, 100, 150, 200).scans == 3

    @pytest.mark.parametrize(
        ("seconds", "is_settled"),
        [
            ((0, 100, 300), True),
            ((0, 100, 299), False),  # the last one began too early
            ((0, 300), False),  # two looks are too few
            ((0, 50, 300), False),  # so are three of which two are one
            ((300, 400, 500), True),
            ((), False),
        ],
    )
    def test_is_settled_after_three_looks_over_the_whole_wait(
        self, seconds, is_settled
    ):
        assert scanned(*seconds).is_settled(NOON, wait=WAIT) is is_settled


MADE_NO_UNKNOWN_CLUSTER = {
    Outcome.NOT_SENT,
    Outcome.ACCEPTED,  # it is known
    Outcome.UNAUTHORISED,
    Outcome.THROTTLED,
    Outcome.REFUSED,
    Outcome.NAME_HELD,
    Outcome.BUSY,
}


class TestUnknown:
    def test_is_no_answer_at_all(self):
        assert "" in UNKNOWN

    @pytest.mark.parametrize("outcome", Outcome)
    def test_is_every_outcome_without_a_reason_to_be_none(self, outcome):
        assert (outcome in UNKNOWN) is (outcome not in MADE_NO_UNKNOWN_CLUSTER)


class TestWait:
    @pytest.mark.parametrize(
        ("outcomes", "seconds"),
        [
            (["unknown"], 300),
            ([""], 300),
            (["unknown", "unknown"], 600),
            (["unknown", "busy", "unknown"], 1200),
            (["throttled", "unauthorised", "unknown"], 300),
            ([], 300),
        ],
    )
    def test_doubles_with_each_attempt_that_the_cloud_touched(self, outcomes, seconds):
        assert wait_of(outcomes, ENGINE) == timedelta(seconds=seconds)


class TestNext:
    @pytest.mark.parametrize(
        ("outcomes", "expected"),
        [
            (["unknown"], Next.RESEND),
            ([""], Next.RESEND),
            (["unknown", "unknown"], Next.RESEND),
            (["unknown", "unknown", "unknown"], Next.ASK),
            (["unknown", "refused"], Next.FAIL),
            (["name_held"], Next.ASK),
            (["unknown", "name_held"], Next.ASK),
            (["busy"], Next.RESEND),
            (["busy", "busy", "busy"], Next.FAIL),
            (["unknown", "busy", "busy", "busy"], Next.ASK),
            (["throttled"], Next.RESEND),
        ],
    )
    def test_follows_from_what_the_attempts_came_to(self, outcomes, expected):
        assert next_action(outcomes) is expected

    def test_is_for_a_person_where_two_clusters_may_share_a_name(self):
        assert next_action(["unknown"], names_unique=False) is Next.ASK
        assert next_action(["unknown", "refused"], names_unique=False) is Next.FAIL
