"""
The demo of `./run`: what it made, where its simulator is, and its one move.

Version 0.1 wrote no marker and gave the demo another port at each start. Such a demo is
taken over once, and its place is the simulator's from then on. No other cloud project ever
moves here: the marker is written in the same transaction, and where there is one nothing
moves.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from clusters.domain.events import EventKind
from clusters.models import (
    Attempt,
    CloudProject,
    ClusterRequest,
    Decision,
    DemoMarker,
    InventorySnapshot,
)
from clusters.models.cloud_project import PausedBy
from clusters.operations.core.project_changes import change_of_cloud_project

_ONLY: Final = 1
SHOWCASE_ADDRESSES: Final = {
    "iam_url": "https://iam.showcase.invalid",
    "css_url": "https://css.showcase.invalid",
    "vpc_url": "https://vpc.showcase.invalid",
}
"""Where nothing can ever answer; no other cloud project has these."""

LOOPBACK: Final = r"^http://127\.0\.0\.1:[0-9]+$"
"""Where the simulator listens, whatever its port."""


class PlaceDiffers(Exception):
    """The demo belongs to a simulator at another address."""


def find_marker() -> DemoMarker | None:
    """Return what the demo has made; None where this database is none of the demo's."""
    return DemoMarker.objects.filter(id=_ONLY).first()


def is_in_use() -> bool:
    """Whether somebody has made anything here."""
    return (
        User.objects.exists()
        or CloudProject.objects.exists()
        or ClusterRequest.objects.exists()
    )


def make_showcase(*, paused_by: User, now: datetime, via: str) -> CloudProject:
    """Make the cloud project that shows one request in every state, paused for good."""
    with change_of_cloud_project(
        None, EventKind.PROJECT_CHANGED, via=via, name="showcase"
    ):
        return CloudProject.objects.create(
            name="showcase",
            region="cn-north-4",
            domain_name="example-account",
            username="portal-bot",
            project_name="cn-north-4",
            project_id="5b1f0c9e7a3d4e2c8f6a0d9b7c5e3f10",
            **SHOWCASE_ADDRESSES,
            paused_at=now,
            paused_by=PausedBy.PERSON,
            paused_reason="Shows one request in every state; nothing here moves.",
            paused_person=paused_by,
        )


def mark(
    people: Iterable[User], *, demo: CloudProject, showcase: CloudProject
) -> DemoMarker:
    """
    Write what the demo has made, within the transaction that makes it.

    :raises IntegrityError: if there is a marker
    """
    return DemoMarker.objects.create(
        id=_ONLY,
        user_ids=sorted(person.pk for person in people),
        cloud_project_id=demo.pk,
        showcase_id=showcase.pk,
    )


def adopt_first_version(
    url: str, logins: dict[str, str], *, seal: Callable[[CloudProject], str]
) -> DemoMarker | None:
    """
    Take over a demo that version 0.1 made, and move it to the simulator; None if it is not.

    Known by the addresses of the showcase, by a project `demo` on this machine, and by
    passwords that open what they stand beside in the file of logins. Whoever has another
    password or another mail address by now is somebody's own. `seal` returns the cloud's
    password, sealed for the addresses of this project.
    """
    with transaction.atomic():
        showcase = CloudProject.objects.filter(**SHOWCASE_ADDRESSES).first()
        demo = _demo_of_first_version()
        if not (showcase and demo) or find_marker():
            return None
        people = _people_of(logins)
        if not people:
            return None
        marker = mark(people, demo=demo, showcase=showcase)
        _move(demo, url, seal)
    return marker


def check_place(marker: DemoMarker, url: str) -> None:
    """
    Compare the demo's place with where its simulator listens now.

    One that somebody has connected to a real cloud is left to them.

    :raises PlaceDiffers: if the demo is on this machine, at another port
    """
    kept = CloudProject.objects.filter(
        id=marker.cloud_project_id, css_url__regex=LOOPBACK
    ).first()
    if kept and kept.css_url != url:
        raise PlaceDiffers(
            _(
                "The demo's cloud is at %(url)s, and the address of a cloud project in"
                " use cannot change. Start the simulator on that port; ./run keeps it"
                " in var/simulator-port."
            )
            % {"url": kept.css_url}
        )


def _demo_of_first_version() -> CloudProject | None:
    return CloudProject.objects.filter(
        name="demo",
        domain_name="demo-account",
        iam_url__regex=LOOPBACK,
        css_url__regex=LOOPBACK,
        vpc_url__regex=LOOPBACK,
    ).first()


def _people_of(logins: dict[str, str]) -> list[User]:
    people = User.objects.filter(username__in=logins)
    return [
        each
        for each in people
        if each.email == f"{each.username}@example.com"
        and each.check_password(logins[each.username])
    ]


def _move(demo: CloudProject, url: str, seal: Callable[[CloudProject], str]) -> None:
    """Have the addresses follow the simulator, which has kept its clusters."""
    before = demo.place.fingerprint
    with change_of_cloud_project(demo.pk, EventKind.PROJECT_CHANGED, via="seed_demo"):
        demo.iam_url = demo.css_url = demo.vpc_url = url
        CloudProject.objects.filter(id=demo.pk).update(
            iam_url=url, css_url=url, vpc_url=url, sealed_password=seal(demo)
        )
    demo.refresh_from_db()
    if before:
        _say_anew(demo, before)


def _say_anew(demo: CloudProject, before: str) -> None:
    """What was approved for the demo's old port, and sent there, is at the new one."""
    for rows in (
        ClusterRequest.objects.filter(cloud_project=demo),
        Decision.objects.filter(request__cloud_project=demo),
        Attempt.objects.filter(request__cloud_project=demo),
        InventorySnapshot.objects.filter(cloud_project=demo),
    ):
        rows.filter(place_sha256=before).update(place_sha256=demo.place.fingerprint)
