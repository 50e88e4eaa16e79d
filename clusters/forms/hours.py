"""Hours and time zones that a snapshot can be taken at."""

from typing import Final

from clusters.options import Option

_OFFSETS: Final = (
    "-12:00 -11:00 -10:00 -09:30 -09:00 -08:00 -07:00 -06:00 -05:00 -04:00 -03:30"
    " -03:00 -02:00 -01:00 +00:00 +01:00 +02:00 +03:00 +03:30 +04:00 +04:30 +05:00"
    " +05:30 +05:45 +06:00 +06:30 +07:00 +08:00 +08:45 +09:00 +09:30 +10:00 +10:30"
    " +11:00 +12:00 +12:45 +13:00 +14:00"
)

HOURS: Final = tuple(
    Option(value=str(hour), label=f"{hour:02d}:00") for hour in range(24)
)
OFFSETS: Final = tuple(
    Option(value=f"GMT{offset}", label=f"GMT{offset}") for offset in _OFFSETS.split()
)
"""Every offset that some place on earth keeps, as the cloud writes it."""
