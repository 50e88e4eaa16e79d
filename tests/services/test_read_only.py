"""The portal's processes while PostgreSQL takes no changes, as in a failover."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import requests

from tests.services.failover import let, stack_on_postgres
from tests.services.migrated import MigratedDatabases
from tests.services.stack import Stack, wait_for

pytestmark = [pytest.mark.services, pytest.mark.nightly]


@pytest.fixture
def stack(
    tmp_path: Path, postgres_url: str, queue_name: str, migrated: MigratedDatabases
) -> Iterator[Stack]:
    with stack_on_postgres(tmp_path, postgres_url, queue_name, migrated) as started:
        yield started


def ready(stack: Stack) -> dict[str, str]:
    answer: dict[str, str] = requests.get(f"{stack.url}/readyz", timeout=10).json()
    return answer


def log_of_worker(stack: Stack) -> str:
    return stack.log("worker")


class TestReadOnlyPostgres:
    def test_holds_a_request_up_and_loses_nothing(self, stack: Stack) -> None:
        alice, bob = stack.person("alice"), stack.person("bob")
        path = alice.ask("waits-for-the-primary")

        let(stack, only_read=True)
        wait_for(lambda: ready(stack)["database"] == "read-only")
        assert alice.state(path) == "pending"  # reading goes on
        refused = bob.approve(path)
        assert refused.status_code == 503
        assert "cannot be saved now" in refused.text
        wait_for(lambda: "read-only transaction" in log_of_worker(stack))
        assert stack.processes["worker"].poll() is None

        let(stack, only_read=False)
        wait_for(lambda: ready(stack)["database"] == "ok")
        assert bob.approve(path).status_code == 200
        alice.waits_for(path, "active")
        assert len(stack.calls()["creates"]) == 1

    def test_lets_no_worker_begin_before_it_can_be_sure(self, stack: Stack) -> None:
        alice, bob = stack.person("alice"), stack.person("bob")
        path = alice.ask("approved-before")
        stack.kill("worker")
        assert bob.approve(path).status_code == 200
        with psycopg.connect(stack.database_url) as database:
            # As after a promotion: the timeline that was kept is another one.
            database.execute("UPDATE clusters_installation SET timeline = '00000000'")
        let(stack, only_read=True)
        stack.start_worker("worker")
        wait_for(lambda: "worker.waits_for_database" in log_of_worker(stack))
        assert stack.calls()["creates"] == []
        assert stack.processes["worker"].poll() is None
        let(stack, only_read=False)
        alice.waits_for(path, "active")
        assert len(stack.calls()["creates"]) == 1
        assert "gates.shut" in log_of_worker(stack)
