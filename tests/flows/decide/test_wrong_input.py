"""What is wrong about an action is said at the field that it is about."""

from typing import Any

import pytest

from clusters.domain.states import State
from clusters.models import ClusterRequest
from clusters.models.request_columns import Needs
from tests import factories
from tests.flows.decide.pages import as_person, state_of, url_of

pytestmark = pytest.mark.django_db


def broken() -> ClusterRequest:
    return factories.cluster_request(
        state=State.FAILED, cloud_id=factories.CLUSTER_ID, cloud_status="303"
    )


def unclear() -> ClusterRequest:
    return factories.cluster_request(state=State.UNCLEAR, needs=Needs.OPERATOR)


class TestWrongInput:
    @pytest.mark.parametrize(
        ("make", "action", "typed", "field"),
        [
            (broken, "delete-cluster", {"name": "logs"}, "name"),
            (broken, "hand-over", {"requester": "nobody"}, "requester"),
            (unclear, "confirm-absent", {"comment": " "}, "comment"),
            (unclear, "adopt", {"cluster_id": "c-9"}, "cluster_id"),
        ],
    )
    def test_is_said_once_at_its_field(
        self, make: Any, action: str, typed: dict[str, str], field: str
    ) -> None:
        row = make()
        answer = as_person("olga").post(url_of(row, action), typed)
        html = answer.content.decode()
        assert answer.status_code == 400
        assert html.count(f'id="id_{field}_error"') == 1
        if field in ("name", "requester"):
            assert f'value="{typed[field]}"' in html
        assert state_of(row) == row.state


class TestWhatWasTyped:
    def test_is_quoted_where_its_form_is_gone(self) -> None:
        row = factories.cluster_request(state=State.CANCELLED)
        form = {"body_sha256": row.body_sha256, "comment": "Not <before> the fair."}
        answer = as_person("bob").post(url_of(row, "reject"), form)
        html = answer.content.decode()
        assert answer.status_code == 409
        assert "Not &lt;before&gt; the fair." in html

    def test_stands_in_the_form_that_it_was_sent_from(self) -> None:
        row = factories.cluster_request(state=State.PENDING)
        typed = {"requester": "nobody", "comment": "She left."}
        html = as_person("olga").post(url_of(row, "hand-over"), typed).content.decode()
        assert html.count("She left.</textarea>") == 1
        assert '<details class="cancel" open>' in html

    def test_of_a_pause_stays(self) -> None:
        project = factories.cloud_project()
        answer = as_person("olga").post(
            f"/operate/{project.name}/pause/", {"reason": "x" * 501}
        )
        assert answer.status_code == 400
        assert f'value="{"x" * 501}"' in answer.content.decode()
