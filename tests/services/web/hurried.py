"""The product's worker with limits that a test can wait for, or never reaches."""

from portal.serving.limits import KIB, Limits
from portal.serving.worker import BufferingWorker


class HurriedWorker(BufferingWorker):
    """Gives a second where the product gives ten or thirty, and less memory."""

    limits = Limits(
        head_seconds=1,
        body_seconds=1,
        answer_seconds=1,
        linger_seconds=1,
        held_bytes=512 * KIB,
    )


class PatientWorker(BufferingWorker):
    """Waits for its clients longer than any test does."""

    limits = Limits(head_seconds=1000, body_seconds=1000, linger_seconds=1)
