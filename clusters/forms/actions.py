"""The forms for actions on a request; each action decides what is mandatory."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clusters.forms.fields import Text, Word


class CommentForm(forms.Form):
    """The comment on an action, at most 2,000 characters."""

    comment = Text(label=_("Comment"), required=False, max_length=2000)


class DeletionForm(CommentForm):
    """The cluster's name, typed as a confirmation: a deletion cannot be undone."""

    name = Text(label=_("Name"), required=False, max_length=64, strip=False)


class HandOverForm(CommentForm):
    """The user name of the new requester."""

    requester = Word(label=_("User name"), required=False, max_length=150)


class AdoptForm(CommentForm):
    """The id of the cluster, among those shown, that belongs to the request."""

    cluster_id = Word(label=_("Cluster id"), required=False, max_length=64)
