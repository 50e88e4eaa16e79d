"""The body of a create, which calls a gate before its first byte is read to be sent."""

import io

from clusters.cloud.types import GateCallback


class BodyWithheld(Exception):
    """
    The gate raised; its exception is the cause of this one and `GatedBody.withheld_by`.

    A type of its own, because urllib3 swallows some exceptions of the operating system
    (a broken pipe, a reset) and would go on to wait for an answer.
    """


class GatedBody:
    """
    The bytes of a create; `was_read` says whether even one of them was handed out.

    This flag, and no exception type, proves that nothing was sent. It has a length, so
    that Content-Length is set and nothing is chunked, and no tell, seek or iterator, so
    that no library can rewind and repeat it.
    """

    def __init__(self, body: bytes, gate: GateCallback) -> None:
        self.was_read = False
        self.withheld_by: Exception | None = None
        self._gate = gate
        self._length = len(body)
        self._stream = io.BytesIO(body)

    def __len__(self) -> int:
        return self._length

    def read(self, size: int = -1) -> bytes:
        """
        Return the next bytes; the first call opens the gate.

        :raises BodyWithheld: if the gate raised, now or before
        """
        if not self.was_read:
            self._pass_the_gate()
        return self._stream.read(size)

    def _pass_the_gate(self) -> None:
        if self.withheld_by is not None:
            raise BodyWithheld from self.withheld_by
        try:
            self._gate()
        except Exception as error:
            self.withheld_by = error
            raise BodyWithheld from error
        self.was_read = True
