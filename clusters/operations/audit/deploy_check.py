"""The check of `manage.py check --deploy` that names missing triggers."""

from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import DatabaseError

from clusters.operations.audit.triggers import has_guarded_tables, trigger_faults


def check_triggers(**_: Any) -> list[CheckMessage]:
    """
    Return an error for each trigger that is missing, disabled or changed.

    Nothing where the database cannot be reached or is not migrated: other commands say so.
    """
    try:
        faults = trigger_faults() if has_guarded_tables() else []
    except DatabaseError:
        return []
    hint = "See docs/runbook.md, Changing the history."
    return [Error(fault, hint=hint, id="clusters.E001") for fault in faults]
