"""Every row that is built, by the kind of its fault."""

from clusters.management.drill.row import ROWS
from clusters.management.drill.rows import kills, pauses

__all__ = ["ROWS", "kills", "pauses"]
