"""
What a migration has lost: columns that nobody finds again, and values that changed.

`tests/data/migration/columns.json` says of each table of release 0.1 which model has its
rows `now`, which columns are `kept` under their names, and where the `moved` ones stand:
`cluster.endpoint` is the column `endpoint` of the row that `cluster_id` names. `copied`
are columns of that row that began as a copy of the request's.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from tests.services.migration.dump import Row, Rows
from tests.services.migration.situations import DATA

COLUMNS: Final[dict[str, dict[str, Any]]] = json.loads(
    (DATA / "columns.json").read_text()
)
_CLUSTER: Final = "cluster."


def unnamed_columns(before: Rows) -> Iterator[str]:
    """Yield each table and column of before that the table of columns does not name."""
    for model, rows in before.items():
        table = COLUMNS.get(model, {})
        named = {*table.get("kept", ()), *table.get("moved", {})}
        for row in rows.values():
            yield from (f"{model}.{name}" for name in sorted({*row} - named))
            break


def lost_values(before: Rows, after: Rows) -> Iterator[str]:
    """Yield a line for each row that is gone, and each value that is another one now."""
    for model, rows in before.items():
        found = after[COLUMNS[model]["now"]]
        for pk, row in rows.items():
            if pk not in found:
                yield f"{model} {pk} is gone"
                continue
            for column, value in row.items():
                now = value_now(model, column, pk, after)
                if now != value:
                    yield f"{model}.{column} of {pk}: {value!r} is {now!r} now"


def new_rows(before: Rows, after: Rows) -> Iterator[str]:
    """Yield each row that a migration has made in a table that there was before."""
    for model, table in COLUMNS.items():
        made = after[table["now"]].keys() - before.get(model, {}).keys()
        yield from (f"{model} {pk}" for pk in sorted(made))


def value_now(model: str, column: str, pk: str, after: Rows) -> Any:
    """Return what stands now where the content of this column went."""
    row = after[COLUMNS[model]["now"]][pk]
    path = COLUMNS[model].get("moved", {}).get(column, column)
    if not path.startswith(_CLUSTER):
        return row[path]
    cluster = cluster_of(row, after)
    if cluster is None:
        return _nothing(path, after)
    return cluster["differing"].get(pk, {}).get(column, _at(cluster, path))


def cluster_of(row: Row, after: Rows) -> Row | None:
    """Return the cluster that a request points to."""
    return after["Cluster"][row["cluster_id"]] if row["cluster_id"] else None


def wrong_copies(after: Rows) -> Iterator[str]:
    """Yield a line for each column of a cluster that is not what its request says."""
    for pk, row in after["ClusterRequest"].items():
        cluster = cluster_of(row, after)
        if cluster is None or pk in cluster["differing"]:
            continue
        for path, column in COLUMNS["ClusterRequest"]["copied"].items():
            if _at(cluster, path) != row[column]:
                yield f"{path} of {pk}: {_at(cluster, path)!r}, not {row[column]!r}"


def _at(cluster: Row, path: str) -> Any:
    return cluster[path.removeprefix(_CLUSTER)]


def _nothing(path: str, after: Rows) -> Any:
    """Return what a column of a request said that had no cluster: 0, "" or None."""
    example = next(iter(after["Cluster"].values()))
    if path.endswith(("_at", "_since")):
        return None
    return 0 if isinstance(_at(example, path), int) else ""
