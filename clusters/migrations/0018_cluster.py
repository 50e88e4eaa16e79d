"""The table of clusters, beside the columns of requests that will move into it."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from clusters.migrations._one_copy import RemoveConstraintBeforeCopy
from clusters.migrations._workers_stopped import refuse_running_worker


def run_deferred(apps, schema_editor):
    """
    Run what Django would run at the very end: the indexes and foreign keys of new tables.

    Where something is left for the end, Django writes down that the migration is done in a
    transaction of its own; killed between the two, it could never be run again.
    """
    while schema_editor.deferred_sql:
        schema_editor.execute(schema_editor.deferred_sql.pop(0))


class Migration(migrations.Migration):

    dependencies = [
        ("clusters", "0017_kept_forms"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(refuse_running_worker, refuse_running_worker),
        migrations.CreateModel(
            name="Cluster",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("place_sha256", models.CharField(blank=True, default="", max_length=64)),
                ("cloud_id", models.CharField(max_length=64, verbose_name="cluster id")),
                ("name", models.CharField(max_length=64, verbose_name="name")),
                ("owner_name", models.CharField(max_length=150, verbose_name="owner")),
                ("tags", models.JSONField(default=list)),
                ("spec", models.JSONField(default=dict)),
                ("endpoint", models.CharField(blank=True, default="", max_length=500)),
                ("cloud_status", models.CharField(blank=True, default="", max_length=32)),
                ("cloud_progress", models.CharField(blank=True, default="", max_length=64)),
                ("health", models.CharField(blank=True, choices=[("", "works"), ("vanished", "Not in the cloud any more"), ("broken", "Broken in the cloud")], default="", max_length=16)),
                ("created_at", models.DateTimeField()),
                ("ready_at", models.DateTimeField(blank=True, null=True)),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                ("missing_since", models.DateTimeField(blank=True, null=True)),
                ("missing_scans", models.PositiveIntegerField(default=0)),
                ("gone_at", models.DateTimeField(blank=True, null=True)),
                ("deletion_due_at", models.DateTimeField(blank=True, null=True)),
                ("deletion_sent_at", models.DateTimeField(blank=True, null=True)),
                ("deletion_tries", models.PositiveIntegerField(default=0)),
                ("differing", models.JSONField(blank=True, default=dict, editable=False)),
                ("cloud_project", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="clusters", to="clusters.cloudproject", verbose_name="cloud project")),
                ("owner", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "verbose_name": "cluster",
                "verbose_name_plural": "clusters",
                "indexes": [
                    models.Index(fields=["cloud_id"], name="cluster_by_cloud_id"),
                    models.Index(fields=["cloud_project", "health"], name="cluster_in_project"),
                    models.Index(condition=models.Q(("deletion_due_at__isnull", False)), fields=["deletion_due_at"], name="cluster_due_deletion"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("cloud_project", "cloud_id"), name="cluster_is_known_once"),
                    models.CheckConstraint(condition=models.Q(("cloud_id", ""), _negated=True), name="cluster_has_cloud_id"),
                    models.CheckConstraint(condition=models.Q(("ready_at__isnull", True), models.Q(("endpoint", ""), _negated=True), _connector="OR"), name="cluster_ready_has_endpoint"),
                ],
            },
        ),
        # The foreign key `cluster` needs the column name `cluster_id`, which the cloud's
        # id has until now. What names the old column goes with it and comes back in 0020.
        RemoveConstraintBeforeCopy(model_name="clusterrequest", name="request_with_cluster_has_id"),
        RemoveConstraintBeforeCopy(model_name="clusterrequest", name="request_active_has_endpoint"),
        migrations.RemoveIndex(model_name="clusterrequest", name="request_of_cluster"),
        migrations.RenameField(model_name="clusterrequest", old_name="cluster_id", new_name="old_cloud_id"),
        migrations.AddIndex(
            model_name="clusterrequest",
            index=models.Index(fields=["old_cloud_id"], name="request_by_old_cloud_id"),
        ),
        # On SQLite this copies the table.
        migrations.AddField(
            model_name="clusterrequest",
            name="kind",
            field=models.CharField(choices=[("create", "Create a cluster")], db_default="create", default="create", max_length=16),
        ),
        migrations.AddField(
            model_name="clusterrequest",
            name="cluster",
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="clusters.cluster", verbose_name="cluster"),
        ),
        migrations.RunPython(run_deferred, migrations.RunPython.noop),
    ]
