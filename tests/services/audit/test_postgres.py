"""What only PostgreSQL has: TRUNCATE, and several transactions that write at once."""

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from psycopg.errors import RestrictViolation

from tests import postgres
from tests.services.apart import run_apart
from tests.services.migrated import MigratedDatabases

pytestmark = pytest.mark.services

UPDATE = "UPDATE clusters_event SET kind = 'another'"
OPEN = "INSERT INTO clusters_historyopening SELECT max(id), {} FROM clusters_event"
OWN = "txid_current()"


@pytest.fixture(scope="module")
def url(migrated: MigratedDatabases) -> Iterator[str]:
    """A migrated database with one request, which Bob approved; tests commit nothing."""
    code = "from tests import factories; factories.approved()"
    with postgres.empty_database() as url:
        migrated.copy(url)
        made = run_apart(code, DATABASE_URL=url)
        assert made.returncode == 0, made.stderr
        yield url


@pytest.fixture
def session(url: str) -> Iterator[psycopg.Connection]:
    with closing(psycopg.connect(url)) as connection:
        yield connection


@pytest.fixture
def other(url: str) -> Iterator[psycopg.Connection]:
    with closing(psycopg.connect(url)) as connection:
        yield connection


def kinds(session: psycopg.Connection) -> list[str]:
    rows = session.execute(
        "SELECT kind FROM clusters_event WHERE request_id IS NOT NULL"
    )
    return sorted(kind for (kind,) in rows)


class TestTruncate:
    @pytest.mark.parametrize(
        "what",
        [
            "clusters_event CASCADE",
            "clusters_decision",
            "clusters_attempt",
            "clusters_clusterrequest CASCADE",
            "auth_user CASCADE",
        ],
    )
    def test_is_refused(self, session: psycopg.Connection, what: str) -> None:
        with pytest.raises(RestrictViolation, match="history is closed: truncate"):
            session.execute(f"TRUNCATE {what}")
        session.rollback()
        assert kinds(session) == ["approve", "submit"]
        session.execute("DELETE FROM clusters_historyopening")
        session.commit()

    def test_passes_within_an_opening(self, session: psycopg.Connection) -> None:
        session.execute(OPEN.format(OWN))
        session.execute("TRUNCATE clusters_decision")
        session.rollback()


class TestAnOpening:
    def test_lets_its_own_transaction_write(self, session: psycopg.Connection) -> None:
        session.execute(OPEN.format(OWN))
        assert session.execute(UPDATE).rowcount

    def test_lets_no_other_transaction_write(
        self, session: psycopg.Connection, other: psycopg.Connection
    ) -> None:
        session.execute(OPEN.format(OWN))
        with pytest.raises(RestrictViolation, match="history is closed: update"):
            other.execute(UPDATE)
        other.rollback()
        with pytest.raises(RestrictViolation, match="history is closed: delete"):
            other.execute("DELETE FROM clusters_decision")

    def test_that_was_left_behind_opens_nothing(
        self, session: psycopg.Connection, other: psycopg.Connection
    ) -> None:
        session.execute(OPEN.format(OWN))
        session.commit()
        for each in (session, other):
            with pytest.raises(RestrictViolation):
                each.execute(UPDATE)
            each.rollback()
        assert kinds(session) == ["approve", "submit"]
        session.execute("DELETE FROM clusters_historyopening")
        session.commit()

    def test_of_another_id_opens_nothing(self, session: psycopg.Connection) -> None:
        session.execute(OPEN.format(f"{OWN} + 1"))
        with pytest.raises(RestrictViolation):
            session.execute(UPDATE)


class TestTheFunction:
    def test_reads_no_other_table_of_that_name(
        self, session: psycopg.Connection
    ) -> None:
        session.execute("CREATE SCHEMA mine")
        session.execute("SET search_path = mine, pg_temp, public")
        columns = "AS SELECT 1 AS event_id, txid_current() AS transaction_id"
        session.execute(f"CREATE TABLE mine.clusters_historyopening {columns}")
        session.execute(f"CREATE TEMPORARY TABLE clusters_historyopening {columns}")
        session.execute("CREATE FUNCTION mine.txid_current() RETURNS bigint RETURN 0")
        session.execute("INSERT INTO public.clusters_historyopening SELECT 1, 0")
        with pytest.raises(RestrictViolation):
            session.execute(UPDATE)

    def test_sees_a_change_that_json_calls_equal(
        self, session: psycopg.Connection
    ) -> None:
        session.execute(OPEN.format(OWN))
        session.execute("""UPDATE clusters_event SET data = '{"nodes": 1}'""")
        session.execute("DELETE FROM clusters_historyopening")
        session.execute("UPDATE clusters_event SET data = data")
        with pytest.raises(RestrictViolation):
            session.execute("""UPDATE clusters_event SET data = '{"nodes": 1.0}'""")
