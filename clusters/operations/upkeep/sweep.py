"""The sweep: what beat's tick does, and `manage.py reconcile` by hand."""

from datetime import datetime

from clusters.domain.engine_settings import EngineSettings
from clusters.operations.clusters.delete import enqueue_due_deletions
from clusters.operations.core.dispatch import enqueue_catalog_refresh, enqueue_poll
from clusters.operations.polling.poll import projects_to_poll
from clusters.operations.projects.quarantine import quarantine_after_failover
from clusters.operations.projects.refresh_catalog import claim_stale_catalogs
from clusters.operations.provisioning.reconcile import reconcile
from clusters.operations.upkeep.clean_up import clean_up
from clusters.operations.upkeep.clock_set_back import handle_clock_set_back
from clusters.operations.upkeep.erase_passwords import erase_due_passwords
from clusters.operations.upkeep.send_mail import enqueue_due_mails


def run_maintenance(*, engine: EngineSettings, now: datetime) -> int:
    """Do the work of both ticks, sweep and poll; return how many requests it took back."""
    taken = run_beat_tick(engine=engine, now=now)
    enqueue_polls()
    return taken


def run_beat_tick(*, engine: EngineSettings, now: datetime) -> int:
    """
    Take back what dead workers hold, enqueue what is due, clean up.

    :return: how many requests were taken back
    """
    quarantine_after_failover()
    handle_clock_set_back(call=engine.call)
    taken = reconcile(now=now)
    enqueue_due_mails()
    enqueue_due_deletions()
    for project_id in claim_stale_catalogs(engine=engine):
        enqueue_catalog_refresh(project_id)
    clean_up(now=now)
    erase_due_passwords(now=now)
    return taken


def enqueue_polls() -> None:
    """Enqueue a poll of each cloud project that `projects_to_poll` returns."""
    for project_id in projects_to_poll().values_list("id", flat=True):
        enqueue_poll(project_id)
