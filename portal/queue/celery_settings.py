"""Celery's settings of the broker and of the schedule."""

from pathlib import Path
from typing import Any

REDIS = ("redis", "rediss")
CONNECT_SECONDS = 2.0
# Publishing fails at the first refused connection; workers retry anyway.
AT_ONCE = {"max_retries": 0}


def transport_options(
    broker_url: str, *, folder: Path, queue: str, call_seconds: float
) -> dict[str, Any]:
    """
    Return kombu's `transport_options` for this broker.

    `folder` is used by filesystem:// without a path; `call_seconds` is the longest call to
    the cloud.
    """
    scheme, _, path = broker_url.partition("://")
    if scheme in REDIS:
        return {
            "global_keyprefix": f"{queue}:",
            # Seconds. Longer than any task, or Redis redelivers one that still runs
            # (Celery docs, "Visibility timeout").
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
    # Or a message that a full queue rejects is lost silently.
    return {"confirm_publish": True, **AT_ONCE}


def beat_schedule(**every: float) -> dict[str, dict[str, Any]]:
    """
    Return Celery's `beat_schedule` of `task=seconds`; ticks expire, so none pile up.
    """
    return {
        f"clusters.{task}": {
            "task": f"clusters.{task}",
            "schedule": seconds,
            # Seconds. A tick that no worker took in time is useless: the next does its
            # work.
            "options": {"expires": max(2 * seconds, 10.0)},
        }
        for task, seconds in every.items()
    }
