"""What the drill takes in while it looks over and over."""

import pytest

from clusters.models import ClusterRequest, Event
from tests import factories
from tests.drill.clock import DRILL
from tests.drill.observer import Watch

pytestmark = pytest.mark.django_db


def committed(number: int, row: ClusterRequest, kind: str) -> None:
    """Let an event with this number come to light."""
    seq = row.events.count() + 1
    event = Event(pk=number, request=row, seq=seq, kind=kind, at=factories.NOON)
    Event.objects.bulk_create([event])


class TestEvents:
    def test_are_told_once_even_where_a_later_number_came_first(self):
        row, said = factories.submitted("logs"), []
        watch = Watch(DRILL, said.append)
        watch.look()
        known = row.events.get().pk
        committed(known + 2, row, "quick")
        watch.look()
        committed(known + 1, row, "slow")
        watch.look()
        watch.look()
        assert said == ["logs: · → pending (submit) ", "logs: quick ", "logs: slow "]

    def test_of_a_database_that_was_replaced_are_known(self):
        factories.submitted("logs")
        said: list[str] = []
        watch = Watch(DRILL, said.append)
        watch.begin_again()
        watch.look()
        assert said == []
