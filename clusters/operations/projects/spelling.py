"""Two spellings of one place are one place: the stored one stays, with all its approvals."""

from collections.abc import Callable, Mapping
from typing import Final

from django.db.models import F

from clusters.cloud.text_cleaning import tidy_url, tidy_value
from clusters.models import CloudProject
from clusters.operations.core.project_columns import (
    ADDRESS_FIELDS,
    PLACE_FIELDS,
    SECRET_IS_FOR,
)

_TIDY: Final[Mapping[str, Callable[[str], str]]] = {
    "name": tidy_value,
    "region": tidy_value,
    "domain_name": tidy_value,
    "username": tidy_value,
    "project_name": tidy_value,
    "project_id": tidy_value,
    "project_domain": tidy_value,
    "enterprise_project_id": lambda text: tidy_value(text).lower(),
    **dict.fromkeys(ADDRESS_FIELDS, tidy_url),
}
"""Columns whose values cannot have blanks at their ends."""

_ACCOUNT: Final = ("region", *ADDRESS_FIELDS, "domain_name")
"""A place but for its project, which two cloud projects of an account need not share."""


def tidied(columns: Mapping[str, str]) -> dict[str, str]:
    """Return these columns of a cloud project as they are kept when somebody types them."""
    return {name: _tidy(name, value) for name, value in columns.items()}


def in_stored_spelling(
    name: str, wanted: Mapping[str, str], *, has_password: bool
) -> dict[str, str]:
    """
    Return the wanted columns, written as a place that is stored is written.

    A fingerprint is that of one spelling, and a password is sealed for one: where a
    request was approved, and where no password was typed, the cloud project keeps its
    own. Else it takes that of another cloud project at the same place, so that both
    share it.
    """
    stored = CloudProject.objects.filter(name=name).first()
    kept: tuple[str, ...] = ()
    if stored and stored.place_fixed_at:
        kept = PLACE_FIELDS
    if stored and not has_password:
        kept = (*kept, *SECRET_IS_FOR)
    if stored and kept:
        return {**wanted, **_same(stored, wanted, kept)}
    return {**wanted, **_as_neighbour(name, wanted)}


def _same(
    stored: CloudProject, wanted: Mapping[str, str], fields: tuple[str, ...]
) -> dict[str, str]:
    """Return the stored values of those fields that only another spelling would change."""
    return {
        field: getattr(stored, field)
        for field in fields
        if field in wanted
        and _tidy(field, getattr(stored, field)) == _tidy(field, wanted[field])
    }


def _as_neighbour(name: str, wanted: Mapping[str, str]) -> dict[str, str]:
    others = CloudProject.objects.exclude(name=name)
    for other in others.order_by(F("place_fixed_at").asc(nulls_last=True), "pk"):
        same = _same(other, wanted, _ACCOUNT)
        if len(same) == len(_ACCOUNT):
            return same
    return {}


def _tidy(field: str, value: str) -> str:
    return _TIDY[field](value) if field in _TIDY else value
