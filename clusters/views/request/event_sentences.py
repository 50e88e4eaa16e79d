"""Sentences made of the data of some kinds of events. Pure."""

import math
from collections.abc import Iterator

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clusters.domain.engine_settings import MAX_ATTEMPTS
from clusters.domain.events import EventKind
from clusters.domain.states import State
from clusters.models import Event
from clusters.models.erased_names import shown_name

_MINUTE = 60


def sentences_of(event: Event) -> Iterator[str]:
    """Yield sentences about this event that add to its title and comment; often none."""
    if event.kind == EventKind.HAND_OVER:
        yield _("from %(before)s to %(after)s") % {
            "before": shown_name(event.name_of("from")),
            "after": shown_name(event.name_of("to")),
        }
    elif event.kind == EventKind.RESEND and "attempts" in event.data:
        yield _sending_again(event)
    elif _was_found_later(event):
        time = date_format(timezone.localtime(event.at), "H:i")
        yield _("The cluster exists: it was found at %(time)s.") % {"time": time}


def _sending_again(event: Event) -> str:
    return _(
        "Not found by %(looks)s scans over %(minutes)s min. Sending the create"
        " again with the same name (attempt %(number)s of %(all)s)."
    ) % {
        "looks": event.data.get("looks"),
        "minutes": math.ceil(event.data.get("seconds", 0) / _MINUTE),
        "number": event.data["attempts"] + 1,
        "all": max(MAX_ATTEMPTS, event.data["attempts"] + 1),
    }


def _was_found_later(event: Event) -> bool:
    """Whether the portal had searched for the cluster that was found."""
    is_adopted = event.kind == EventKind.ADOPT and event.from_state == State.UNCLEAR
    return is_adopted or event.kind == EventKind.FOUND
