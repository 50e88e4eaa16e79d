"""The Celery app: `celery -A portal worker` and `celery -A portal beat`."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django_structlog.celery.steps import DjangoStructLogInitStep
from kombu.transport import TRANSPORT_ALIASES

from portal.queue.celery_settings import CONNECT_SECONDS
from portal.queue.embedded_beat import OwnBeat
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
    # Messages carry an id and nothing comes back.
    task_serializer="json",
    accept_content=["json"],
    worker_consumer="portal.queue.consumer:Consumer",
    task_ignore_result=True,
    # A message of a killed worker comes again; the rows decide what that means.
    task_acks_late=True,
    worker_prefetch_multiplier=1,
    # The broker's own exchange, which leads to a queue by its name: one thing to declare.
    task_default_exchange="",
    # Publishing must not hold up a page: the sweep finds what was not published.
    task_publish_retry=False,
    broker_connection_timeout=CONNECT_SECONDS,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    # What a broker answers is no reason to end: it may answer otherwise in a minute.
    broker_channel_error_retry=True,
    # The portal counts its own heartbeats, in rows.
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
    # In memory: beat has nothing to remember that the rows do not know.
    beat_scheduler="portal.queue.embedded_beat:Scheduler",
)
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)
app.steps["worker"].add(OwnBeat)


@setup_logging.connect(weak=False)
def leave_logging_to_django(**_: Any) -> None:
    """Stop Celery from adding handlers, which would not redact (Celery's own way)."""
