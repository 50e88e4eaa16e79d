"""`manage.py verify_audit` on histories that nobody has changed."""

import pytest
from django.db import OperationalError

from clusters.models import AuditCheck, Event
from clusters.operations.audit import verify
from tests.factories import approved, submitted
from tests.flows.audit.verified import finding, verified
from tests.openings import change_history
from tests.read_only import read_only

pytestmark = pytest.mark.django_db


class TestVerify:
    def test_of_an_empty_table_is_well(self):
        assert verified() == "0 events, 0 requests, chain ok\n"

    def test_counts_the_events_of_all_subjects(self):
        submitted("one-more")
        approved()
        # Of the cloud project: its place was fixed.
        assert verified() == "4 events, 2 requests, chain ok\n"

    def test_keeps_what_it_found(self):
        approved()
        verified()
        check = AuditCheck.objects.get()
        assert (check.events, check.requests, check.is_good) == (3, 1, True)

    def test_names_the_first_bad_row(self):
        row = approved()
        with change_history():
            Event.objects.filter(kind="approve").update(correlation_id="another")
        said = finding()
        assert said == (
            f"Request logs-search ({row.id}): event 2 (approve) was changed:"
            " its hash is not that of its content."
        )
        check = AuditCheck.objects.get()
        assert (check.finding, check.is_good) == (said, False)

    def test_keeps_how_much_was_right_before_the_bad_row(self):
        first, second = sorted(
            [approved("one"), approved("two")], key=lambda row: row.id
        )
        with change_history():
            second.events.filter(kind="approve").update(correlation_id="another")
        finding()
        check = AuditCheck.objects.get()
        # The events of the first request, and one of the second.
        assert (check.events, check.requests) == (first.events.count() + 1, 1)

    def test_says_what_kept_it_from_reading_on(self, monkeypatch):
        def fail(*_: object) -> None:
            raise OperationalError("gone")

        monkeypatch.setattr(verify, "checked", fail)
        assert finding() == "The history could not be read to its end: gone"
        assert not AuditCheck.objects.get().is_good


@pytest.mark.django_db(transaction=True)
def test_needs_no_right_to_write():
    approved()
    with read_only():
        assert verified() == "3 events, 1 requests, chain ok\n"
    assert not AuditCheck.objects.exists()
