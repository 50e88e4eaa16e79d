"""The field of the watchers: what the database says about the names in it."""

from typing import TYPE_CHECKING

from clusters.forms import RequestForm
from clusters.models import ClusterRequest
from clusters.operations.requests.watchers import WrongWatchers, find_watchers

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def check_watchers(form: RequestForm, requester: "User") -> None:
    """Validate a bound form, and add an error at the field for each unknown name."""
    if "watchers" in form.errors:
        return
    try:
        find_watchers(requester, form.cleaned_data.get("watchers", ()))
    except WrongWatchers as error:
        for sentence in error.sentences:
            form.add_error("watchers", sentence)


def watchers_of(before: ClusterRequest, requester: "User") -> str:
    """Return the value of the field that names those who watch this request and can."""
    others = before.watchers.who_may_sign_in().exclude(person=requester)
    return ", ".join(others.values_list("person__username", flat=True))
