"""
The body of a create, which calls a gate before its first byte is read.

`http.client` sends the headers first and then reads the body, on a connection that
stands. So the gate is the last step before anything that can create a cluster is sent
(docs/adr/0006-two-sessions-and-a-gated-body.md).
"""

import io

from clusters.cloud.types import GateCallback


class BodyWithheld(Exception):
    """
    The gate raised; its exception is the cause of this one and `GatedBody.withheld_by`.

    A class of its own, because urllib3 ignores a BrokenPipeError or ConnectionResetError
    of the body and would wait for a response.
    """


class GatedBody:
    """
    A file-like object with the bytes of a create.

    It has a length, so that Content-Length is sent instead of chunks, but neither tell,
    seek nor an iterator, so that no library can rewind and send it again.

    :ivar was_read: whether a byte may have been sent. False proves that nothing was sent;
        no type of exception does
    :ivar withheld_by: what the gate raised, if it did
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
        Return the next `size` bytes, or all; the first call calls the gate.

        :raises BodyWithheld: if the gate raises, or raised before
        """
        if not self.was_read:
            self._call_gate_once()
        return self._stream.read(size)

    def _call_gate_once(self) -> None:
        if self.withheld_by is not None:
            raise BodyWithheld from self.withheld_by
        try:
            self._gate()
        except Exception as error:
            self.withheld_by = error
            raise BodyWithheld from error
        self.was_read = True
