"""
Form data that was submitted after the session had ended, to fill the form again.

`operations.kept_forms` stores it until the person has signed in; the middleware
``kept_forms`` attaches it to the request.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict

ATTRIBUTE = "typed_before"
"""The attribute of the HTTP request that the middleware sets."""


@dataclass(frozen=True)
class TypedBefore:
    """
    The data of a form that was submitted but not processed.

    `page` is the path and query of the page with the form; `action` the path that the
    form was sent to; `fields` are pairs of name and value in the order of the form,
    without passwords.
    """

    page: str
    action: str
    fields: Sequence[tuple[str, str]] = field(repr=False)

    @property
    def form_key(self) -> tuple[str, str]:
        """Identifies a form: two tabs of one page differ in their submission key."""
        return self.page, self.data.get("submission_key", "")

    @property
    def data(self) -> "MultiValueDict[str, str]":
        """The fields as the ``data`` argument of a Django form."""
        data: MultiValueDict[str, str] = MultiValueDict()
        for name, value in self.fields:
            data.appendlist(name, value)
        return data


def typed_before(request: HttpRequest) -> TypedBefore | None:
    """Return the kept data for the form of this page, or None."""
    found: TypedBefore | None = getattr(request, ATTRIBUTE, None)
    return found or None  # a lazy object that wraps None is not None itself


def fill_in(form: forms.BaseForm, typed: TypedBefore) -> None:
    """Set the initial values of an unbound form; passwords stay empty."""
    for name, each in form.fields.items():
        if not each.disabled and not isinstance(each.widget, forms.PasswordInput):
            form.initial[name] = _value(form, name, typed.data)


def _value(form: forms.BaseForm, name: str, data: "MultiValueDict[str, str]") -> Any:
    widget = form.fields[name].widget
    return widget.value_from_datadict(data, MultiValueDict(), form.add_prefix(name))
