"""How the tests of this folder sign in and find things on a page."""

import re

from django.test import Client

from clusters.models import ClusterRequest
from tests import factories


def as_person(name: str) -> Client:
    """Return a browser in which this person is signed in."""
    client = Client()
    client.force_login(factories.user(name))
    return client


def url_of(row: ClusterRequest, action: str = "") -> str:
    """Return the address of the page, or of an action on it."""
    return row.get_absolute_url() + (f"{action}/" if action else "")


def state_of(row: ClusterRequest) -> str:
    """Read the state from the database."""
    return ClusterRequest.objects.values_list("state", flat=True).get(id=row.id)


def shown_version(html: str) -> str:
    """Return what the page asks news with."""
    found = re.search(r"\?shown=([0-9a-f]+\.[0-9a-f]+)", html)
    assert found, "the page does not ask for news"
    return found[1]
