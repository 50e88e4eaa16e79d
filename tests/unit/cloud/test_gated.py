"""The gated body: the gate is called before its first byte is read."""

import pytest

from clusters.cloud.huawei.gated_body import BodyWithheld, GatedBody


class RecordingGate:
    """A gate that counts its calls and may raise."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.calls = 0
        self._error = error

    def __call__(self) -> None:
        self.calls += 1
        if self._error:
            raise self._error


class TestGatedBody:
    def test_calls_the_gate_once_however_often_it_is_read(self) -> None:
        gate = RecordingGate()
        body = GatedBody(b"abcdef", gate)

        assert not body.was_read
        assert [body.read(4), body.read(4), body.read(4)] == [b"abcd", b"ef", b""]
        assert body.was_read
        assert gate.calls == 1

    def test_reads_to_the_end_without_a_size(self) -> None:
        assert GatedBody(b"abc", RecordingGate()).read() == b"abc"

    def test_has_its_length_before_it_is_read(self) -> None:
        gate = RecordingGate()

        assert len(GatedBody(b"abc", gate)) == 3
        assert gate.calls == 0

    @pytest.mark.parametrize(
        "error", [ValueError("no"), BrokenPipeError(), ConnectionResetError()]
    )
    def test_is_not_read_when_the_gate_raises(self, error: Exception) -> None:
        body = GatedBody(b"abc", RecordingGate(error))

        with pytest.raises(BodyWithheld):
            body.read(1)

        assert not body.was_read
        assert body.withheld_by is error

    def test_does_not_call_a_gate_again_that_raised(self) -> None:
        gate = RecordingGate(ValueError("no"))
        body = GatedBody(b"abc", gate)
        for _ in range(2):
            with pytest.raises(BodyWithheld):
                body.read(1)

        assert gate.calls == 1

    def test_lets_a_system_exit_through(self) -> None:
        body = GatedBody(b"abc", RecordingGate(SystemExit()))

        with pytest.raises(SystemExit):
            body.read(1)

        assert not body.was_read

    @pytest.mark.parametrize("name", ["tell", "seek", "__iter__", "rewind"])
    def test_offers_no_library_a_way_to_send_it_again(self, name: str) -> None:
        assert not hasattr(GatedBody(b"abc", RecordingGate()), name)
