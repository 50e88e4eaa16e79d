"""What pages show in place of erased names."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from clusters.domain.pseudonyms import pseudonym_in
from clusters.models.event import Event


def know_pseudonyms(events: Iterable[Event]) -> None:
    """Tell these events the user names of erased people; a query only if there are any."""
    erased = [(event, people) for event in events if (people := event.erased_people())]
    if not erased:
        return
    wanted = set().union(*(people for _event, people in erased))
    rows = User.objects.filter(pk__in=wanted).values_list("pk", "username")
    found = {pk: name for pk, name in rows if pseudonym_in(name)}
    for event, _people in erased:
        event.pseudonyms = found


def shown_name(user_name: str) -> str:
    """Return what a page shows of this user name: itself, or that it was erased."""
    pseudonym = pseudonym_in(user_name)
    if not pseudonym:
        return user_name
    return _("erased person %(pseudonym)s") % {"pseudonym": pseudonym}
