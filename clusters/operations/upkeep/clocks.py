"""Compare this machine's clock, the database's clock and stored times."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Max
from django.db.models.functions import Coalesce, Now

from clusters.models import Heartbeat, InventorySnapshot

BOUND: Final = timedelta(seconds=5)
"""By how much two synchronised clocks may differ."""


def clocks_differ(now: datetime) -> bool:
    """
    Whether `now`, by this machine's clock, and the database's differ by over `BOUND`.

    Also true if a heartbeat or a scan is that far in the future, which shows that the
    database's clock was set back.
    """
    alive = Heartbeat.objects.aggregate(
        now=Coalesce(Max(Now()), Now()), latest=Max("seen_at")
    )
    scanned = InventorySnapshot.objects.aggregate(latest=Max("began_at"))["latest"]
    latest = [each for each in (alive["latest"], scanned) if each is not None]
    ahead = [each - alive["now"] for each in latest]
    apart: timedelta = max(abs(alive["now"] - now), *ahead, timedelta())
    return apart > BOUND
