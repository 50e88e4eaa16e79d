"""Pages on which somebody decides show what cannot be seen in what others wrote."""

import re

import pytest

from clusters.domain.states import State
from clusters.models import ClusterRequest, Event
from clusters.operations.requests.cancel import cancel_request
from tests.factories import NOON, cluster_request, submitted, user
from tests.flows.decide.pages import as_person
from tests.openings import change_history

pytestmark = pytest.mark.django_db

EVIL = "no\u202ething\u2066 & <b>\u200bhidden\u061c"
SHOWN = "no[U+202E]thing[U+2066] &amp; &lt;b&gt;[U+200B]hidden[U+061C]"
HIDDEN = "\u202e\u2066\u200b\u061c"


def write_evil(row: ClusterRequest) -> None:
    """Write this text to every column that people and clouds fill."""
    spec = row.spec | {"description": EVIL}
    ClusterRequest.objects.filter(id=row.id).update(
        reason=EVIL,
        requester_name=EVIL,
        labels=dict.fromkeys(row.labels, EVIL),
        spec=spec,
        body=row.body.replace('"name":', f'"desc":"{EVIL}","name":'),
        waits_because=EVIL,
        error_message=EVIL,
        error_raw=EVIL,
        error_code="X\u202e",
    )
    data = {"comment": EVIL, "because": EVIL, "error_message": EVIL}
    with change_history():
        Event.objects.filter(request=row).update(actor_name=EVIL, data=data)


def page(name: str, path: str) -> str:
    answer = as_person(name).get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


class TestPagesOfADecision:
    def test_show_a_reason_and_all_else_marked(self) -> None:
        row = submitted()
        write_evil(row)
        said = page("bob", row.get_absolute_url())
        refuse_hidden(said)
        assert f"{SHOWN} asks for" in said
        # The reason, its event, the description and the labels of what was chosen.
        assert said.count(SHOWN) >= 6

    @pytest.mark.parametrize("path", ["/approvals/", "/", "/requests/"])
    def test_lists_do_so_too(self, path: str) -> None:
        write_evil(submitted())
        said = page("bob", path)
        assert SHOWN in said
        refuse_hidden(said)

    @pytest.mark.parametrize("state", [State.APPROVED, State.FAILED, State.UNCLEAR])
    def test_show_what_became_of_it_marked(self, state: State) -> None:
        row = cluster_request(state=state)
        write_evil(row)
        for name in ("bob", "olga"):
            said = page(name, row.get_absolute_url())
            refuse_hidden(said)

    def test_keep_the_words_as_they_were_written(self) -> None:
        row = submitted()
        cancel_request(row, by=user("alice"), comment=EVIL, now=NOON)
        assert row.events.last().data["comment"] == EVIL
        assert SHOWN in page("bob", row.get_absolute_url())


def refuse_hidden(said: str) -> None:
    """Fail with the lines that hide something."""
    lines = without_data(said).splitlines()
    assert [line for line in lines if set(HIDDEN) & set(line)] == []


def without_data(said: str) -> str:
    """Leave out attributes for scripts: they hold the value itself, and nobody reads it."""
    return re.sub(r'data-[a-z-]+="[^"]*"', "", said)
