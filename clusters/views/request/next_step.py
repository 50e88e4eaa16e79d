"""What happens next with a request, as text: one function for each state. Pure."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clusters.domain.absence import REQUIRED_SCANS
from clusters.domain.permissions import (
    DECISION_HOLDS,
    is_recent,
    may_act,
    may_decide,
)
from clusters.domain.states import State
from clusters.models import ClusterRequest
from clusters.models.admin_password import PasswordSource, password_of
from clusters.models.cluster import Health
from clusters.views.request.buttons import is_gone, may_see_password
from clusters.views.request.situation import NextStep, Situation
from clusters.views.stored_text import translate_stored

__all__ = ["NextStep", "Situation", "next_step_of"]


def next_step_of(situation: Situation) -> NextStep:
    """Return what the portal or a person does next."""
    return _OF_STATE[State(situation.cluster_request.state)](situation)


def _pending(it: Situation) -> NextStep:
    requester_id = it.cluster_request.requester_id
    more = (_pause_words(it),) if _is_paused(it) else ()
    if may_decide(it.viewer, requester_id=requester_id):
        return NextStep(sentence=_("Read the request, then decide."), more=more)
    if it.viewer.approves:
        return NextStep(
            sentence=_(
                "You asked for this yourself, so somebody else has to decide on it."
            ),
            more=more,
        )
    return NextStep(
        sentence=_("An approver has to decide. Nothing is sent before that."), more=more
    )


def _approved(it: Situation) -> NextStep:
    if _is_paused(it):
        sentence = " ".join((_pause_words(it), *_nothing_sent(it)))
        return NextStep(sentence=sentence, more=(*_reason(it), *_holds_until(it)))
    if it.cluster_request.waits_because:
        return _waiting(it)
    return NextStep(
        sentence=_("The portal sends it to the cloud next. This takes a few seconds.")
    )


def _waiting(it: Situation) -> NextStep:
    due_at = it.cluster_request.due_at
    because = translate_stored(it.cluster_request.waits_because)
    sentence = _("The request waits, and the portal tries again by itself.")
    if due_at is not None and due_at > it.now:
        sentence = _("The request waits. The portal tries again at %(time)s.") % {
            "time": _clock(due_at, it.now)
        }
    sentence = " ".join((sentence, *_nothing_sent(it)))
    return NextStep(sentence=sentence, more=(because, *_holds_until(it)))


def _holds_until(it: Situation) -> tuple[str, ...]:
    if it.approved_at is None or it.was_sent:
        return ()
    day = timezone.localtime(it.approved_at + DECISION_HOLDS)
    return (
        _("The approval is valid until %(day)s. After that, a new decision is needed.")
        % {"day": date_format(day, _("j M Y"))},
    )


def _nothing_sent(it: Situation) -> tuple[str, ...]:
    return () if it.was_sent else (_("Nothing was sent."),)


def _sending(it: Situation) -> NextStep:
    if sent_at := it.cluster_request.sent_at:
        time = date_format(timezone.localtime(sent_at), "H:i:s")
        sentence = _("Sent to the cloud at %(time)s. No answer yet.") % {"time": time}
        return NextStep(sentence=sentence)
    return NextStep(sentence=_("The portal is sending the request to the cloud now."))


def _unclear(it: Situation) -> NextStep:
    if it.cluster_request.needs:
        return NextStep(
            sentence=_(
                "We cannot tell whether the cluster exists. An operator has to decide;"
                " nothing is sent until then."
            ),
            more=_last_scan(it),
        )
    return NextStep(
        sentence=_(
            "We asked the cloud and did not hear back. We are looking for your cluster"
            " and will not create a second one."
        ),
        more=(*_next_scan(it), *_last_scan(it)),
    )


def _next_scan(it: Situation) -> tuple[str, ...]:
    # The showcase is never scanned: its next scan is in the year 9999.
    if it.next_scan_at is None or it.next_scan_at > it.now + timedelta(days=1):
        return ()
    number = min(it.cluster_request.absent_scans + 1, REQUIRED_SCANS)
    words = {"number": number, "all": REQUIRED_SCANS}
    if it.next_scan_at <= it.now:
        return (_("Scan %(number)s of %(all)s of the cloud's list is next.") % words,)
    time = date_format(timezone.localtime(it.next_scan_at), "H:i:s")
    return (
        _("Scan %(number)s of %(all)s of the cloud's list is due at %(time)s.")
        % {**words, "time": time},
    )


def _last_scan(it: Situation) -> tuple[str, ...]:
    if it.scanned_at is None or it.scanned_at < it.cluster_request.moved_at:
        return ()
    return (
        _("Last scan at %(time)s: not found yet.")
        % {"time": _clock(it.scanned_at, it.now)},
    )


def _creating(it: Situation) -> NextStep:
    since = it.now - it.cluster_request.moved_at
    if since > it.deadline:
        return NextStep(
            sentence=_(
                "This takes longer than usual. The portal keeps following the cluster."
            ),
            more=(_("If nothing changes, ask an operator to look at it."),),
        )
    return NextStep(sentence=_("Nothing to do. This page updates itself."))


def _active(it: Situation) -> NextStep:
    cluster = it.cluster_request.cluster
    health = cluster.health if cluster else Health.GOOD
    if health == Health.VANISHED:
        return NextStep(
            sentence=_("The cluster was ready, and is no longer in the cloud."),
            more=(_("Somebody deleted it outside the portal. Ask for a new one."),),
        )
    if health == Health.BROKEN:
        return NextStep(
            sentence=_(
                "The cluster was ready, and the cloud now reports it as broken."
            ),
            more=(_("Ask an operator to look at it in the cloud's console."),),
        )
    return NextStep(
        sentence=_("The cluster is ready. Connect to the endpoint below."),
        more=_about_password(it),
    )


def _about_password(it: Situation) -> tuple[str, ...]:
    """Return what a requester has to know of the administrator's password."""
    found = password_of(it.cluster_request)
    if found is None or it.viewer.user_id != it.cluster_request.requester_id:
        return ()
    if found.source == PasswordSource.OWN:
        return (
            _(
                "Sign in as admin with the password that you typed. The portal does not"
                " keep it; reset it in the cloud's console if it is lost."
            ),
        )
    if may_see_password(it.cluster_request, it.viewer) and found.is_kept:
        return (
            _(
                "The portal made the administrator's password and shows it once, to you"
                " alone. Within 7 days of the cluster's start it is erased."
            ),
        )
    return (
        _(
            "The administrator's password is not kept any more. If nobody has it, reset it"
            " in the cloud's console."
        ),
    )


def _failed(it: Situation) -> NextStep:
    acts = may_act(it.viewer, requester_id=it.cluster_request.requester_id)
    if it.cluster_request.cluster:
        return _after_broken(it.cluster_request, acts=acts)
    if not acts:
        return NextStep(sentence=_("No cluster was made."))
    if it.approved_at is not None and not is_recent(it.approved_at, it.now):
        return NextStep(
            sentence=_("No cluster was made."),
            more=(
                _("It was approved more than %(days)s days ago. Ask again instead.")
                % {"days": DECISION_HOLDS.days},
            ),
        )
    if is_gone(password_of(it.cluster_request)):
        return NextStep(
            sentence=_("No cluster was made."),
            more=(
                _(
                    "The administrator's password is not kept any more. Ask again instead."
                ),
            ),
        )
    return NextStep(
        sentence=_("No cluster was made."),
        more=(
            _(
                "Once the cause is fixed, send the same request again. Its approval is"
                " still valid."
            ),
        ),
    )


def _after_broken(row: ClusterRequest, *, acts: bool) -> NextStep:
    if not row.has_broken_cluster:
        return NextStep(sentence=_("The cluster is gone and costs nothing any more."))
    if row.is_being_deleted:
        return NextStep(
            sentence=_("The broken cluster is being deleted. Nothing to do.")
        )
    asks = _("Delete it here, then ask again.")
    others = _("The requester or an operator can delete it here.")
    return NextStep(
        sentence=_("The broken cluster may still exist in the cloud and cost money."),
        more=(asks if acts else others,),
    )


def _rejected(it: Situation) -> NextStep:
    return NextStep(
        sentence=_("Nothing was sent. Read the comment before you ask again.")
    )


def _cancelled(it: Situation) -> NextStep:
    return NextStep(sentence=_("Nothing will be sent."))


def _expired(it: Situation) -> NextStep:
    return NextStep(
        sentence=_("Nobody decided in time. Ask again if it is still needed.")
    )


def _is_paused(it: Situation) -> bool:
    return it.cluster_request.cloud_project.is_paused


def _pause_words(it: Situation) -> str:
    cloud_project = it.cluster_request.cloud_project
    since = cloud_project.paused_at or it.now
    return _("Waiting: sign-in to %(name)s is paused since %(time)s.") % {
        "name": cloud_project.name,
        "time": _clock(since, it.now),
    }


def _reason(it: Situation) -> tuple[str, ...]:
    cloud_project = it.cluster_request.cloud_project
    reason = cloud_project.paused_reason
    if cloud_project.is_paused_by_portal:
        reason = translate_stored(reason)
    return (reason,) if reason else ()


def _clock(moment: datetime, now: datetime) -> str:
    """Format the time of day, with the date in front unless it is today."""
    local = timezone.localtime(moment)
    time = date_format(local, "H:i")
    if local.date() == timezone.localtime(now).date():
        return time
    day = date_format(local, _("j M Y"))
    return f"{day} {time}"


_OF_STATE: Final[dict[State, Callable[[Situation], NextStep]]] = {
    State.PENDING: _pending,
    State.APPROVED: _approved,
    State.SENDING: _sending,
    State.UNCLEAR: _unclear,
    State.CREATING: _creating,
    State.ACTIVE: _active,
    State.FAILED: _failed,
    State.REJECTED: _rejected,
    State.CANCELLED: _cancelled,
    State.EXPIRED: _expired,
}
