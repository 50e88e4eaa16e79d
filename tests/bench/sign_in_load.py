"""Lets one thread, then all of them in all processes, need a token that is not there."""

import statistics
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final

import django
from django.core.management import call_command
from django.utils import timezone

from clusters.simulator.server import serve
from clusters.simulator.wire import SimulatedRequest, SimulatedResponse
from clusters.simulator.world import World
from tests.bench.callers import Callers
from tests.bench.table import head, row

PROCESSES: Final = 4
THREADS: Final = 8
ROUNDS: Final = 7
LOGIN_SECONDS: Final = 0.5
BAR: Final = 1.5
PASSWORD: Final = "simulator-Passw0rd"


class SlowLoginWorld(World):
    """A cloud whose logins take half a second, and nothing else does."""

    def handle(self, call: SimulatedRequest) -> SimulatedResponse:
        """Answer one call."""
        answer = super().handle(call)
        is_login = call.path.endswith("/auth/tokens")
        return replace(answer, delay_seconds=LOGIN_SECONDS if is_login else 0)


def run() -> None:
    """Print a row for each way to be without a token."""
    call_command("migrate", interactive=False, verbosity=0)
    world = SlowLoginWorld()
    with serve(world) as simulator:
        project_id = _connect(simulator.address)
        with Callers(project_id, processes=PROCESSES, threads=THREADS) as callers:
            callers.warm_up()
            _print(world, callers, _troubles(project_id, world))


def _print(
    world: World, callers: Callers, troubles: dict[str, Callable[[], None]]
) -> None:
    everybody = PROCESSES * THREADS
    head(
        "token",
        f"logins of {everybody} callers, each round; bar 1",
        "one caller, s",
        f"the last of {everybody}, s",
        f"ratio, bar {BAR}",
    )
    for title, lose_the_token in troubles.items():
        alone, last, logins = [], [], []
        for _ in range(ROUNDS):
            lose_the_token()
            alone.append(callers.last_of(processes=1, threads=1))
            lose_the_token()
            before = len(world.logins)
            last.append(callers.last_of(processes=PROCESSES, threads=THREADS))
            logins.append(len(world.logins) - before)
        one, slowest = statistics.median(alone), statistics.median(last)
        counted = " ".join(map(str, logins))
        row(title, counted, f"{one:.3f}", f"{slowest:.3f}", f"{slowest / one:.2f}")


def _troubles(project_id: int, world: World) -> dict[str, Callable[[], None]]:
    from clusters import wiring  # noqa: PLC0415 - its models need the settings first
    from clusters.models import CloudProject  # noqa: PLC0415

    project = CloudProject.objects.get(pk=project_id)
    cloud, tokens = wiring.cloud(project), wiring.token_store(project)

    def forget() -> None:
        tokens.drop(cloud.sign_in())

    def let_expire() -> None:
        now, token = timezone.now(), cloud.sign_in()
        yesterday = now - timedelta(days=1)
        tokens.keep(replace(token, issued_at=yesterday, expires_at=now))

    def revoke() -> None:
        cloud.sign_in()
        world.act({"revoke_tokens": True})

    return {
        "none yet": forget,
        "expired": let_expire,
        "refused while it is young": revoke,
    }


def _connect(url: str) -> int:
    from clusters import wiring  # noqa: PLC0415 - its models need the settings first
    from tests import factories  # noqa: PLC0415

    project = factories.cloud_project(iam_url=url, css_url=url, vpc_url=url)
    project.sealed_password = wiring.encrypted_for(project, PASSWORD)
    project.save()
    return int(project.pk)


if __name__ == "__main__":
    django.setup()
    run()
