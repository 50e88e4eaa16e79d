"""The indexes of requests, each for a list that a page or a pass of the sweep asks for."""

from typing import Final

from django.db import models

INDEXES: Final = [
    models.Index(fields=["-created_at", "-id"], name="request_newest"),
    models.Index(fields=["requester", "-created_at", "-id"], name="request_mine"),
    models.Index(
        fields=["requester", "state", "-created_at", "-id"],
        name="request_mine_by_state",
    ),
    models.Index(fields=["state", "due_at"], name="request_due"),
    models.Index(fields=["state", "-created_at", "-id"], name="request_by_state"),
    models.Index(fields=["cloud_project", "state"], name="request_in_project"),
    models.Index(
        fields=["cloud_project", "-created_at", "-id"],
        name="request_of_project",
    ),
    models.Index(fields=["flavor", "-created_at", "-id"], name="request_of_flavor"),
    # Whole, though many are empty: SQLite uses an index of some rows only where it
    # sees the value.
    models.Index(fields=["needs", "moved_at"], name="request_needing"),
    models.Index(
        fields=["requester", "cloud_project", "-claimed_at"],
        name="request_last_turn",
    ),
]
