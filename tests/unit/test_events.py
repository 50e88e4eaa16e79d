"""The kinds of events: their stored text never changes, and each is written."""

import re
from pathlib import Path

from clusters.domain.error_codes import PortalCode
from clusters.domain.events import EventKind
from clusters.domain.states import Verb

STORED = {
    "SUBMIT": "submit",
    "APPROVE": "approve",
    "REJECT": "reject",
    "EXPIRE": "expire",
    "CANCEL": "cancel",
    "REVERT": "revert",
    "CLAIM": "claim",
    "RELEASE": "release",
    "ACCEPT": "accept",
    "REFUSE": "refuse",
    "LOSE": "lose",
    "ADOPT": "adopt",
    "FOUND": "found",
    "RESEND": "resend",
    "SETTLE": "settle",
    "READY": "ready",
    "BREAK": "break",
    "RETRY": "retry",
    "HAND_OVER": "hand_over",
    "OPERATOR_NEEDED": "operator.needed",
    "OPERATOR_KEEPS_WATCHING": "operator.keeps_watching",
    "LATE_ANSWER": "answer.late",
    "DUPLICATE_SEEN": "duplicate.seen",
    "PASSWORD_SHOWN": "password.shown",
    "PASSWORD_ERASED": "password.erased",
    "CLUSTER_BACK": "cluster.back",
    "CLUSTER_VANISHED": "cluster.vanished",
    "CLUSTER_BROKEN": "cluster.broken",
    "DELETION_ORDERED": "deletion.ordered",
    "DELETION_SENT": "deletion.sent",
    "DELETION_DONE": "deletion.done",
    "DELETION_REFUSED": "deletion.refused",
    "DELETION_FAILED": "deletion.failed",
    "PERSON_CREATED": "person.created",
    "PERSON_CHANGED": "person.changed",
    "GROUP_CREATED": "group.created",
    "GROUP_CHANGED": "group.changed",
    "GROUP_MEMBER_ADDED": "group.member_added",
    "GROUP_MEMBER_REMOVED": "group.member_removed",
    "PROJECT_CONNECTED": "cloud_project.connected",
    "PROJECT_CHANGED": "cloud_project.changed",
    "PROJECT_PAUSED": "cloud_project.paused",
    "PROJECT_RESUMED": "cloud_project.resumed",
    "PROJECT_QUARANTINED": "cloud_project.quarantined",
    "PROJECT_RELEASED": "cloud_project.released",
    "PROJECT_PLACE_FIXED": "cloud_project.place_fixed",
    "PROJECT_LEARNED": "cloud_project.learned",
    "SIGN_IN_LIMITED": "sign_in.limited",
    "HISTORY_OPENED": "history.opened",
    "HEAD_KEPT": "history.head_kept",
    "REQUESTS_ARCHIVED": "history.requests_archived",
    "NAME_ERASED": "person.name_erased",
}
"""Rows in use hold these texts, and the hash of each row covers them."""

OPERATIONS = Path(__file__).parents[2] / "clusters" / "operations"


def named_in_operations(enum: str) -> set[str]:
    """Names of the members of this enum that operations name."""
    texts = (path.read_text() for path in OPERATIONS.rglob("*.py"))
    return {
        name for text in texts for name in re.findall(rf"\b{enum}\.([A-Z_]+)", text)
    }


class TestEventKind:
    def test_keeps_every_stored_text(self):
        assert {kind.name: kind.value for kind in EventKind} == STORED

    def test_fits_its_column(self):
        assert max(map(len, EventKind)) <= 40

    def test_has_a_kind_for_each_verb(self):
        assert {EventKind(verb).name for verb in Verb} == {verb.name for verb in Verb}

    def test_lists_nothing_that_no_operation_writes(self):
        written = named_in_operations("EventKind") | named_in_operations("Verb")
        # The state `expired` is part of the contract; no operation leads to it yet.
        assert set(EventKind.__members__) - written == {"EXPIRE"}


class TestPortalCode:
    def test_keeps_every_stored_text(self):
        assert {code.name: code.value for code in PortalCode} == {
            "NAME_TAKEN": "portal.name_taken",
            "CONFIRMED_ABSENT": "portal.confirmed_absent",
            "DELETED_OUTSIDE": "portal.deleted_outside",
            "PASSWORD_GONE": "portal.password_gone",
        }
