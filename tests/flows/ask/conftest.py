"""Alice at the form of a connected cloud project whose offers are known."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from clusters.models import CatalogSnapshot, CloudProject
from tests import factories
from tests.factories import NOON
from tests.unit.ask.made import catalog


@pytest.fixture
def alice(db: None) -> User:
    return factories.user("alice")


@pytest.fixture
def client(alice: User, settings: Settings) -> Client:
    settings.TIME_ZONE = "Asia/Kathmandu"
    client = Client()
    client.force_login(alice)
    return client


@pytest.fixture
def colleagues(db: None) -> None:
    """Whom the whole form names as watchers."""
    for name in ("bob", "charlie"):
        factories.user(name)


@pytest.fixture
def project(db: None) -> CloudProject:
    project = factories.cloud_project("demo")
    CatalogSnapshot.objects.create(
        cloud_project=project,
        data=catalog().to_json(),
        fetched_at=NOON,
        tried_at=NOON,
    )
    return project
