"""All rows of the product in JSON's types, by the models of any migration state."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.apps.registry import Apps
from django.db import models

Row = dict[str, Any]
"""The value of each column by its name; of a reference, the key (`request_id`)."""
Rows = dict[str, dict[str, Row]]
"""The rows of each model by its name, each by its key as text."""

FILLED_WHEN_NEW: Final = ("created_at", "made_at")
"""Columns that Django fills with the present in new rows of some tables."""


def dump(apps: Apps) -> Rows:
    """Read everything; moments and ids become text."""
    return {
        model.__name__: {
            str(row.pk): row_of(row) for row in model._base_manager.order_by("pk")
        }
        for model in apps.get_app_config("clusters").get_models()
    }


def row_of(row: models.Model) -> Row:
    """Return the value of each column."""
    columns = row._meta.concrete_fields
    return {each.attname: _plain(getattr(row, each.attname)) for each in columns}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def load(apps: Apps, rows: Rows) -> None:
    """Write rows; the models stand in the order in which they refer to each other."""
    for name, found in rows.items():
        model = apps.get_model("clusters", name)
        columns = {each.attname: each for each in model._meta.concrete_fields}
        made = [
            model(**{key: columns[key].to_python(row[key]) for key in row})
            for row in found.values()
        ]
        model._base_manager.bulk_create(made)
        for key in [key for key in FILLED_WHEN_NEW if key in columns]:
            for pk, row in found.items():
                moment = {key: columns[key].to_python(row[key])}
                model._base_manager.filter(pk=pk).update(**moment)
