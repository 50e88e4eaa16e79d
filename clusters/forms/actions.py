"""What is typed for an action on a request; whether it is needed, the action says."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clusters.forms.fields import Text, Word


class CommentForm(forms.Form):
    """The sentence that goes with an action."""

    comment = Text(label=_("Comment"), required=False, max_length=2000)


class DeletionForm(CommentForm):
    """The name, typed once more: a deletion cannot be taken back."""

    name = Text(label=_("Name"), required=False, max_length=64, strip=False)


class HandOverForm(CommentForm):
    """Who answers for a request from now on."""

    requester = Word(label=_("User name"), required=False, max_length=150)


class AdoptForm(CommentForm):
    """Which of the clusters that are shown is the one of the request."""

    cluster_id = Word(label=_("Cluster id"), required=False, max_length=64)
