"""Change rows of the history to set a scene, which the product's triggers refuse."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from clusters.models import HistoryOpening
from clusters.operations.core.history_opening import current_transaction_id


@contextmanager
def change_history() -> Iterator[None]:
    """Let the block change events, decisions and attempts; writes no event."""
    with transaction.atomic():
        # The event that the row names is not there; it is gone before anybody asks.
        opening = HistoryOpening.objects.create(
            event_id=0, transaction_id=current_transaction_id()
        )
        yield
        opening.delete()
