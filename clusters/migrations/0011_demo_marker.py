"""What the demo has made, so that no name has to tell it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clusters", "0010_event_subjects")]

    operations = [
        migrations.CreateModel(
            name="DemoMarker",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("user_ids", models.JSONField(default=list)),
                ("cloud_project_id", models.BigIntegerField()),
                ("showcase_id", models.BigIntegerField()),
                ("made_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
    ]
