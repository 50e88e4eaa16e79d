"""Restate the constraints of requests and clusters, and drop the columns that moved."""

from django.core.management.base import CommandError
from django.db import migrations, models

from clusters.migrations._one_copy import (
    AddConstraintBeforeCopy,
    RemoveFieldBeforeCopy,
)
from clusters.migrations._workers_stopped import refuse_running_worker

MOVED = (
    "old_cloud_id",
    "endpoint",
    "cloud_status",
    "cloud_progress",
    "seen_at",
    "missing_since",
    "missing_looks",
    "health",
    "deletion_due_at",
    "deletion_sent_at",
    "deletion_tries",
    "cluster_gone_at",
)


def refuse_unmoved(apps, schema_editor):
    """
    Drop nothing while a request names a cluster that has no row.

    :raises CommandError: if there is such a request
    """
    requests = apps.get_model("clusters", "ClusterRequest").objects
    requests = requests.using(schema_editor.connection.alias)
    count = requests.filter(cluster__isnull=True).exclude(old_cloud_id="").count()
    if count:
        raise CommandError(
            f"{count} requests name a cluster that was not moved; nothing was dropped."
            " Stop everything that writes, run migrate clusters 0018, then migrate again."
        )


class Migration(migrations.Migration):

    dependencies = [
        ("clusters", "0019_move_clusters"),
    ]

    operations = [
        migrations.RunPython(refuse_unmoved, refuse_running_worker),
        migrations.RemoveIndex(model_name="clusterrequest", name="request_by_old_cloud_id"),
        migrations.RemoveIndex(model_name="clusterrequest", name="request_due_deletion"),
        migrations.RemoveIndex(model_name="clusterrequest", name="request_in_project"),
        *(RemoveFieldBeforeCopy(model_name="clusterrequest", name=name) for name in MOVED),
        migrations.AddIndex(
            model_name="clusterrequest",
            index=models.Index(fields=["cloud_project", "state"], name="request_in_project"),
        ),
        AddConstraintBeforeCopy(
            model_name="clusterrequest",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("state__in", ["creating", "active"]), _negated=True), ("cluster__isnull", False), _connector="OR"), name="request_with_cluster_has_row"),
        ),
        # On SQLite this copies the table.
        migrations.AddConstraint(
            model_name="clusterrequest",
            constraint=models.CheckConstraint(condition=models.Q(("kind__in", ["create"])), name="request_kind_is_known"),
        ),
    ]
