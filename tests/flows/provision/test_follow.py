"""Clusters that are being built: many, and one that the cloud does not show properly."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from requests import Response

from clusters.domain.states import State
from clusters.models import ClusterRequest
from clusters.simulator.world import World
from tests.factories import approved
from tests.flows.provision.rows import reload
from tests.flows.provision.wire import Scripted

pytestmark = pytest.mark.django_db


class TestOneStrangeCluster:
    @pytest.mark.parametrize(
        "script",
        [
            Scripted.json(404, {"errCode": "CSS.0015", "externalMessage": "none"}),
            Scripted.json(403, {"errCode": "CSS.0015", "externalMessage": "none"}),
            Scripted.json(400, {"errCode": "CSS.0001", "externalMessage": "odd"}),
            Scripted(200, b"<html>hello</html>"),
            Scripted.json(200, {"id": 7}),
        ],
        ids=["404", "403", "400", "html", "wrong-types"],
    )
    def test_does_not_keep_the_others_from_being_seen(
        self, take_turn, poll, clock, wire, world: World, script
    ):
        strange, other = approved("first-index"), approved("second-index")
        take_turn()
        take_turn()
        answer_details(wire, reload(strange).cloud_id, script)
        clock.advance(seconds=90)
        assert poll()
        assert reload(strange).state == State.CREATING
        assert reload(other).state == State.ACTIVE

    def test_is_left_for_the_next_look_when_the_cloud_does_not_answer(
        self, take_turn, poll, clock, wire
    ):
        rows = [approved("first-index"), approved("second-index")]
        for _ in rows:
            take_turn()
        first = ClusterRequest.objects.order_by("moved_at", "id").first()
        answer_details(wire, first.cloud_id, Scripted(500, b""))
        clock.advance(seconds=90)
        # Asking on would take a whole call's time for each of them.
        assert not poll()
        assert {reload(row).state for row in rows} == {State.CREATING}


class TestManyClusters:
    def test_in_which_nothing_changes_cost_as_many_queries_as_one(
        self, take_turn, poll, clock
    ):
        def queries() -> int:
            with CaptureQueriesContext(connection) as seen:
                assert poll()
            return len(seen)

        row = approved("index-0")
        take_turn()
        poll()
        one = queries()
        for number in range(1, 6):
            approved(f"index-{number}")
            take_turn()
        poll()
        before = reload(row).cluster.seen_at
        clock.now += timedelta(milliseconds=1)
        assert queries() == one
        assert reload(row).cluster.seen_at > before


def answer_details(wire: Any, cluster_id: str, script: Scripted) -> None:
    """Let every question for this one cluster be answered by the script."""
    send = wire.send

    def answer(request: Any, *args: Any, **kwargs: Any) -> Response:
        if request.method == "GET" and request.url.endswith(f"/clusters/{cluster_id}"):
            return wire._answer(request, script)
        return send(request, *args, **kwargs)

    wire.send = answer
