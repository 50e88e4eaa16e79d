"""After a restore: no gate opens before a look that counts."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from clusters.engine import Engine
from clusters.operations.claim import claim_next
from clusters.operations.gate import Gate, GateShut
from tests.factories import approved

pytestmark = pytest.mark.django_db


def gate_of(row) -> Gate:
    claim = claim_next(row.cloud_project_id, engine=Engine(), now=timezone.now())
    return Gate(
        claim,
        body_sha256=row.body_sha256,
        call=Engine().call,
        is_stopping=lambda: False,
    )


class TestQuarantine:
    def test_shuts_every_gate_and_says_how_many(self):
        row = approved()
        said = StringIO()
        call_command("quarantine", stdout=said)
        assert said.getvalue() == "1 cloud projects wait for a look that counts.\n"
        with pytest.raises(GateShut):
            gate_of(row)()
        assert not row.attempts.exists()

    def test_leaves_gates_alone_that_nobody_shut(self):
        row = approved()
        gate_of(row)()
        assert row.attempts.count() == 1
