"""Celery mouths: an id in, one operation called, nothing back."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Final, ParamSpec
from uuid import UUID

from celery import current_task, shared_task
from celery.signals import worker_init, worker_shutting_down
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_noop

from clusters import wiring
from clusters.cloud.errors import CloudError, HostRefused
from clusters.cloud.types import Cloud
from clusters.credentials.encryption import DecryptionFailed, EncryptedForAnotherUse
from clusters.models import CloudProject
from clusters.models.heartbeat import HeartbeatKind
from clusters.operations.clusters.delete import run_deletion
from clusters.operations.core.backoff import pause_after_trouble
from clusters.operations.core.dispatch import (
    enqueue_catalog_refresh,
    enqueue_provisioning,
)
from clusters.operations.core.heartbeat import record_heartbeat
from clusters.operations.core.schema import (
    NEWER,
    OtherSchema,
    is_newer_schema,
)
from clusters.operations.polling.poll import poll_project
from clusters.operations.projects.credentials import OTHER_USE
from clusters.operations.projects.refresh_catalog import refresh_catalog
from clusters.operations.projects.refresh_pace import begin_refresh
from clusters.operations.provisioning.provision import provision_next
from clusters.operations.upkeep.installation import ForeignDatabase, check_before_work
from clusters.operations.upkeep.send_mail import send_mails
from clusters.operations.upkeep.sweep import enqueue_polls
from clusters.operations.upkeep.sweep import run_beat_tick as sweep_up
from clusters.tasks.bulkhead import Bulkhead, WorkKind

log = logging.getLogger(__name__)

P = ParamSpec("P")

MAX_CREATES_PER_MESSAGE: Final = 20
"""How many requests one message may bring on, so that no task lasts for ever."""

_NO_KEY: Final = gettext_noop("No key of ENCRYPTION_KEYS opens the stored password.")

_STOPPING: Final = threading.Event()
"""Set when this worker was asked to stop: nothing more is claimed, no gate opens."""

_BULKHEAD: Final = Bulkhead(settings.WORKER_THREADS)
_ASK_AGAIN: Final = {
    WorkKind.CREATE: enqueue_provisioning,
    WorkKind.CATALOG: enqueue_catalog_refresh,
}
"""Looks and deletions are asked for anew at the next tick."""


def _on_its_own_tables(work: Callable[P, None]) -> Callable[P, None]:
    """Drop the message where a newer version has migrated; its workers take the next."""

    @wraps(work)
    def unless_outdated(*args: P.args, **kwargs: P.kwargs) -> None:
        if is_newer_schema():
            log.error("worker.outdated", extra={"reason": NEWER})
            return
        work(*args, **kwargs)

    return unless_outdated


@shared_task(name="clusters.provision")
@_on_its_own_tables
def provision(*, cloud_project_id: int, **_: object) -> None:
    """Create what is due in this cloud project, until nothing is or we must stop."""
    with _place_in_bulkhead(cloud_project_id, WorkKind.CREATE) as is_ours:
        is_done = not is_ours or _create_what_is_due(cloud_project_id)
    if not is_done:
        enqueue_provisioning(cloud_project_id)


def _create_what_is_due(cloud_project_id: int) -> bool:
    """Take turns; False where there may be more for another message."""
    for _turn in range(MAX_CREATES_PER_MESSAGE):
        cloud = _cloud(cloud_project_id)
        if cloud is None or not provision_next(
            cloud_project_id,
            cloud=cloud,
            engine=wiring.engine_settings(),
            now=timezone.now(),
            is_stopping=_STOPPING.is_set,
        ):
            return True
    return False


@shared_task(name="clusters.poll_project")
@_on_its_own_tables
def poll_one(*, cloud_project_id: int, **_: object) -> None:
    """Look at the clusters of this cloud project once."""
    with _place_in_bulkhead(cloud_project_id, WorkKind.LOOK) as is_ours:
        if is_ours and (cloud := _cloud(cloud_project_id)):
            poll_project(
                cloud_project_id,
                cloud=cloud,
                engine=wiring.engine_settings(),
                now=timezone.now(),
            )


@shared_task(name="clusters.delete_cluster")
@_on_its_own_tables
def delete_one_cluster(*, cloud_project_id: int, request_id: str, **_: object) -> None:
    """Bring the deletion of one broken cluster a step on."""
    with _place_in_bulkhead(cloud_project_id, WorkKind.DELETE) as is_ours:
        if is_ours and (cloud := _cloud(cloud_project_id)):
            run_deletion(
                UUID(request_id),
                cloud=cloud,
                engine=wiring.engine_settings(),
                now=timezone.now(),
            )


@shared_task(name="clusters.refresh_catalog")
@_on_its_own_tables
def refresh_one_catalog(*, cloud_project_id: int, **_: object) -> None:
    """Ask this cloud project what it offers now, if that was not a moment ago."""
    with _place_in_bulkhead(cloud_project_id, WorkKind.CATALOG) as is_ours:
        is_due = is_ours and begin_refresh(cloud_project_id)
        if is_due and (cloud := _cloud(cloud_project_id)):
            refresh_catalog(cloud_project_id, cloud=cloud, now=timezone.now())


@shared_task(name="clusters.send_mails")
@_on_its_own_tables
def send_mails_to_one(*, person_id: int, **_: object) -> None:
    """Tell one person what there is to tell, in one mail."""
    send_mails(person_id, public_url=wiring.public_url(), now=timezone.now())


@shared_task(name="clusters.poll")
@_on_its_own_tables
def poll_all(**_: object) -> None:
    """Have every cloud project looked at in which the cloud builds something."""
    enqueue_polls()


@shared_task(name="clusters.sweep")
@_on_its_own_tables
def sweep(**_: object) -> None:
    """Take back, wake and refresh what is due; show that beat and worker live."""
    record_heartbeat(
        current_task.request.hostname or "worker", kind=HeartbeatKind.WORKER
    )
    sweep_up(engine=wiring.engine_settings(), now=timezone.now())


@contextmanager
def _place_in_bulkhead(cloud_project_id: int, work: WorkKind) -> Iterator[bool]:
    """
    Hold a thread for this cloud project; False where it holds its share already.

    Then the message is dropped: the rows say that there is work, and so does whoever
    leaves the room.
    """
    if not _BULKHEAD.enter(cloud_project_id, work):
        yield False
        return
    try:
        yield True
    finally:
        for missed in _BULKHEAD.leave(cloud_project_id, work) & set(_ASK_AGAIN):
            _ASK_AGAIN[missed](cloud_project_id)


def _cloud(cloud_project_id: int) -> Cloud | None:
    """Return the client of a project, or None where it cannot sign in at all."""
    project = CloudProject.objects.get(pk=cloud_project_id)
    if not project.is_connected:
        return None
    try:
        return wiring.cloud(project)
    except DecryptionFailed:
        trouble = CloudError(_NO_KEY)
    except EncryptedForAnotherUse:
        trouble = CloudError(OTHER_USE)
    except HostRefused as error:
        trouble = error
    pause_after_trouble(project.pk, trouble, now=timezone.now())
    return None


@worker_init.connect
def require_own_database(**_: object) -> None:
    """
    Keep two portals, or two versions of one, from working on one copy of the rows.

    Celery logs any other error that leaves this function, and goes on without the check.
    """
    try:
        check_before_work(settings.INSTALLATION_ID)
    except OtherSchema as error:
        raise SystemExit(f"DATABASE_URL: {error}") from error
    except ForeignDatabase as error:
        raise SystemExit(f"INSTALLATION_ID: {error}") from error


@worker_shutting_down.connect
def stop_claiming(**_: object) -> None:
    """Let calls in flight end, begin no new one."""
    _STOPPING.set()
