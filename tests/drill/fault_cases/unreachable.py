"""Case 23: the cloud cannot be reached for a while."""

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from tests.drill import resolver
from tests.drill.certificate import write_certificate
from tests.drill.cloud import SimulatorControl
from tests.drill.fault_case import Expected, fault_case
from tests.drill.fault_cases.kills import ONCE
from tests.drill.proxy import run_proxy, run_relay
from tests.drill.testbed import DrillTestbed

_DOWN_SECONDS: Final = 8.0


@fault_case(23, "nothing leads to the cloud", variants=("refused", "DNS"))
def unreachable(testbed: DrillTestbed) -> Expected:
    """Repair the way to the approved address: a listener, or the name."""
    host = resolver.HOST if testbed.variant == "DNS" else "127.0.0.1"
    css = f"http://{host}:{testbed.setting.port}"
    testbed.project = testbed.connect("demo", testbed.cloud.url, css=css)
    if testbed.variant == "DNS":
        _relay_to(testbed, testbed.cloud)
        return _run_until_repaired(testbed, lambda: resolver.repair(testbed.folder))
    return _run_until_repaired(testbed, lambda: _relay_to(testbed, testbed.cloud))


@fault_case(
    23,
    "nothing leads to the cloud",
    variants=("no TLS", "untrusted"),
    tls=True,
    environment={"CLOUD_CA_FILE": "{certificate}"},
)
def unreachable_by_tls(testbed: DrillTestbed) -> Expected:
    """Have another server at the approved address, then the cloud."""
    certificate = None
    if testbed.variant == "untrusted":
        certificate = write_certificate(testbed.folder / "stranger.pem")
    stranger = testbed.start_cloud("stranger", certificate=certificate)
    css = f"https://127.0.0.1:{testbed.setting.port}"
    testbed.project = testbed.connect("demo", testbed.cloud.url, css=css)
    _relay_to(testbed, stranger)

    def repair() -> None:
        testbed.kill("relay")
        _relay_to(testbed, testbed.cloud)

    return _run_until_repaired(testbed, repair)


def _relay_to(testbed: DrillTestbed, cloud: SimulatorControl) -> None:
    """Relay the port of the setting to this cloud."""
    target = urlsplit(cloud.url)
    arguments = (testbed.setting.port, target.hostname, target.port)
    testbed.start_process("relay", run_relay, *arguments)


@fault_case(
    23,
    "the proxy says no to every CONNECT",
    variants=("proxy 407", "proxy 503"),
    tls=True,
    environment={
        "CLOUD_CA_FILE": "{certificate}",
        "CLOUD_PROXY": "http://127.0.0.1:{port}",
    },
)
def unreachable_through_proxy(testbed: DrillTestbed) -> Expected:
    repaired = testbed.folder / "repaired"
    status = int(testbed.variant.removeprefix("proxy "))
    testbed.start_process("proxy", run_proxy, testbed.setting.port, status, repaired)
    return _run_until_repaired(testbed, repaired.touch)


def _run_until_repaired(
    testbed: DrillTestbed, repair: Callable[[], object]
) -> Expected:
    request = testbed.approved_request()
    testbed.start_worker("w1")
    testbed.start_beat()
    testbed.wait_for_state(request, "sending")
    testbed.wait_for_state(request, "approved")
    testbed.wait(_DOWN_SECONDS)
    testbed.check(not request.attempts.exists(), "no attempt")
    testbed.wait_until(
        "the page says so",
        lambda: "Nothing was sent" in testbed.alice.page_text(request),
    )
    repair()
    testbed.mark_fault("it is mended")
    testbed.wait_for_state(request, "active")
    return Expected(
        request=request,
        path=f"approved (sending approved )+{ONCE.removeprefix('approved ')}",
        end="active",
        within=2 * _DOWN_SECONDS,
    )
