"""Keep the stored spelling of a place, so that another spelling is not another place."""

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
"""Columns that are cleaned when typed, with the function that does it."""

_ACCOUNT: Final = ("region", *ADDRESS_FIELDS, "domain_name")
"""The columns of a place without the project: two projects may share an account."""


def tidied(columns: Mapping[str, str]) -> dict[str, str]:
    """Return these columns of a cloud project, each value cleaned as it is stored."""
    return {name: _tidy(name, value) for name, value in columns.items()}


def in_stored_spelling(
    name: str, wanted: Mapping[str, str], *, has_password: bool
) -> dict[str, str]:
    """
    Return the wanted columns in the spelling that is stored for the same place.

    A fingerprint covers one spelling, and a password is encrypted for one. So a cloud
    project whose place is fixed, or for which no password is given, keeps its own
    spelling. Otherwise it gets that of another cloud project of the same account, so that
    both have comparable places.
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
    """Return the stored values of the fields that differ in their spelling only."""
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
