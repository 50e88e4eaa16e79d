"""`manage.py archive`: what it takes out of the database, and that nothing of it is lost."""

import pytest

from tests.flows.audit.archives.scene import (
    ENDED,
    archived,
    names,
    showcase,
)
from tests.flows.audit.verified import verified

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    return tmp_path / "2026.archive"


class TestArchive:
    def test_takes_out_what_has_ended_and_verifies(self, file):
        showcase()
        before = names()
        said = verified()
        out = archived(file, "2026-11-25")
        assert out.startswith("4 requests with ")
        assert sorted({*before} - {*names()}) == sorted(ENDED)
        assert verified() != said
        print(out, said, verified())
        assert 0
