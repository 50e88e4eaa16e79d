"""A history with archived requests, and what the commands say."""

import json
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from clusters import wiring
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
    seed_showcase(cloud_project(), people, encryptor=wiring.encryptor(), now=NOON)


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


def read(path: Path, request_id: UUID) -> dict[str, Any]:
    """Return one request of an archive, as the command prints it."""
    out = StringIO()
    call_command("read_archive", str(path), f"--request={request_id}", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found
