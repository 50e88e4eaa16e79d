"""A history with archived requests, and what the commands say."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from clusters.demo.showcase import People, seed_showcase
from clusters.models import ClusterRequest
from tests.factories import NOON, cloud_project, user

ENDED = (
    "everything-search",  # rejected
    "metrics-search",  # failed, without a cluster
    "old-index",  # cancelled
    "quiet-index",  # expired
)
"""What the showcase has that may be archived; the others are under way, or have a cluster."""


def showcase() -> None:
    """Store a request in every state, the newest days ago."""
    people = People(alice=user("alice"), charlie=user("charlie"), bob=user("bob"))
    seed_showcase(cloud_project(), people, now=NOON)


def archived(path: Path, before: str = "2026-11-24") -> str:
    """Return what the command prints."""
    out = StringIO()
    call_command("archive", f"--before={before}", str(path), stdout=out)
    return out.getvalue()


def refused(path: Path, before: str = "2026-11-24") -> str:
    """Return what the command says when it archives nothing."""
    with pytest.raises(CommandError) as error:
        archived(path, before)
    return str(error.value)


def names() -> list[str]:
    """Return the names of the requests that are in the database."""
    return sorted(ClusterRequest.objects.values_list("name", flat=True))


def today() -> str:
    """Return the date of today in the portal's time zone."""
    return timezone.localdate().isoformat()
