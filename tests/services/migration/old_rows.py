"""Rows of one migration state, made by its models and saved together."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.apps.registry import Apps
from django.db import models

from tests.services.migration.dump import FILLED_WHEN_NEW, Rows, row_of
from tests.services.migration.values import Values


class OldRows:
    """
    Makes the rows of the migration state number `step` (0003 is 3).

    `values` is where their values come from; `add` and `filled` are told the name of a
    model, `save` writes all that were added. Columns and tables that this state does
    not have are left out in silence, so that one writer does for all states.
    """

    def __init__(self, apps: Apps, step: int) -> None:
        self.step = step
        self.values = Values(step)
        self._apps = apps
        self._added: dict[Any, list[Any]] = defaultdict(list)

    def has(self, name: str) -> bool:
        """Whether this state has such a table."""
        return name.lower() in self._apps.all_models["clusters"]

    def model(self, name: str) -> Any:
        """Return the model of this state."""
        return self._apps.get_model("clusters", name)

    def one_of_each_project(self) -> list[str]:
        """Return the names of the models of which a cloud project has one row each."""
        return [
            model.__name__
            for model in self._apps.get_app_config("clusters").get_models()
            for each in model._meta.concrete_fields
            if each.one_to_one and each.name == "cloud_project"
        ]

    def columns(self, name: str) -> dict[str, "models.Field[Any, Any]"]:
        """Return the columns of this model by their names."""
        return {each.name: each for each in self.model(name)._meta.concrete_fields}

    def filled(
        self, name: str, only: Collection[str] = (), empty: Collection[str] = ()
    ) -> dict[str, Any]:
        """Return a value for each of `only`; else for all but keys, references, `empty`."""
        columns = self.columns(name)
        wanted = only or [
            key
            for key, each in columns.items()
            if not (each.is_relation or (each.primary_key and key == "id"))
        ]
        return {
            key: self.values.of(each)
            for key, each in columns.items()
            if key in wanted and key not in empty
        }

    def add(self, name: str, values: dict[str, Any]) -> Any:
        """Make a row with these values, to be saved later."""
        known = self.columns(name)
        model = self.model(name)
        row = model(**{key: value for key, value in values.items() if key in known})
        self._added[model].append((row, values))
        return row

    def save(self) -> None:
        """Save the rows that were added since the last time, in that order."""
        for model, added in self._added.items():
            unsaved = [(row, values) for row, values in added if row._state.adding]
            model.objects.bulk_create([row for row, _values in unsaved])
            for row, values in unsaved:
                _keep_moments(model, row, values)

    def saved(self) -> Rows:
        """Return what was written."""
        return {
            model.__name__: {str(row.pk): row_of(row) for row, _values in added}
            for model, added in self._added.items()
        }


def _keep_moments(model: Any, row: Any, values: dict[str, Any]) -> None:
    for key in FILLED_WHEN_NEW:
        if key in values and getattr(row, key) != values[key]:
            setattr(row, key, values[key])
            model.objects.filter(pk=row.pk).update(**{key: values[key]})
