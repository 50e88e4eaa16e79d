"""
Move what requests say of their clusters into rows of clusters.

Committed in batches of 1,000 requests. It may be killed at any point and run again: a
batch takes requests that name a cluster and have no row of it yet.

Two requests of one cloud project may have recorded the same id, by a fault of a cloud or of
a person who copied tags. Both then get one row of a cluster. Its columns are those of the
request that knows most (see `_RANK`); what the other one recorded otherwise is kept in
`differing`, and the way back restores it.
"""

import sys
from collections import defaultdict
from datetime import datetime

from django.db import migrations, transaction
from django.db.models import OuterRef, Subquery

from clusters.migrations._workers_stopped import refuse_running_worker

BATCH = 1000
LONG = 10 * BATCH
"""From so many rows on the progress is printed."""

COLUMNS = {
    "endpoint": "endpoint",
    "cloud_status": "cloud_status",
    "cloud_progress": "cloud_progress",
    "health": "health",
    "seen_at": "seen_at",
    "missing_since": "missing_since",
    "missing_looks": "missing_scans",
    "deletion_due_at": "deletion_due_at",
    "deletion_sent_at": "deletion_sent_at",
    "deletion_tries": "deletion_tries",
    "cluster_gone_at": "gone_at",
}
"""Columns of requests, and what they are called in the rows of clusters."""

_RANK = ("active", "creating", "failed")
_LEARNED = ("accept", "adopt", "found")
"""Kinds of the events that say when the portal learned of a cluster."""


def move(apps, schema_editor):
    """Make the rows of clusters, and let requests point to them."""
    requests, _ = _rows(apps, schema_editor)
    left = requests.filter(cluster__isnull=True).exclude(old_cloud_id="")
    total, done = left.count(), 0
    # Only forward within one run: else each batch would pass by all that is moved already.
    while batch := _next(left):
        with transaction.atomic(using=schema_editor.connection.alias):
            _move_batch(apps, schema_editor, batch)
        done += len(batch)
        left = left.filter(pk__gt=batch[-1])
        _say(done, total)


def _next(left):
    return list(left.order_by("pk").values_list("pk", flat=True)[:BATCH])


def _move_batch(apps, schema_editor, pks):
    requests, clusters = _rows(apps, schema_editor)
    batch = requests.filter(pk__in=pks)
    ids = list(batch.values_list("old_cloud_id", flat=True))
    # All that name one of these clusters, so that a pair is never split.
    named = list(
        requests.filter(old_cloud_id__in=ids, cluster__isnull=True).defer(
            "body", "labels", "error_raw"
        )
    )
    learned = _learned_at(apps, schema_editor, named)
    by_cluster = defaultdict(list)
    for row in named:
        by_cluster[row.cloud_project_id, row.old_cloud_id].append(row)
    known = set(
        clusters.filter(cloud_id__in=ids).values_list("cloud_project_id", "cloud_id")
    )
    clusters.bulk_create(
        _cluster(apps, sorted(rows, key=_rank), learned)
        for key, rows in by_cluster.items()
        if key not in known
    )
    same = clusters.filter(
        cloud_project_id=OuterRef("cloud_project_id"), cloud_id=OuterRef("old_cloud_id")
    )
    moved = requests.filter(pk__in=[row.pk for row in named])
    moved.update(cluster_id=Subquery(same.values("pk")[:1]))


def _rank(row):
    place = _RANK.index(row.state) if row.state in _RANK else len(_RANK)
    return place, row.created_at, row.pk


def _cluster(apps, rows, learned):
    first, *others = rows
    tags = first.spec.get("tags", []) if isinstance(first.spec, dict) else []
    return apps.get_model("clusters", "Cluster")(
        cloud_project_id=first.cloud_project_id,
        cloud_id=first.old_cloud_id,
        place_sha256=first.place_sha256,
        name=first.name,
        owner_id=first.requester_id,
        owner_name=first.requester_name,
        spec=first.spec,
        tags=tags,
        created_at=learned.get(first.pk, first.moved_at),
        # Nothing moves a request on that is active: it moved when the cluster was ready.
        ready_at=first.moved_at if first.state == "active" else None,
        differing={str(row.pk): _differing(first, row) for row in others},
        **{new: getattr(first, old) for old, new in COLUMNS.items()},
    )


def _differing(first, other):
    return {
        old: _as_json(getattr(other, old))
        for old in COLUMNS
        if getattr(other, old) != getattr(first, old)
    }


def _as_json(value):
    return value.isoformat() if isinstance(value, datetime) else value


def _learned_at(apps, schema_editor, rows):
    events = apps.get_model("clusters", "Event").objects
    events = events.using(schema_editor.connection.alias)
    told = events.filter(request_id__in=[row.pk for row in rows], kind__in=_LEARNED)
    return dict(told.order_by("-seq").values_list("request_id", "at"))


def move_back(apps, schema_editor):
    """Write the columns of clusters into their requests again."""
    requests, clusters = _rows(apps, schema_editor)
    left = requests.filter(cluster__isnull=False)
    while pks := _next(left):
        with transaction.atomic(using=schema_editor.connection.alias):
            _move_batch_back(requests, clusters, pks)
        left = left.filter(pk__gt=pks[-1])
    clusters.filter(requests__isnull=True).delete()


def _move_batch_back(requests, clusters, pks):
    batch = requests.filter(pk__in=pks)
    own = clusters.filter(pk=OuterRef("cluster_id"))
    columns = {**COLUMNS, "old_cloud_id": "cloud_id"}
    batch.update(
        **{old: Subquery(own.values(new)[:1]) for old, new in columns.items()}
    )
    for differing in clusters.filter(requests__in=pks).exclude(differing={}).values_list(
        "differing", flat=True
    ):
        for pk, words in differing.items():
            values = {old: _from_json(old, value) for old, value in words.items()}
            if values:
                requests.filter(pk=pk).update(**values)
    batch.update(cluster=None)


def _from_json(column, value):
    is_moment = column.endswith(("_at", "_since")) and value is not None
    return datetime.fromisoformat(value) if is_moment else value


def _rows(apps, schema_editor):
    alias = schema_editor.connection.alias
    return (
        apps.get_model("clusters", "ClusterRequest").objects.using(alias),
        apps.get_model("clusters", "Cluster").objects.using(alias),
    )


def _say(done, total):
    if total >= LONG:
        sys.stdout.write(f"\n    {done} of {total} requests with a cluster moved")
        sys.stdout.flush()


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ("clusters", "0018_cluster"),
    ]

    operations = [
        migrations.RunPython(refuse_running_worker, migrations.RunPython.noop),
        migrations.RunPython(move, move_back),
    ]
