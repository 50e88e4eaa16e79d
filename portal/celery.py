"""The Celery app: `celery -A portal worker` and `celery -A portal beat`."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django_structlog.celery.steps import DjangoStructLogInitStep
from kombu.transport import TRANSPORT_ALIASES

from portal.queue.celery_settings import CONNECT_SECONDS
from portal.queue.embedded_beat import EmbeddedBeat
from portal.queue.message_rules import refuse_compression

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
TRANSPORT_ALIASES |= {
    "filesystem": "portal.queue.embedded_broker:Transport",
    "redis": "portal.queue.redis_broker:Transport",
    "rediss": "portal.queue.redis_broker:Transport",
    "amqp": "portal.queue.rabbit_broker:Transport",
    "amqps": "portal.queue.rabbit_broker:TlsTransport",
}
refuse_compression()

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    # Messages carry ids only; no results.
    task_serializer="json",
    accept_content=["json"],
    worker_consumer="portal.queue.consumer:Consumer",
    task_ignore_result=True,
    # A killed worker's message is delivered again; tasks decide by the database rows.
    task_acks_late=True,
    worker_prefetch_multiplier=1,
    # The default exchange routes by queue name (AMQP 0-9-1), so only queues are
    # declared.
    task_default_exchange="",
    # A page must not wait for the broker: the sweep publishes later what was not.
    task_publish_retry=False,
    broker_connection_timeout=CONNECT_SECONDS,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    # Retry after an error of the broker instead of ending the worker.
    broker_channel_error_retry=True,
    # Not used: workers report by rows of `Heartbeat`.
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
    # In memory: beat has no state worth keeping.
    beat_scheduler="portal.queue.embedded_beat:Scheduler",
)
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)
app.steps["worker"].add(EmbeddedBeat)


@setup_logging.connect(weak=False)
def leave_logging_to_django(**_: Any) -> None:
    """
    Keep Celery from adding handlers, which would not redact.

    Celery configures no logging if this signal has a receiver (Celery docs, `setup_logging`).
    """
