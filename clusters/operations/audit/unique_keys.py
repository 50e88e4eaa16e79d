"""The unique keys of a model, as its table has them."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Model, Q, UniqueConstraint

from clusters.operations.audit.table_columns import columns_of


@dataclass(frozen=True)
class UniqueKey:
    """Columns that no two rows share; only of rows in which the others are NULL."""

    columns: tuple[str, ...]
    only_if_null: tuple[str, ...] = ()


def unique_keys(model: type[Model]) -> Iterator[UniqueKey]:
    """
    Yield the primary key, the unique columns and the unique constraints.

    :raises NotImplementedError: if a constraint is none of plain columns, or has another
        condition than that columns are NULL
    """
    for field in model._meta.concrete_fields:
        if field.unique:
            yield UniqueKey(columns_of(model, [field.name]))
    if model._meta.unique_together:
        raise NotImplementedError(f"unique_together of {model.__name__}")
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield _key_of(model, constraint)


def _key_of(model: type[Model], constraint: UniqueConstraint) -> UniqueKey:
    if constraint.expressions or constraint.nulls_distinct is False:
        raise NotImplementedError(constraint.name)
    columns = columns_of(model, constraint.fields)
    return UniqueKey(columns, columns_of(model, _nulls(constraint.condition)))


def _nulls(condition: Q | None) -> Iterator[str]:
    """Yield the fields that the condition wants NULL."""
    if condition is None:
        return
    if condition.negated or condition.connector != Q.AND:
        raise NotImplementedError(condition)
    for child in condition.children:
        match child:
            case (str(lookup), True) if lookup.endswith("__isnull"):
                yield lookup.removesuffix("__isnull")
            case _:
                raise NotImplementedError(condition)
