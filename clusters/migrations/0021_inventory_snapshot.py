"""The latest complete listing of a cloud project gets the name that the code gives it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("clusters", "0020_clusters_apart")]

    operations = [migrations.RenameModel("Look", "InventorySnapshot")]
