"""
Counts of failed sign-ins of our own; the tables of django-axes go (ADR 13).

What they hold, typed names and addresses among it, is deleted: it counted for 15 minutes.
"""

from django.db import migrations, models

_AXES_TABLES = (
    "axes_accessattemptexpiration",
    "axes_accessattempt",
    "axes_accessfailurelog",
    "axes_accesslog",
)


def forget_axes(apps, schema_editor):
    """Delete its content types, and with them the permissions that name them."""
    apps.get_model("contenttypes", "ContentType").objects.using(
        schema_editor.connection.alias
    ).filter(app_label="axes").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("clusters", "0008_places"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="SignInCount",
            fields=[
                (
                    "key",
                    models.CharField(max_length=64, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("pair", "name and address"),
                            ("name", "name"),
                            ("address", "address"),
                            ("browser", "known browser"),
                        ],
                        max_length=8,
                    ),
                ),
                ("name", models.CharField(blank=True, default="", max_length=150)),
                ("address", models.CharField(blank=True, default="", max_length=64)),
                ("failed_at", models.JSONField(default=list)),
                ("trying_at", models.JSONField(default=list)),
                ("limited_until", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["expires_at"], name="sign_in_count_expired"),
                    models.Index(
                        fields=["limited_until"], name="sign_in_count_limited"
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="heartbeat",
            index=models.Index(fields=["seen_at"], name="heartbeat_seen"),
        ),
        *[
            migrations.RunSQL(
                f"DROP TABLE IF EXISTS {table}", reverse_sql=migrations.RunSQL.noop
            )
            for table in _AXES_TABLES
        ],
        # Or `migrate` of an axes that somebody installs again would make no tables.
        migrations.RunSQL(
            "DELETE FROM django_migrations WHERE app = 'axes'",
            reverse_sql=migrations.RunSQL.noop,
        ),
        migrations.RunPython(forget_axes, migrations.RunPython.noop),
    ]
