"""
Operations that copy a table once on SQLite, where Django would copy it for each.

SQLite drops a column by writing every row anew, and for a constraint Django makes a new
table and copies all rows. Each of the operations below leaves that to a later operation
of the same migration that copies the table anyhow, by the model as it is then. Without
it, 200,000 requests would be written 17 times, and the log of one transaction would
grow to many times the database.

On PostgreSQL, and backwards, they are what Django's are.
"""

from django.db import migrations


class _BeforeCopy:
    """On SQLite, nothing: what follows copies the table as the model says then."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor != "sqlite":
            super().database_forwards(app_label, schema_editor, from_state, to_state)


class AddConstraintBeforeCopy(_BeforeCopy, migrations.AddConstraint):
    """Comes with the copy."""


class RemoveConstraintBeforeCopy(_BeforeCopy, migrations.RemoveConstraint):
    """Is not part of the copy."""


class RemoveFieldBeforeCopy(_BeforeCopy, migrations.RemoveField):
    """Is not part of the copy."""
