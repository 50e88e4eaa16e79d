"""A web that is asked to stop: answers that have begun arrive, and nobody holds it up."""

from pathlib import Path

import pytest

from tests.services.migrated import MigratedDatabases
from tests.services.web.conftest import STOPPING, running_web
from tests.services.web.test_slow_clients import (
    BIG,
    FEW_BYTES,
    HALF_A_HEAD,
    MANY,
)
from tests.services.web.wire import PATIENCE, Wire, get, wires

pytestmark = pytest.mark.services


class TestSigterm:
    def test_waits_for_who_reads_its_answer_and_for_nobody_else(
        self, tmp_path: Path, migrated: MigratedDatabases
    ) -> None:
        with (
            running_web(tmp_path, migrated, *STOPPING) as stack,
            wires(stack.web_port, MANY) as halves,
        ):
            whole = Wire(stack.web_port).send(get(BIG)).answer()
            for each in halves:
                each.send(HALF_A_HEAD)
            reading = Wire(stack.web_port, receives=FEW_BYTES)
            assert reading.send(get(BIG)).is_answered(PATIENCE)
            stack.processes["web"].terminate()
            assert halves[0].answer().status == 408
            assert reading.answer().body == whole.body
            reading.close()
            assert stack.processes["web"].wait(PATIENCE) == 0, stack.log("web")
