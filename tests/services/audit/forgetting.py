"""
Erases a person on a migrated database; each function is for a process of its own.

Each prints a value of JSON.
"""

import json
import sys
from io import StringIO
from typing import Final
from unittest.mock import patch

from django.core.management import call_command
from django.utils import timezone

from clusters import wiring
from clusters.models import HistoryOpening
from clusters.operations.audit import erase
from clusters.operations.audit.heads import keep_head
from tests.flows.audit.erasing import EMAIL, everything, live, where_found

_NAMES: Final = ("alice", "alicia", "Alyssa", "Liddell", EMAIL)


def whole() -> None:
    """Keep a head, erase Alice, and check the history against that head."""
    live()
    keep_head(wiring.audit_keys(), now=timezone.now())
    found = len({*where_found(*_NAMES)})
    _erase()
    out = StringIO()
    call_command("verify_audit", stdout=out)
    said = {
        "before": found,
        "after": where_found(*_NAMES),
        "verified": out.getvalue().rpartition(", ")[2].strip(),
        "open": HistoryOpening.objects.count(),
    }
    json.dump(said, sys.stdout)


def torn() -> None:
    """Let the erasure fail at its end; print whether anything has changed."""
    live()
    before = everything()
    fails = patch.object(erase, "record_subject_event", side_effect=RuntimeError)
    try:
        with fails:
            _erase()
    except RuntimeError:
        json.dump(sorted(everything()) == sorted(before), sys.stdout)


def _erase() -> None:
    out = StringIO()
    call_command("erase_person", "alice", by="olga", comment="Asked for.", stdout=out)
