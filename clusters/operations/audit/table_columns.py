"""The columns of a model's table."""

from collections.abc import Iterable

from django.db.models import Field, Model


def columns_of(model: type[Model], fields: Iterable[str]) -> tuple[str, ...]:
    """Return the columns of these fields: `request_id` for `request`."""
    found = (model._meta.get_field(name) for name in fields)
    return tuple(str(field.column) for field in found if isinstance(field, Field))


def all_columns(model: type[Model], *, but: str = "") -> tuple[str, ...]:
    """Return the columns of all fields except `but`."""
    names = (field.name for field in model._meta.concrete_fields)
    return columns_of(model, (name for name in names if name != but))
