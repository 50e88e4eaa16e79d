"""Row 23: nothing leads to the cloud, for a while."""

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from tests.drill import resolver
from tests.drill.certificate import write_certificate
from tests.drill.cloud import SimulatorControl
from tests.drill.fault_case import Expected, row
from tests.drill.fault_cases.kills import ONCE
from tests.drill.proxy import run_proxy, run_relay
from tests.drill.testbed import Stage

_AWAY_SECONDS: Final = 8.0


@row(23, "nothing leads to the cloud", variants=("refused", "DNS"))
def unreachable(stage: Stage) -> Expected:
    """Lead to the cloud, once it is mended, by the address that was approved."""
    host = resolver.HOST if stage.variant == "DNS" else "127.0.0.1"
    css = f"http://{host}:{stage.setting.port}"
    stage.project = stage.connect("demo", stage.cloud.url, css=css)
    if stage.variant == "DNS":
        _open_door(stage, stage.cloud)
        return _mended(stage, lambda: resolver.mend(stage.folder))
    return _mended(stage, lambda: _open_door(stage, stage.cloud))


@row(
    23,
    "nothing leads to the cloud",
    variants=("no TLS", "untrusted"),
    tls=True,
    environment={"CLOUD_CA_FILE": "{certificate}"},
)
def unreachable_by_tls(stage: Stage) -> Expected:
    """Put somebody else behind the approved address, and then the cloud."""
    certificate = None
    if stage.variant == "untrusted":
        certificate = write_certificate(stage.folder / "stranger.pem")
    stranger = stage.start_cloud("stranger", certificate=certificate)
    css = f"https://127.0.0.1:{stage.setting.port}"
    stage.project = stage.connect("demo", stage.cloud.url, css=css)
    _open_door(stage, stranger)

    def mend() -> None:
        stage.end("door")
        _open_door(stage, stage.cloud)

    return _mended(stage, mend)


def _open_door(stage: Stage, cloud: SimulatorControl) -> None:
    """Let the port of the setting lead to this cloud."""
    target = urlsplit(cloud.url)
    arguments = (stage.setting.port, target.hostname, target.port)
    stage.start("door", run_relay, *arguments)


@row(
    23,
    "the proxy says no to every CONNECT",
    variants=("proxy 407", "proxy 503"),
    tls=True,
    environment={
        "CLOUD_CA_FILE": "{certificate}",
        "CLOUD_PROXY": "http://127.0.0.1:{port}",
    },
)
def unreachable_through_proxy(stage: Stage) -> Expected:
    mended = stage.folder / "mended"
    status = int(stage.variant.removeprefix("proxy "))
    stage.start("proxy", run_proxy, stage.setting.port, status, mended)
    return _mended(stage, mended.touch)


def _mended(stage: Stage, mend: Callable[[], object]) -> Expected:
    request = stage.approved()
    stage.worker("w1")
    stage.beat()
    stage.until_state(request, "sending")
    stage.until_state(request, "approved")
    stage.rest(_AWAY_SECONDS)
    stage.must(not request.attempts.exists(), "no attempt")
    stage.until(
        "the page says so", lambda: "Nothing was sent" in stage.alice.page_text(request)
    )
    mend()
    stage.trigger("it is mended")
    stage.until_state(request, "active")
    return Expected(
        request=request,
        path=f"approved (sending approved )+{ONCE.removeprefix('approved ')}",
        end="active",
        within=2 * _AWAY_SECONDS,
    )
