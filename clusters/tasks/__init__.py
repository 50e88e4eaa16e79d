"""
Celery tasks: each takes ids, calls one operation, and returns nothing.

The names of tasks and arguments are a contract between versions of the portal that run at
the same time; unknown arguments are ignored.
"""

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
from clusters.operations.audit.daily_head import enqueue_due_head, keep_due_head
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
from clusters.operations.upkeep.sweep import enqueue_polls, run_beat_tick
from clusters.tasks.bulkhead import Bulkhead, WorkKind

log = logging.getLogger(__name__)

P = ParamSpec("P")

MAX_CREATES_PER_MESSAGE: Final = 20
"""How many creates one message makes before it publishes another one."""

_NO_KEY: Final = gettext_noop("No key of ENCRYPTION_KEYS opens the stored password.")

_STOPPING: Final = threading.Event()
"""Set when this worker was asked to stop: it claims nothing, and no gate opens."""

_BULKHEAD: Final = Bulkhead(settings.WORKER_THREADS)
_REPUBLISH: Final = {
    WorkKind.CREATE: enqueue_provisioning,
    WorkKind.CATALOG: enqueue_catalog_refresh,
}
"""How rejected work is enqueued again; scans and deletions wait for the next tick."""


def _unless_newer_schema(work: Callable[P, None]) -> Callable[P, None]:
    """
    Drop the message where a newer version of the portal has migrated the database.

    The rows stay due, and the workers of that version handle them.
    """

    @wraps(work)
    def unless_outdated(*args: P.args, **kwargs: P.kwargs) -> None:
        if is_newer_schema():
            log.error("worker.outdated", extra={"reason": NEWER})
            return
        work(*args, **kwargs)

    return unless_outdated


@shared_task(name="clusters.provision")
@_unless_newer_schema
def provision(*, cloud_project_id: int, **_: object) -> None:
    """Provision due requests of this cloud project, until none is or the worker stops."""
    with _bulkhead_slot(cloud_project_id, WorkKind.CREATE) as has_slot:
        is_done = not has_slot or _provision_due(cloud_project_id)
    if not is_done:
        enqueue_provisioning(cloud_project_id)


def _provision_due(cloud_project_id: int) -> bool:
    """Provision one request after the other; return False if more may be due."""
    for _create in range(MAX_CREATES_PER_MESSAGE):
        cloud = _cloud(cloud_project_id)
        if cloud is None or not provision_next(
            cloud_project_id,
            cloud=cloud,
            encryptor=wiring.encryptor(),
            engine=wiring.engine_settings(),
            now=timezone.now(),
            is_stopping=_STOPPING.is_set,
        ):
            return True
    return False


@shared_task(name="clusters.poll_project")
@_unless_newer_schema
def poll_one(*, cloud_project_id: int, **_: object) -> None:
    """Scan this cloud project once."""
    with _bulkhead_slot(cloud_project_id, WorkKind.SCAN) as has_slot:
        if has_slot and (cloud := _cloud(cloud_project_id)):
            poll_project(
                cloud_project_id,
                cloud=cloud,
                engine=wiring.engine_settings(),
                now=timezone.now(),
            )


@shared_task(name="clusters.delete_cluster")
@_unless_newer_schema
def delete_one_cluster(*, cloud_project_id: int, request_id: str, **_: object) -> None:
    """Check, delete, or follow the deletion of one broken cluster."""
    with _bulkhead_slot(cloud_project_id, WorkKind.DELETE) as has_slot:
        if has_slot and (cloud := _cloud(cloud_project_id)):
            run_deletion(
                UUID(request_id),
                cloud=cloud,
                engine=wiring.engine_settings(),
                now=timezone.now(),
            )


@shared_task(name="clusters.refresh_catalog")
@_unless_newer_schema
def refresh_one_catalog(*, cloud_project_id: int, **_: object) -> None:
    """Read the catalog of this cloud project, if it was not read a moment ago."""
    with _bulkhead_slot(cloud_project_id, WorkKind.CATALOG) as has_slot:
        is_due = has_slot and begin_refresh(cloud_project_id)
        if is_due and (cloud := _cloud(cloud_project_id)):
            refresh_catalog(cloud_project_id, cloud=cloud, now=timezone.now())


@shared_task(name="clusters.send_mails")
@_unless_newer_schema
def send_mails_to_one(*, person_id: int, **_: object) -> None:
    """Send one person one mail about all due events."""
    send_mails(person_id, public_url=wiring.public_url(), now=timezone.now())


@shared_task(name="clusters.keep_head")
@_unless_newer_schema
def keep_one_head(**_: object) -> None:
    """Keep a head of the history, if none was kept for a day, and hand out copies."""
    keep_due_head(wiring.audit_keys(), wiring.head_copies(), now=timezone.now())


@shared_task(name="clusters.poll")
@_unless_newer_schema
def poll_all(**_: object) -> None:
    """Poll, at beat's tick: enqueue a scan of each cloud project that needs one."""
    enqueue_polls()


@shared_task(name="clusters.sweep")
@_unless_newer_schema
def run_sweep(**_: object) -> None:
    """Sweep, at beat's tick, and record the heartbeat, which shows that beat works, too."""
    record_heartbeat(
        current_task.request.hostname or "worker", kind=HeartbeatKind.WORKER
    )
    run_beat_tick(engine=wiring.engine_settings(), now=timezone.now())
    enqueue_due_head(wiring.head_copies(), now=timezone.now())


@contextmanager
def _bulkhead_slot(cloud_project_id: int, work: WorkKind) -> Iterator[bool]:
    """
    Yield whether this cloud project may use one more thread; release it afterwards.

    Where it may not, the caller drops the message. The rows are still due, and the next
    release enqueues the rejected work again.
    """
    if not _BULKHEAD.acquire(cloud_project_id, work):
        yield False
        return
    try:
        yield True
    finally:
        for rejected in _BULKHEAD.release(cloud_project_id, work) & set(_REPUBLISH):
            _REPUBLISH[rejected](cloud_project_id)


def _cloud(cloud_project_id: int) -> Cloud | None:
    """
    Return the client of a cloud project; None where it has no usable credentials.

    A stored password that cannot be used, or an address that is not allowed, pauses it.
    """
    project = CloudProject.objects.get(pk=cloud_project_id)
    if not project.is_connected:
        return None
    try:
        return wiring.cloud(project)
    except DecryptionFailed:
        cause = CloudError(_NO_KEY)
    except EncryptedForAnotherUse:
        cause = CloudError(OTHER_USE)
    except HostRefused as error:
        cause = error
    pause_after_trouble(project.pk, cause, now=timezone.now())
    return None


@worker_init.connect
def require_own_database(**_: object) -> None:
    """
    Exit if the database is that of another installation or version of the portal.

    SystemExit, since Celery logs other exceptions of a signal's receiver and continues.
    """
    try:
        check_before_work(settings.INSTALLATION_ID)
    except OtherSchema as error:
        raise SystemExit(f"DATABASE_URL: {error}") from error
    except ForeignDatabase as error:
        raise SystemExit(f"INSTALLATION_ID: {error}") from error


@worker_shutting_down.connect
def stop_claiming(**_: object) -> None:
    """Finish calls in flight, but claim nothing and open no gate from now on."""
    _STOPPING.set()
