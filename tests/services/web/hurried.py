"""The product's worker with deadlines that a test can wait for, or never reaches."""

from dataclasses import replace

from portal.serving.limits import KIB
from portal.serving.worker import BufferingWorker


class HurriedWorker(BufferingWorker):
    """Gives a second where the product gives ten or thirty, and less memory."""

    limits = replace(
        BufferingWorker.limits,
        head_seconds=1,
        body_seconds=1,
        answer_seconds=1,
        linger_seconds=1,
        held_bytes=512 * KIB,
    )


class PatientWorker(BufferingWorker):
    """Waits for its clients longer than any test does."""

    limits = replace(
        BufferingWorker.limits,
        head_seconds=1000,
        body_seconds=1000,
        linger_seconds=1000,
    )


class StoppingWorker(BufferingWorker):
    """Does the same until it stops."""

    limits = replace(PatientWorker.limits, linger_seconds=1)
