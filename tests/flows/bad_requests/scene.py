"""Who and what the bad requests find: people with sessions, rows in every state."""

import uuid
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group, User

from clusters.domain.states import State
from clusters.models import CatalogSnapshot, ClusterRequest
from clusters.models.request_columns import Needs
from tests import factories
from tests.unit.ask.made import catalog

PEOPLE: Final = ("", "alice", "bob", "charlie", "dora", "olga", "root")
"""The first is nobody; root is a superuser."""

SEALED: Final = "sealed-password-that-no-page-shows"


@dataclass(frozen=True)
class Scene:
    """What a request can name."""

    sessions: dict[str, str]
    requests: tuple[str, ...]
    project: str
    objects: dict[str, tuple[str, ...]]
    """Of each model in the admin, app_model: some ids."""


def set_scene() -> Scene:
    """Make what is missing, so that what a request changed is there again."""
    for group in ("approvers", "auditors", "operators"):
        Group.objects.get_or_create(name=group)
    people = {name: factories.user(name) for name in PEOPLE if name}
    User.objects.filter(username="root").update(is_superuser=True, is_staff=True)
    User.objects.filter(username__in=people).update(is_active=True)
    project = factories.cloud_project("demo", sealed_password=SEALED)
    CatalogSnapshot.objects.get_or_create(
        cloud_project=project,
        defaults={
            "data": catalog().to_json(),
            "fetched_at": factories.NOON,
            "tried_at": factories.NOON,
        },
    )
    return Scene(
        sessions={name: _session(people[name]) for name in people},
        requests=tuple(str(row.pk) for row in _rows()),
        project=project.name,
        objects=dict(_objects()),
    )


def _rows() -> list[ClusterRequest]:
    """Return new ones, each time with names that no earlier one holds."""
    end = f"-{uuid.uuid4().hex[:8]}"
    pending = factories.submitted(f"pending{end}")
    rows = [pending, factories.approved(f"approved{end}")]
    for state in (State.CREATING, State.ACTIVE, State.FAILED, State.CANCELLED):
        rows.append(factories.cluster_request(f"{state.lower()}{end}", state=state))
    unclear = factories.cluster_request(
        f"unclear{end}", state=State.UNCLEAR, needs=Needs.OPERATOR
    )
    return [*rows, unclear]


def _objects() -> Any:
    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        yield name, tuple(str(row.pk) for row in model._default_manager.all()[:5])


def _session(person: User) -> str:
    """Return the key of a session in which this person is signed in."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    person = type(person)._default_manager.get(pk=person.pk)
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.save()
    return str(store.session_key)
