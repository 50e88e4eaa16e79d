"""Columns of the admin with names of people, some of which were erased."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clusters.models.erased_names import shown_name


def name_column(column: str, label: Any) -> Callable[[Any], str]:
    """Return what shows a column that copies a user name."""

    @admin.display(description=label, ordering=column, empty_value="")
    def shown(row: Any) -> str:
        return shown_name(getattr(row, column))

    shown.__name__ = f"shown_{column}"  # the admin names the column by it
    return shown


def person_column(key: str, label: Any) -> Callable[[Any], SafeString | str]:
    """Return what shows a key to a person: the name, as a link to the person's page."""

    @admin.display(description=label)
    def shown(row: Any) -> SafeString | str:
        person: User | None = getattr(row, key)
        if person is None:
            return ""
        url = reverse("admin:auth_user_change", args=[person.pk])
        name = shown_name(person.get_username())
        return format_html('<a href="{}">{}</a>', url, name)

    shown.__name__ = f"shown_{key}"
    return shown
