"""`manage.py erase_person`: the name is nowhere any more, and every chain stays valid."""

from io import StringIO

import pytest
from django.core.management import call_command

from clusters.models import Event
from tests.flows.audit.erasing import EMAIL, live, where_found

pytestmark = pytest.mark.django_db


NAMES = ("alice", "alicia", "Liddell", EMAIL)
EVERYWHERE: set[str] = set()


def erased(
    name: str = "alice", *, by: str = "olga", comment: str = "Asked for."
) -> str:
    """Return the pseudonym."""
    out = StringIO()
    call_command("erase_person", name, by=by, comment=comment, stdout=out)
    return out.getvalue().split("erased person ")[1].split(".")[0]


class TestErase:
    def test_leaves_the_name_nowhere(self):
        live()
        found = {place for text in NAMES for place in where_found(text)}
        assert found == EVERYWHERE
        erased()
        assert where_found(*NAMES) == []

    def test_leaves_every_chain_valid(self):
        live()
        erased()
        salted = Event.objects.exclude(format=1)
        assert all(event.is_intact() for event in salted)
        call_command("verify_audit", stdout=StringIO())
