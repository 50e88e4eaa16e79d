"""What beat has done at each tick, and what a person may have done by hand."""

from datetime import datetime

from clusters.engine import Engine
from clusters.operations.clean_up import clean_up
from clusters.operations.delete_cluster import ask_due_deletions
from clusters.operations.poll import projects_to_poll
from clusters.operations.quarantine import quarantine_after_failover
from clusters.operations.queue import ask_catalog_refresh, ask_poll
from clusters.operations.reconcile import reconcile
from clusters.operations.refresh_catalog import claim_stale_catalogs
from clusters.operations.send_mail import ask_due_mails
from clusters.operations.set_back import heed_clock_set_back


def one_pass(*, engine: Engine, now: datetime) -> int:
    """Do all that beat does, once; returns how many requests were taken back."""
    taken = sweep(engine=engine, now=now)
    ask_polls()
    return taken


def sweep(*, engine: Engine, now: datetime) -> int:
    """Take back, wake and refresh what is due; returns how many were taken back."""
    quarantine_after_failover()
    heed_clock_set_back(call=engine.call)
    taken = reconcile(now=now)
    ask_due_mails()
    ask_due_deletions()
    for project_id in claim_stale_catalogs(engine=engine):
        ask_catalog_refresh(project_id)
    clean_up(now=now)
    return taken


def ask_polls() -> None:
    """Have every cloud project looked at in which the cloud builds something."""
    for project_id in projects_to_poll().values_list("id", flat=True):
        ask_poll(project_id)
