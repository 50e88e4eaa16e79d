"""Fault case 48: a standby without the commit of the gate takes over."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.missing import not_there
from tests.services.promotion import Pair, binaries
from tests.services.stack import Stack, shown, wait_for

pytestmark = [pytest.mark.services, pytest.mark.nightly]


@pytest.fixture
def pair() -> Iterator[Pair]:
    """Two servers of this test's own."""
    programs = binaries()
    if programs is None:
        not_there("needs initdb of PostgreSQL: the postgresql package")
    made = Pair(programs)
    try:
        made.start()
        yield made
    finally:
        made.remove()


@pytest.fixture(params=["the-first", ""], ids=["with an id", "without an id"])
def stack(
    request: pytest.FixtureRequest, pair: Pair, tmp_path: Path, queue_name: str
) -> Iterator[Stack]:
    """The whole portal on these servers."""
    made = Stack(
        folder=tmp_path,
        broker_url=f"filesystem://{tmp_path}/broker",
        database_url=pair.url,
        queue=queue_name,
        changes={"INSTALLATION_ID": request.param, "CATALOG_SECONDS": "3600"},
    )
    try:
        yield made.start()
    finally:
        made.stop()


class TestPromotion:
    def test_of_a_standby_without_the_claim_makes_no_second_cluster(
        self, stack: Stack, pair: Pair
    ):
        alice, bob = stack.person("alice"), stack.person("bob")
        path = alice.ask("logs-search")
        stack.kill("worker")
        bob.approve(path)
        pair.copy()
        stack.start_worker("second")
        page = alice.waits_for(path, "active")
        stack.kill("second")
        pair.promote()
        assert wait_for(lambda: state_after_promotion(stack, path)) == "approved"
        stack.start_worker("third")
        wait_for(lambda: state_after_promotion(stack, path) == "active")
        assert shown(alice.get(path), "cluster-id") == shown(page, "cluster-id")
        assert len(stack.calls()["creates"]) == 1
        assert "gates.shut" in stack.log("third")


def state_after_promotion(stack: Stack, path: str) -> str:
    """Return the state, as soon as pages can be read again."""
    try:
        return stack.person("alice").state(path)
    except AssertionError:
        return ""
