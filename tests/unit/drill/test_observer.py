"""What the observer of the drill logs."""

import pytest

from clusters.models import ClusterRequest, Event
from tests import factories
from tests.drill.clock import DRILL
from tests.drill.observer import Observer

pytestmark = pytest.mark.django_db


def committed(number: int, row: ClusterRequest, kind: str) -> None:
    """Commit an event with this id."""
    seq = row.events.count() + 1
    event = Event(pk=number, request=row, seq=seq, kind=kind, at=factories.NOON)
    Event.objects.bulk_create([event])


class TestEvents:
    def test_are_logged_once_even_where_a_later_number_came_first(self):
        row, logged = factories.submitted("logs"), []
        observer = Observer(DRILL, logged.append)
        observer.observe()
        known = row.events.get().pk
        committed(known + 2, row, "quick")
        observer.observe()
        committed(known + 1, row, "slow")
        observer.observe()
        observer.observe()
        assert logged == ["logs: · → pending (submit) ", "logs: quick ", "logs: slow "]

    def test_of_a_database_that_was_replaced_are_known(self):
        factories.submitted("logs")
        logged: list[str] = []
        observer = Observer(DRILL, logged.append)
        observer.mark_history_as_seen()
        observer.observe()
        assert logged == []
