"""What a person asks of the history: the query of a list, as values."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from clusters.cloud.text_cleaning import tidy_value
from clusters.domain.states import State

_DAYS = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))]
_FOLDED = ("requester", "flavor", "since", "until")


class _Tidy(forms.CharField):
    """What is searched for, often pasted: without blanks around it or unseen within."""

    def to_python(self, value: Any) -> Any:
        """Return the text, tidied before it is measured."""
        return tidy_value(super().to_python(value) or "")


class HistoryFilter(forms.Form):
    """
    Narrows a list of requests; every field is optional.

    A field that cannot be read has a message and narrows nothing: `values` leaves it
    out. Days are inclusive, in the portal's time zone.
    """

    q = _Tidy(
        label=_("Search"),
        max_length=200,
        required=False,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "placeholder": _("Name, cluster id, requester, error code"),
                "autocomplete": "off",
                "aria-keyshortcuts": "Control+K Meta+K",
            }
        ),
    )
    state = forms.MultipleChoiceField(
        label=_("State"),
        choices=State.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    cloud_project = forms.ChoiceField(label=_("Cloud project"), required=False)
    flavor = _Tidy(
        label=_("Flavor"),
        max_length=128,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "ess.spec-4u16g"}),
    )
    requester = _Tidy(label=_("Requester"), max_length=150, required=False)
    since = forms.DateField(
        label=_("Requested since"),
        required=False,
        input_formats=["%Y-%m-%d"],
        validators=_DAYS,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label=_("Requested until"),
        required=False,
        input_formats=["%Y-%m-%d"],
        validators=_DAYS,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(
        self, *args: Any, cloud_projects: Iterable[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["cloud_project"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("Any cloud project")),
            *((name, name) for name in cloud_projects),
        ]

    @property
    def values(self) -> dict[str, Any]:
        """Return what narrows the list: fields that are filled in and readable."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def folded(self) -> list[forms.BoundField]:
        """Return the fields that stand behind "More"."""
        return [self[name] for name in _FOLDED]

    @property
    def folded_count(self) -> int:
        """Return how many of the folded fields narrow the list."""
        return sum(name in self.values for name in _FOLDED)
