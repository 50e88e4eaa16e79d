"""What IAM let the user do when clusters were last seen."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clusters", "0008_places")]

    operations = [
        migrations.AddField(
            model_name="look",
            name="roles",
            field=models.JSONField(default=list),
        ),
    ]
