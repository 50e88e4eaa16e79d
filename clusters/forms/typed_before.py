"""What was typed into a form before the session ended, for the page that shows it again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict

ATTRIBUTE = "typed_before"
"""Of a request; the middleware that keeps forms sets it."""


@dataclass(frozen=True)
class TypedBefore:
    """
    A form that was sent and not taken.

    `page` is the address, with its query, where the form stands; `action` the path that it
    was sent to; `fields` names and values in the order of the form, without passwords.
    """

    page: str
    action: str
    fields: Sequence[tuple[str, str]] = field(repr=False)

    @property
    def form_key(self) -> tuple[str, str]:
        """Which form it is: two tabs with the same page to ask at hold two wishes."""
        return self.page, self.data.get("submission_key", "")

    @property
    def data(self) -> "MultiValueDict[str, str]":
        """The fields as a form takes them."""
        data: MultiValueDict[str, str] = MultiValueDict()
        for name, value in self.fields:
            data.appendlist(name, value)
        return data


def typed_before(request: HttpRequest) -> TypedBefore | None:
    """Return what is to be shown again in the form of this page, and was never sent."""
    found: TypedBefore | None = getattr(request, ATTRIBUTE, None)
    return found or None  # a lazy object that holds None is no None


def fill_in(form: forms.BaseForm, typed: TypedBefore) -> None:
    """Let an unbound form show this; its passwords stay empty, and nothing is checked."""
    for name, each in form.fields.items():
        if not each.disabled and not isinstance(each.widget, forms.PasswordInput):
            form.initial[name] = _value(form, name, typed.data)


def _value(form: forms.BaseForm, name: str, data: "MultiValueDict[str, str]") -> Any:
    widget = form.fields[name].widget
    return widget.value_from_datadict(data, MultiValueDict(), form.add_prefix(name))
