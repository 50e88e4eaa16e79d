"""Indexes for what operators, the poll and the filters of the history ask for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clusters", "0006_exactly_once")]

    operations = [
        migrations.AddIndex(
            model_name="clusterrequest",
            index=models.Index(
                fields=["cloud_project", "-created_at", "-id"],
                name="request_of_project",
            ),
        ),
        migrations.AddIndex(
            model_name="clusterrequest",
            index=models.Index(
                fields=["flavor", "-created_at", "-id"], name="request_of_flavor"
            ),
        ),
        migrations.AddIndex(
            model_name="clusterrequest",
            index=models.Index(fields=["needs", "moved_at"], name="request_needing"),
        ),
        migrations.AddIndex(
            model_name="clusterrequest",
            index=models.Index(
                fields=["requester", "state", "-created_at", "-id"],
                name="request_mine_by_state",
            ),
        ),
        migrations.RemoveIndex(model_name="clusterrequest", name="request_turns"),
        migrations.AddIndex(
            model_name="clusterrequest",
            index=models.Index(
                fields=["requester", "cloud_project", "-claimed_at"],
                name="request_last_turn",
            ),
        ),
        migrations.RemoveIndex(model_name="clusterrequest", name="request_by_cluster"),
        migrations.AddIndex(
            model_name="clusterrequest",
            index=models.Index(
                fields=["cluster_id", "cloud_project"], name="request_of_cluster"
            ),
        ),
        migrations.RemoveIndex(
            model_name="clusterrequest", name="request_deletion_due"
        ),
        migrations.AddIndex(
            model_name="clusterrequest",
            index=models.Index(
                fields=["state", "deletion_due_at"],
                condition=models.Q(deletion_due_at__isnull=False),
                name="request_due_deletion",
            ),
        ),
        migrations.RemoveIndex(model_name="clusterrequest", name="request_by_project"),
        migrations.AddIndex(
            model_name="clusterrequest",
            index=models.Index(
                fields=["cloud_project", "state", "health"], name="request_in_project"
            ),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(fields=["sent_at"], name="attempt_lately"),
        ),
    ]
