"""What Celery needs to know about a broker and about the clock."""

from pathlib import Path
from typing import Any

REDIS = ("redis", "rediss")
CONNECT_SECONDS = 2.0
# Publishing gives up at the first refused connection; a worker keeps trying anyway.
AT_ONCE = {"max_retries": 0}


def transport_options(
    broker_url: str, *, folder: Path, queue: str, call_seconds: float
) -> dict[str, Any]:
    """Return kombu's options; `folder` is for filesystem:// without a path."""
    scheme, _, path = broker_url.partition("://")
    if scheme in REDIS:
        return {
            "global_keyprefix": f"{queue}:",
            # Above the longest task, or Redis hands a running one out again.
            "visibility_timeout": max(300, round(10 * call_seconds)),
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "socket_connect_timeout": CONNECT_SECONDS,
            "socket_timeout": 5,
            "socket_keepalive": True,
            **AT_ONCE,
        }
    if scheme == "filesystem":
        folder = Path(path) if path else folder
        return {
            "data_folder_in": str(folder / "messages"),
            "data_folder_out": str(folder / "messages"),
            "control_folder": str(folder / "exchanges"),
            "polling_interval": 0.1,
        }
    # Else a message that a full queue refuses is lost without a word.
    return {"confirm_publish": True, **AT_ONCE}


def beat_schedule(**every: float) -> dict[str, dict[str, Any]]:
    """Return task=seconds as Celery's schedule; old ticks do not pile up."""
    return {
        f"clusters.{task}": {
            "task": f"clusters.{task}",
            "schedule": seconds,
            # A tick that nobody took in time is useless: the next one does its work.
            "options": {"expires": max(2 * seconds, 10.0)},
        }
        for task, seconds in every.items()
    }
