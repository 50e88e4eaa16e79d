"""Template tags and filters: states, times, ids, progress bars, icons."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import template
from django.template.defaultfilters import stringfilter
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clusters.domain.untrusted_text import marked, name_in_mail, one_line, quoted
from clusters.models import ArchivedRequest, ClusterRequest
from clusters.models.erased_names import shown_name
from clusters.views.error_pages.typed import readable
from clusters.views.stored_text import translate_stored

register = template.Library()
register.filter("translate_stored", translate_stored)
register.filter("shown_name", stringfilter(shown_name))
register.filter("readable", readable)
for _made_safe in (marked, name_in_mail, one_line, quoted):
    register.filter(_made_safe.__name__, stringfilter(_made_safe))

_NOTHING = "\N{EN DASH}"
_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_MONTH = 31 * _DAY


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return a symbol of `static/img/icons.svg`, hidden from screen readers."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        static("img/icons.svg"),
        name,
    )


@register.inclusion_tag("components/badge.html")
def badge(
    cluster_request: ClusterRequest | ArchivedRequest, size: str = ""
) -> dict[str, Any]:
    """Show the state of a request as icon, word and colour; `size` may be "big"."""
    return {
        "label": cluster_request.get_state_display(),
        "tone": cluster_request.tone.value,
        "percent": (
            cluster_request.progress_percent
            if isinstance(cluster_request, ClusterRequest)
            and cluster_request.is_creating
            else None
        ),
        "size": size,
    }


@register.simple_tag
def age(moment: datetime | None) -> SafeString | str:
    """Show how long ago a moment was, such as "3 min ago"; the title is the exact time."""
    if moment is None:
        return _NOTHING
    words = age_words(moment, timezone.now())
    return format_html('<span title="{}">{}</span>', exact(moment), words)


@register.simple_tag
def clock(moment: datetime | None) -> SafeString | str:
    """Show the time of day, such as "14:03"; the title is the exact time."""
    if moment is None:
        return _NOTHING
    return _time(moment, date_format(timezone.localtime(moment), "H:i"))


def _time(moment: datetime, words: str) -> SafeString:
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        exact(moment),
        words,
    )


@register.filter
def exact(moment: datetime | None) -> str:
    """Format a moment to the second, with the time zone."""
    if moment is None:
        return _NOTHING
    local = timezone.localtime(moment)
    # Not inside the f-string, where makemessages does not find it.
    second = date_format(local, _("j M Y, H:i:s"))
    return f"{second} {local.tzname()}"


def age_words(moment: datetime, now: datetime) -> str:
    """Format how long before `now` a moment was; after 31 days, its date."""
    seconds = (now - moment).total_seconds()
    if seconds < _MINUTE:
        return _("just now")
    if seconds < _HOUR:
        return _("%(count)d min ago") % {"count": seconds // _MINUTE}
    if seconds < _DAY:
        return _("%(count)d h ago") % {"count": seconds // _HOUR}
    if seconds < _MONTH:
        return _("%(count)d d ago") % {"count": seconds // _DAY}
    return date_format(timezone.localtime(moment), _("j M Y"))


@register.filter
def duration(length: timedelta | float | None) -> str:
    """Format a timedelta, or seconds: 1.3 s, 4 min, 2 h 5 min, 3 d; empty for None."""
    if length is None:
        return ""
    seconds = length.total_seconds() if isinstance(length, timedelta) else length
    if seconds < 10:
        return _("%(count).1f s") % {"count": seconds}
    if seconds < _MINUTE:
        return _("%(count)d s") % {"count": seconds}
    if seconds < _HOUR:
        return _("%(count)d min") % {"count": seconds // _MINUTE}
    if seconds < 2 * _DAY:
        return _hours(seconds)
    return _("%(count)d d") % {"count": seconds // _DAY}


def _hours(seconds: float) -> str:
    hours, minutes = seconds // _HOUR, seconds % _HOUR // _MINUTE
    if not minutes:
        return _("%(count)d h") % {"count": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}


@register.filter
def split_commas(text: str) -> list[str]:
    """Split a text at commas; empty parts are left out."""
    return [part for part in text.split(",") if part]


@register.inclusion_tag("components/copy.html")
def copy(value: str, what: str = "") -> dict[str, str]:
    """Show a button that copies a value; `what` names it for screen readers."""
    return {"value": value, "what": what or _("this value")}


@register.inclusion_tag("components/short_id.html")
def short_id(value: str, what: str = "") -> dict[str, str]:
    """Show the first 8 characters of an id, all of it in the title, and a copy button."""
    shown = marked(value if len(value) <= 12 else f"{value[:8]}…")
    return {"value": value, "shown": shown, "what": what or _("the id")}


@register.inclusion_tag("components/progress.html")
def progress(percent: int | None, label: str) -> dict[str, Any]:
    """Show a progress bar from 0 to 100; indeterminate if `percent` is None."""
    return {"percent": percent, "label": label}
