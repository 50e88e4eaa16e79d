"""Runs the simulated cloud until SIGTERM or SIGINT."""

import signal
import ssl
from argparse import ArgumentParser
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from clusters.management.variables import simulator_password
from clusters.simulator.account import Account
from clusters.simulator.scenario import (
    ScenarioUnreadable,
    Step,
    load_scenario,
)
from clusters.simulator.server import SimulatorServer, serve
from clusters.simulator.site import site_for
from clusters.simulator.state import StateUnreadable
from clusters.simulator.world import DAY_SECONDS, World


class Command(BaseCommand):
    """The simulated cloud as a process of its own; it needs no database."""

    help = "Runs a simulated cloud (IAM, CSS, VPC) on 127.0.0.1 until stopped."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--port", type=int, default=0, help=_("0 chooses a free port.")
        )
        parser.add_argument(
            "--state",
            type=Path,
            help=_("A file that keeps the clusters across restarts."),
        )
        parser.add_argument(
            "--build-seconds",
            type=float,
            default=8.0,
            help=_("How long a cluster takes to build."),
        )
        parser.add_argument(
            "--token-seconds",
            type=float,
            default=DAY_SECONDS,
            help=_("How long a token is valid."),
        )
        parser.add_argument(
            "--dialect",
            choices=["huawei", "otc"],
            default="huawei",
            help=_("The variant of the API; otc is Open Telekom Cloud."),
        )
        parser.add_argument(
            "--scenario", type=Path, help=_("A file of switches; docs/simulator.md.")
        )
        parser.add_argument(
            "--enterprise-project",
            default="",
            metavar="ID",
            help=_("The user has rights in this enterprise project only, as vpc-prod."),
        )
        parser.add_argument(
            "--certificate",
            type=Path,
            help=_("A PEM file with key and certificate; turns TLS on."),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until SIGTERM or SIGINT."""
        stopped = _stop_event()
        with _server(options) as server:
            account = server.world.account
            self.stdout.write(
                _(
                    "The simulator cloud listens on %(address)s: domain %(domain)s, "
                    "user %(username)s, project %(project)s."
                )
                % {
                    "address": server.address,
                    "domain": account.domain,
                    "username": account.username,
                    "project": account.projects[0].name,
                }
            )
            self.stdout.flush()
            stopped.wait()


def _server(options: dict[str, Any]) -> SimulatorServer:
    account = Account(
        password=simulator_password(),
        enterprise_project_id=options["enterprise_project"],
    )
    try:
        world = World(
            account=account,
            state_file=options["state"],
            build_seconds=options["build_seconds"],
            token_seconds=options["token_seconds"],
            scenario=_scenario(options["scenario"]),
            site=site_for(account, is_otc=options["dialect"] == "otc"),
        )
        return serve(world, options["port"], tls=_tls(options["certificate"]))
    except (StateUnreadable, ScenarioUnreadable) as problem:
        raise CommandError(str(problem)) from problem
    except (OSError, OverflowError) as problem:
        # The socket raises OverflowError for a port above 65535.
        raise CommandError(
            _("Cannot listen on port %(port)s: %(problem)s")
            % {"port": options["port"], "problem": problem}
        ) from problem


def _scenario(file: Path | None) -> tuple[Step, ...]:
    return load_scenario(file) if file else ()


def _tls(certificate: Path | None) -> ssl.SSLContext | None:
    if certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate)
    except OSError as problem:
        raise CommandError(
            _("%(file)s holds no key with its certificate.") % {"file": certificate}
        ) from problem
    return context


def _stop_event() -> Event:
    stopped = Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return stopped
