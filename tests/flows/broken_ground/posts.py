"""One POST of each kind that changes something: where to, and with which fields."""

import uuid
from typing import Any

from clusters.domain.states import State
from clusters.models import CatalogSnapshot, CloudProject, ClusterRequest
from clusters.models.request_columns import Needs
from tests import factories
from tests.factories import NOON
from tests.unit.ask.made import catalog, posted

Post = tuple[str, dict[str, Any]]

KEY = str(uuid.UUID("11111111-2222-4333-8444-555555555555"))
WISH = {**dict(posted().lists()), "submission_key": KEY}


def project() -> CloudProject:
    made = factories.cloud_project("demo")
    CatalogSnapshot.objects.create(
        cloud_project=made, data=catalog().to_json(), fetched_at=NOON, tried_at=NOON
    )
    return made


def row_in(state: State, **columns: Any) -> ClusterRequest:
    return factories.cluster_request(state=state, project=project(), **columns)


def decision() -> Post:
    row = row_in(State.PENDING)
    fields = {"body_sha256": row.body_sha256, "comment": "Fine\nwith me"}
    return f"{row.get_absolute_url()}approve/", fields


def refusal() -> Post:
    path, fields = decision()
    return path.replace("approve", "reject"), fields


def cancelling() -> Post:
    row = row_in(State.PENDING, requester=factories.user("root"))
    return f"{row.get_absolute_url()}cancel/", {"comment": "No more"}


def retrying() -> Post:
    row = row_in(State.FAILED)
    return f"{row.get_absolute_url()}retry/", {"comment": "Once more"}


def handing_over() -> Post:
    factories.user("charlie")
    row = row_in(State.PENDING)
    fields = {"requester": "charlie", "comment": "Yours"}
    return f"{row.get_absolute_url()}hand-over/", fields


def judging() -> Post:
    row = row_in(State.UNCLEAR, needs=Needs.OPERATOR, sent_at=NOON)
    return f"{row.get_absolute_url()}keep-watching/", {"comment": "Look again"}


def asking() -> Post:
    project()
    return "/requests/new/", WISH


def pausing() -> Post:
    project()
    return "/operate/demo/pause/", {"reason": "Maintenance of the cloud"}


def reading_offers_anew() -> Post:
    project()
    return "/requests/new/refresh/", {"cloud_project": "demo"}


def adding_a_person() -> Post:
    fields = {"username": "erin", "usable_password": "false"}
    return "/admin/auth/user/add/", fields


def signing_out() -> Post:
    return "/logout/", {}


POSTS = (
    asking,
    decision,
    refusal,
    cancelling,
    retrying,
    handing_over,
    judging,
    pausing,
    reading_offers_anew,
    adding_a_person,
    signing_out,
)
