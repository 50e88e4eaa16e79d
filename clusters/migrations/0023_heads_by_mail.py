from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clusters', '0022_audit'),
    ]

    operations = [
        migrations.RenameField(
            model_name='kepthead',
            old_name='sent_at',
            new_name='written_at',
        ),
        migrations.AddField(
            model_name='kepthead',
            name='mailed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
