"""Row 23: nothing leads to the cloud, for a while."""

from collections.abc import Callable, Mapping
from typing import Final

from clusters.management.drill.proxy import run_proxy
from clusters.management.drill.row import Expected, row
from clusters.management.drill.rows.kills import ONCE
from clusters.management.drill.setting import free_port
from clusters.management.drill.stage import Stage

_AWAY_SECONDS: Final = 8.0
_NOWHERE: Final = "http://cloud.invalid"


def _refused(stage: Stage) -> str:
    return f"http://127.0.0.1:{free_port()}"


def _no_name(_stage: Stage) -> str:
    return _NOWHERE


def _no_tls(stage: Stage) -> str:
    return stage.cloud.url.replace("http://", "https://")


def _untrusted(stage: Stage) -> str:
    return stage.start_cloud("stranger", tls=True).url


_WAYS: Final[Mapping[str, Callable[[Stage], str]]] = {
    "refused": _refused,
    "DNS": _no_name,
    "no TLS": _no_tls,
    "untrusted": _untrusted,
}


@row(23, "nothing leads to the cloud", variants=tuple(_WAYS))
def unreachable(stage: Stage) -> Expected:
    stage.connect("demo", stage.cloud.url, css=_WAYS[stage.variant](stage))
    return _mended(stage, lambda: stage.connect("demo", stage.cloud.url))


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
        "the page says so", lambda: "Nothing was sent" in stage.alice.words_of(request)
    )
    mend()
    stage.strike("it is mended")
    stage.until_state(request, "active")
    return Expected(
        request=request,
        path=f"approved (sending approved )+{ONCE.removeprefix('approved ')}",
        end="active",
        within=2 * _AWAY_SECONDS,
    )
