"""Whether this machine's clock and the database's agree, and the rows with both."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Max
from django.db.models.functions import Coalesce, Now

from clusters.models import Heartbeat, InventorySnapshot

BOUND: Final = timedelta(seconds=5)
"""So far apart two clocks may be that somebody keeps right."""


def clocks_differ(now: datetime) -> bool:
    """
    Compare `now`, by this machine's clock, with the database's and with what is written.

    A sign of life or a look of the future shows that the database's clock was set back.
    """
    alive = Heartbeat.objects.aggregate(
        now=Coalesce(Max(Now()), Now()), latest=Max("seen_at")
    )
    looked = InventorySnapshot.objects.aggregate(latest=Max("began_at"))["latest"]
    latest = [each for each in (alive["latest"], looked) if each is not None]
    ahead = [each - alive["now"] for each in latest]
    apart: timedelta = max(abs(alive["now"] - now), *ahead, timedelta())
    return apart > BOUND
