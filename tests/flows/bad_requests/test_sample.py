"""A few generated bad requests to every page on each database: none is a fault."""

import pytest

from tests.flows.bad_requests.databases import run
from tests.flows.bad_requests.inputs import CHANGES

pytestmark = pytest.mark.services


class TestBadRequests:
    def test_are_answered_without_a_fault(self, database_url: str) -> None:
        found = list(
            run(database_url, len(CHANGES), seed="sample", only="requests/<uuid")
        )
        assert [fault for page in found for fault in page["faults"]] == []
        assert len(found) > 8

    @pytest.mark.nightly
    def test_are_answered_without_a_fault_on_every_page(
        self, database_url: str
    ) -> None:
        # Each kind of change once; `python -m tests.flows.bad_requests.all` sends 500.
        found = list(run(database_url, len(CHANGES), seed="sample"))
        assert [fault for page in found for fault in page["faults"]] == []
        pages = {page["page"] for page in found}
        assert len(pages) > 60
        assert {"/login/", "/requests/new/", "/admin/auth/user/add/"} <= pages
        assert all(sum(page["statuses"].values()) >= len(CHANGES) for page in found)
