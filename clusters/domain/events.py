"""Every kind of event that the history keeps, with the text that is stored. Pure."""

from enum import StrEnum

from clusters.domain.states import Verb


class EventKind(StrEnum):
    """
    The kind of an event; the value is the text of the column `Event.kind`.

    A stored text never changes and is never used for something else: the hash of each
    event covers it. Rows of older versions may hold kinds that are not listed here; pages
    show their text as it is.
    """

    # Transitions of a request. SUBMIT creates it; each other one is written by `advance`,
    # with the transition of the same name in `states.MOVES`.
    SUBMIT = "submit"
    """`names` holds the watchers: `watcher1`, `watcher2`, …"""
    APPROVE = Verb.APPROVE.value
    REJECT = Verb.REJECT.value
    EXPIRE = Verb.EXPIRE.value  # reserved: no operation lets a request expire yet
    CANCEL = Verb.CANCEL.value
    REVERT = Verb.REVERT.value
    CLAIM = Verb.CLAIM.value
    RELEASE = Verb.RELEASE.value
    ACCEPT = Verb.ACCEPT.value
    REFUSE = Verb.REFUSE.value
    LOSE = Verb.LOSE.value
    ADOPT = Verb.ADOPT.value
    FOUND = Verb.FOUND.value
    RESEND = Verb.RESEND.value
    SETTLE = Verb.SETTLE.value
    READY = Verb.READY.value
    BREAK = Verb.BREAK.value
    RETRY = Verb.RETRY.value

    # A request, without a change of its state.
    HAND_OVER = "hand_over"
    """Another person became the requester; `names` holds `from` and `to`."""
    OPERATOR_NEEDED = "operator.needed"
    """The portal cannot resolve an unclear request; an operator has to."""
    OPERATOR_KEEPS_WATCHING = "operator.keeps_watching"
    """An operator had the portal go on scanning for the cluster."""
    LATE_ANSWER = "answer.late"
    """A create returned a cluster id after the request had moved on without one."""
    DUPLICATE_SEEN = "duplicate.seen"
    """A second cluster of the request exists in the cloud; written once for each."""
    PASSWORD_SHOWN = "password.shown"  # noqa: S105 - a kind of event
    """The generated password of the administrator was shown to the requester, once."""
    PASSWORD_ERASED = "password.erased"  # noqa: S105 - a kind of event
    """The portal does not keep the password of the administrator any more."""

    # The cluster of an active request; the text says what changed since the last scan.
    CLUSTER_BACK = "cluster.back"
    """A cluster that had vanished or was broken works again."""
    CLUSTER_VANISHED = "cluster.vanished"
    """The cloud does not know the cluster any more."""
    CLUSTER_BROKEN = "cluster.broken"
    """The cloud reports that the cluster is broken."""

    # The deletion of the broken cluster of a failed request.
    DELETION_ORDERED = "deletion.ordered"
    """A person confirmed the deletion."""
    DELETION_SENT = "deletion.sent"
    """The cloud accepted the DELETE call."""
    DELETION_DONE = "deletion.done"
    """The cloud does not know the cluster any more."""
    DELETION_REFUSED = "deletion.refused"
    """Given up: the cluster works, or its tag names another request."""
    DELETION_FAILED = "deletion.failed"
    """A call failed; the deletion is tried again later."""

    # People. Written by the admin, the pages and the commands that change an account.
    PERSON_CREATED = "person.created"
    PERSON_CHANGED = "person.changed"

    # Groups, in the chain of the group.
    GROUP_CREATED = "group.created"
    GROUP_CHANGED = "group.changed"
    """The name or the permissions changed."""
    GROUP_MEMBER_ADDED = "group.member_added"
    GROUP_MEMBER_REMOVED = "group.member_removed"

    # Cloud projects; `data["changed"]` holds old and new value of each column.
    PROJECT_CONNECTED = "cloud_project.connected"
    """The row was made."""
    PROJECT_CHANGED = "cloud_project.changed"
    """A person or a command changed addresses, credentials or options."""
    PROJECT_PAUSED = "cloud_project.paused"
    """Paused by a person, or by the portal after a refused sign-in."""
    PROJECT_RESUMED = "cloud_project.resumed"
    PROJECT_QUARANTINED = "cloud_project.quarantined"
    """Nothing is created until a complete scan has been compared with the rows."""
    PROJECT_RELEASED = "cloud_project.released"
    """The quarantine ended."""
    PROJECT_PLACE_FIXED = "cloud_project.place_fixed"
    """The first approval bound the row to its region, endpoints and project id."""
    PROJECT_LEARNED = "cloud_project.learned"
    """The portal found out something about the cloud: the project id, or a capability."""

    # Sign-ins, in the chain of the account; of the installation where there is none.
    SIGN_IN_LIMITED = "sign_in.limited"
    """Too many failed sign-ins: a limit on the name or the address closed."""

    # The history itself, in the chain of the installation.
    HISTORY_OPENED = "history.opened"
    """One transaction was allowed to change the history; `data` says why and by which way."""
    HEAD_KEPT = "history.head_kept"
    """A signed head was kept; `data` holds the SHA-256 of its line."""
    REQUESTS_ARCHIVED = "history.requests_archived"
    """A batch of requests was archived; `data` says where, and the SHA-256 of its line."""
    NAME_ERASED = "person.name_erased"
    """A person's names were erased; `data` holds a signed list of the events of format 1."""
