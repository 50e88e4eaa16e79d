"""A simulated cloud, the real client over it, and a clock that tests move."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core.cache.backends.locmem import LocMemCache

from clusters import wiring
from clusters.cloud.huawei.client import HuaweiCloud
from clusters.credentials.encryption import Encryptor
from clusters.credentials.token_store import CachedTokenStore
from clusters.domain.engine_settings import EngineSettings
from clusters.models import CloudProject
from clusters.operations.core.backoff import pause_after_trouble
from clusters.operations.polling.poll import poll_project
from clusters.operations.provisioning.provision import provision_next
from clusters.simulator.world import World
from tests import factories
from tests.clients import client_over
from tests.flows.provision.wire import Wire

KEY = "dGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtMDA="
ENGINE = EngineSettings(settle_seconds=30)


@dataclass
class Clock:
    """The time of the simulated cloud and of the client; moved by hand."""

    now: datetime = factories.NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **delta: float) -> datetime:
        """Move the clock forward; returns the new time."""
        self.now += timedelta(**delta)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    return World(clock=lambda: clock().timestamp(), build_seconds=60)


@pytest.fixture
def wire(world: World) -> Wire:
    return Wire(world)


@pytest.fixture
def project(db: None) -> CloudProject:
    return factories.cloud_project()


@pytest.fixture
def password() -> str:
    return "simulator-Passw0rd"


@pytest.fixture
def cloud(
    wire: Wire, clock: Clock, project: CloudProject, password: str
) -> HuaweiCloud:
    cache = LocMemCache(f"tokens-of-{uuid4()}", {})
    return client_over(
        wire,
        password=password,
        tokens=CachedTokenStore(
            cache=cache,
            name="demo",
            encryptor=Encryptor([KEY]),
            may_sign_in=lambda: CloudProject.objects.running().exists(),
            on_refused=lambda error: pause_after_trouble(
                project.pk, error, now=clock()
            ),
            lock_seconds=1,
        ),
        clock=clock,
    )


@pytest.fixture
def take_turn(project, cloud, clock):
    """Run one pass of a worker; return its claim."""

    def turn(**how):
        return provision_next(
            project.id,
            cloud=cloud,
            encryptor=wiring.encryptor(),
            engine=ENGINE,
            now=clock(),
            **how,
        )

    return turn


@pytest.fixture
def poll(project, cloud, clock):
    """Run one poll."""

    def once():
        return poll_project(project.id, cloud=cloud, engine=ENGINE, now=clock())

    return once
