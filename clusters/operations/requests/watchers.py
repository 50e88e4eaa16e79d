"""Who watches a request: find the people by their user names, and store them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from clusters.models import ClusterRequest, Watcher
from clusters.models.event_format import Named

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MAX_WATCHERS: Final = 20
"""How many people may watch one request; each of them gets its mails."""

_SHOWN: Final = 40
"""How many characters of a name that nobody has are repeated."""


class WrongWatchers(Exception):
    """Somebody is named who cannot watch; `sentences` say why, one for each name."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


def names_without(requester: "User", names: Iterable[str]) -> tuple[str, ...]:
    """
    Return each name once, in the normal form of stored ones, in their order.

    The requester is left out: they read their own request and get its notices anyhow.
    """
    # Django stores user names in this normal form (NFKC).
    normalize = get_user_model().normalize_username
    kept = dict.fromkeys(normalize(name) for name in names)
    kept.pop(requester.get_username(), None)
    return tuple(sorted(kept))


def find_watchers(requester: "User", names: Iterable[str]) -> tuple["User", ...]:
    """
    Return the people with these user names, by name, without the requester.

    An unknown name is told, although that shows who has an account. Whoever may ask has
    signed in and is a colleague: they read such names on requests already, sign-ins are
    limited whether or not a name exists, and a name that was dropped without a word would
    leave the requester waiting for somebody who never reads the request. Inactive and
    erased accounts are told in the same words as those that never were.

    :raises WrongWatchers: if a name is nobody's, or there are more than `MAX_WATCHERS`
    """
    wanted = names_without(requester, names)
    if not wanted:
        return ()
    if len(wanted) > MAX_WATCHERS:
        raise WrongWatchers(
            _("These are %(count)s people. Name at most %(limit)s.")
            % {"count": len(wanted), "limit": MAX_WATCHERS}
        )
    rows = get_user_model().objects.filter(username__in=wanted, is_active=True)
    people = tuple(rows.order_by("username"))
    known = {person.get_username() for person in people}
    if unknown := [name for name in wanted if name not in known]:
        raise WrongWatchers(*map(_unknown, unknown))
    return people


def store_watchers(
    cluster_request: ClusterRequest, requester: "User", names: Iterable[str]
) -> dict[str, Named]:
    """
    Store who watches a new request; return them as the `names` of its event.

    Call it in the transaction that inserts the request.

    :raises WrongWatchers: if a name is nobody's, or there are more than `MAX_WATCHERS`
    """
    people = find_watchers(requester, names)
    Watcher.objects.bulk_create(
        Watcher(request=cluster_request, person=person) for person in people
    )
    return {
        f"watcher{number}": (person.get_username(), person.pk)
        for number, person in enumerate(people, 1)
    }


def _unknown(name: str) -> str:
    shown = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…"
    return _("There is no user “%(name)s”.") % {"name": shown}
