"""Races of many identical actions: submits of one person, refreshes, mails."""

import uuid
from functools import partial
from typing import Any

from clusters import wiring
from clusters.models import ClusterRequest
from clusters.operations.projects.refresh_pace import begin_refresh, request_refresh
from clusters.operations.requests.submit import (
    SubmissionData,
    TooManyOpen,
    submit_request,
)
from clusters.operations.upkeep.send_mail import send_mails
from tests.factories import NOON, cloud_project, spec, submitted, user
from tests.services.racing import at_once

ROUNDS = 10


def submits() -> dict[str, Any]:
    """Let 8 forms of one person come at once where 3 more may be open, one of them twice."""
    kept, again = [], []
    for number in range(ROUNDS):
        alice = user(f"asks-{number}")
        keys = [uuid.uuid4() for _ in range(7)]
        asked = [partial(_submit, alice, key) for key in [*keys, keys[0]]]
        ids = at_once(*asked)
        kept.append(ClusterRequest.objects.filter(requester=alice).count())
        again.append(_submit(alice, keys[0]) in (ids[0], ids[-1]))
        ClusterRequest.objects.update(state="rejected")
    return {"kept": sorted(set(kept)), "first key answered alike": all(again)}


def _submit(person: Any, key: uuid.UUID) -> Any:
    try:
        return submit_request(
            requester=person,
            cloud_project=cloud_project(),
            submission=SubmissionData(spec=spec("submitted-1")),
            submission_key=key,
            encryptor=wiring.encryptor(),
            now=NOON,
            max_open=3,
        ).id
    except TooManyOpen:
        return "too many"


def refreshes() -> dict[str, Any]:
    """Let 8 browsers and 8 workers ask for one catalog at once."""
    project = cloud_project()
    asked = at_once(*[partial(request_refresh, project.pk) for _ in range(8)])
    begun = at_once(*[partial(begin_refresh, project.pk) for _ in range(8)])
    return {"asked": sum(asked), "begun": sum(begun)}


def mails() -> dict[str, Any]:
    """Let 8 workers write to one person at once."""
    bob = user("bob")
    bob.email = "bob@example.com"
    bob.save()
    submitted("mailed-1")
    write = partial(send_mails, bob.pk, public_url="https://portal.test", now=NOON)
    told = at_once(*[write for _ in range(8)])
    return {"mails": sum(count > 0 for count in told), "news": sum(told)}
