"""
The demo of `./run`: its marker row, its cloud projects, and its upgrade from version 0.1.

Version 0.1 wrote no marker and gave the demo's simulator another port at each start. A
database of such a demo is upgraded once: it gets a marker, and the demo's cloud project
the simulator's present address. Addresses are never changed here once there is a marker.
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
    Cluster,
    ClusterRequest,
    Decision,
    DemoMarker,
    InventorySnapshot,
)
from clusters.models.cloud_project import PausedBy
from clusters.operations.core.project_changes import change_of_cloud_project
from clusters.operations.projects.places import write_place_of_history

_ONLY: Final = 1
SHOWCASE_ADDRESSES: Final = {
    "iam_url": "https://iam.showcase.invalid",
    "css_url": "https://css.showcase.invalid",
    "vpc_url": "https://vpc.showcase.invalid",
}
"""Names under `.invalid` never resolve (RFC 2606); only the showcase has these."""

LOOPBACK: Final = r"^http://127\.0\.0\.1:[0-9]+$"
"""Matches the address of a simulator on this machine."""


class PlaceDiffers(Exception):
    """The demo's cloud project has the address of another simulator."""


def find_marker() -> DemoMarker | None:
    """Return the row that names the demo's data; None if this is no demo's database."""
    return DemoMarker.objects.filter(id=_ONLY).first()


def is_in_use() -> bool:
    """Whether the database has people, cloud projects or requests."""
    return (
        User.objects.exists()
        or CloudProject.objects.exists()
        or ClusterRequest.objects.exists()
    )


def make_showcase(*, paused_by: User, now: datetime, via: str) -> CloudProject:
    """Create the paused cloud project that shows one request in every state."""
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
    Write the marker, in the transaction that creates the demo's data.

    :raises IntegrityError: if there is a marker
    """
    return DemoMarker.objects.create(
        id=_ONLY,
        user_ids=sorted(person.pk for person in people),
        cloud_project_id=demo.pk,
        showcase_id=showcase.pk,
    )


def adopt_first_version(
    url: str, logins: dict[str, str], *, encrypt: Callable[[CloudProject], str]
) -> DemoMarker | None:
    """
    Upgrade a demo of version 0.1; return its new marker, or None if it is no such demo.

    It is recognized by the addresses of the showcase, by a cloud project `demo` on this
    machine, and by people whose passwords are those of `logins` (user name to password).
    People who have changed their password or mail address are left alone.

    :param url: the simulator's present address, for the cloud project `demo`
    :param encrypt: returns the cloud's password, encrypted for the project's addresses
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
        _move(demo, url, encrypt)
    return marker


def check_place(marker: DemoMarker, url: str) -> None:
    """
    Check that the demo's cloud project has the address `url` of the running simulator.

    A demo that was connected to a real cloud is accepted as it is.

    :raises PlaceDiffers: if its address is another port of this machine
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


def _move(demo: CloudProject, url: str, encrypt: Callable[[CloudProject], str]) -> None:
    """Give the project the simulator's new address; its clusters are the same."""
    before = demo.place.fingerprint
    with change_of_cloud_project(demo.pk, EventKind.PROJECT_CHANGED, via="seed_demo"):
        demo.iam_url = demo.css_url = demo.vpc_url = url
        CloudProject.objects.filter(id=demo.pk).update(
            iam_url=url, css_url=url, vpc_url=url, sealed_password=encrypt(demo)
        )
    demo.refresh_from_db()
    if before:
        _replace_fingerprint(demo, before)


def _replace_fingerprint(demo: CloudProject, before: str) -> None:
    """Replace the fingerprint of the old place in all rows of this project."""
    for rows in (
        ClusterRequest.objects.filter(cloud_project=demo),
        Cluster.objects.filter(cloud_project=demo),
        InventorySnapshot.objects.filter(cloud_project=demo),
    ):
        rows.filter(place_sha256=before).update(place_sha256=demo.place.fingerprint)
    write_place_of_history(
        demo,
        Decision.objects.filter(request__cloud_project=demo, place_sha256=before),
        Attempt.objects.filter(request__cloud_project=demo, place_sha256=before),
        why="The demo's simulator has another port than in version 0.1.",
        via="seed_demo",
    )
