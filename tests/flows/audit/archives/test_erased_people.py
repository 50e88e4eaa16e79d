"""An archive with requests of somebody whose name was erased, before it or after it."""

import pytest

from clusters.models import ArchivedRequest, ClusterRequest, Mail
from clusters.operations.requests.cancel import cancel_request
from tests.factories import user
from tests.flows.audit.archives.scene import archived, names, read
from tests.flows.audit.erasing import LATER, live
from tests.flows.audit.test_erase import erased
from tests.flows.audit.verified import verified

pytestmark = pytest.mark.django_db

OLD = "handed-over-long-ago"
"""Alice asked for it; its first events are of format 1, whose hashes cover her name."""


@pytest.fixture
def file(tmp_path):
    live()
    cancel_request(ClusterRequest.objects.get(name=OLD), by=user("charlie"), now=LATER)
    Mail.objects.update(due_at=None)
    return tmp_path / "old.archive"


class TestAnErasedPerson:
    def test_is_erased_in_an_archive_of_later(self, file):
        erased()
        archived(file)
        assert sorted(names()) == ["handed-over", "of-another"]
        row = ArchivedRequest.objects.get(name=OLD)
        assert "alice" not in str(read(file, row.id))
        assert verified().endswith("chain ok\n")

    def test_is_named_in_an_archive_of_before(self, file):
        archived(file)
        erased()
        row = ArchivedRequest.objects.get(name=OLD)
        assert "alice" in str(read(file, row.id))
        assert verified().endswith("chain ok\n")
