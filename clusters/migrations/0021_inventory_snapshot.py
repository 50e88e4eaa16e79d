"""Tables and columns get the names that the code gives them."""

import django.db.models.deletion
from django.db import migrations, models

from clusters.migrations._workers_stopped import refuse_running_worker


class Migration(migrations.Migration):
    dependencies = [("clusters", "0020_clusters_apart")]

    operations = [
        migrations.RunPython(refuse_running_worker, refuse_running_worker),
        migrations.RenameModel("Look", "InventorySnapshot"),
        migrations.RenameField("InventorySnapshot", "counts", "is_complete"),
        migrations.RenameField("ClusterRequest", "absent_looks", "absent_scans"),
        migrations.AlterField(
            model_name="inventorysnapshot",
            name="cloud_project",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="inventory_snapshot",
                to="clusters.cloudproject",
            ),
        ),
    ]
