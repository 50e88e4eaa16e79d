"""
What IAM let the user do when clusters were last seen; passwords sealed for a purpose.

Passwords that are stored already were entered for the addresses and the user that their
rows have now.
"""

import json

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import migrations, models

PURPOSE = ("iam_url", "css_url", "vpc_url", "domain_name", "username")


def seal_for_purpose(apps, schema_editor):
    keys = MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])
    projects = apps.get_model("clusters", "CloudProject").objects
    for project in projects.exclude(sealed_password=""):
        try:
            secret = keys.decrypt(project.sealed_password.encode()).decode()
        except InvalidToken:
            continue  # it opens for nobody: the portal asks for it
        purpose = [getattr(project, name) for name in PURPOSE]
        text = json.dumps({"for": purpose, "secret": secret})
        project.sealed_password = keys.encrypt(text.encode()).decode()
        project.save(update_fields=["sealed_password"])


def seal_alone(apps, schema_editor):
    keys = MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])
    projects = apps.get_model("clusters", "CloudProject").objects
    for project in projects.exclude(sealed_password=""):
        try:
            text = keys.decrypt(project.sealed_password.encode()).decode()
        except InvalidToken:
            continue
        secret = json.loads(text)["secret"]
        project.sealed_password = keys.encrypt(secret.encode()).decode()
        project.save(update_fields=["sealed_password"])


class Migration(migrations.Migration):
    dependencies = [("clusters", "0011_demo_marker")]

    operations = [
        migrations.AddField(
            model_name="look",
            name="roles",
            field=models.JSONField(default=list),
        ),
        migrations.RunPython(seal_for_purpose, seal_alone),
    ]
