"""Every table of one earlier migration state, filled."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from django.apps.registry import Apps

from tests.services.migration.dump import Rows
from tests.services.migration.old_requests import add_request, place_of, salted
from tests.services.migration.old_rows import OldRows
from tests.services.migration.situations import SITUATIONS

_PEOPLE: Final = {
    "alice": "",
    "bob": "approvers",
    "charlie": "",
    "dora": "auditors",
    "olga": "operators",
}
"""Who there is, and in which group: Alice asks, Bob decides, Charlie takes over."""
_PAUSE: Final = (
    "paused_at",
    "paused_by",
    "paused_reason",
    "polled_until",
    "quarantined_at",
)
_OTHER_SUBJECTS: Final = ("person", "group", "cloud_project")


def write(apps: Apps, step: int) -> Rows:
    """
    Write rows of the migration state number `step` and return them.

    There are two cloud projects: one that runs, and one that a person has paused and
    whose project id was never stored. Each situation that the state can express is one
    request.
    """
    rows = OldRows(apps, step)
    people = add_people(apps)
    projects = [_add_project(rows), _add_paused_project(rows, people["olga"])]
    rows.save()
    columns = rows.columns("ClusterRequest")
    for number, situation in enumerate(SITUATIONS):
        if situation.is_expressible(columns):
            project = projects[number % 4 == 3]
            add_request(rows, situation, project, people)
    rows.save()
    _add_beside(rows, projects[0], people)
    rows.save()
    return rows.saved()


def write_twins(apps: Apps) -> None:
    """Write two requests that have recorded the same cluster and say other things of it."""
    rows = OldRows(apps, step=18)
    cluster_id, project = (
        str(rows.values.id()),
        rows.model("CloudProject").objects.first(),
    )
    for situation in SITUATIONS:
        if situation.name in ("active", "failed-deleting"):
            twin = replace(
                situation,
                name=f"twin-{situation.name}",
                set=situation.set | {"cluster_id": cluster_id},
            )
            add_request(rows, twin, project, add_people(apps))
    rows.save()


def add_people(apps: Apps) -> dict[str, Any]:
    """Return the people by name; those who are not there yet are made."""
    return {name: _person(apps, name, group) for name, group in _PEOPLE.items()}


def _person(apps: Apps, name: str, group: str) -> Any:
    users, groups = (apps.get_model("auth", each).objects for each in ("User", "Group"))
    person, _is_new = users.get_or_create(
        username=name, defaults={"email": f"{name}@example.com"}
    )
    if group:
        person.groups.add(groups.get_or_create(name=group)[0])
    return person


def _add_project(rows: OldRows) -> Any:
    values = rows.filled("CloudProject", empty=_PAUSE)
    return rows.add("CloudProject", values)


def _add_paused_project(rows: OldRows, olga: Any) -> Any:
    values = rows.filled("CloudProject", empty=("polled_until", "quarantined_at"))
    person = {"paused_by": "person", "paused_person": olga}
    return rows.add("CloudProject", {**values, **person, "project_id": ""})


def _add_beside(rows: OldRows, project: Any, people: dict[str, Any]) -> None:
    """Add a row of every other table that there is in this state."""
    of_project = {"cloud_project": project, "place_sha256": place_of(project)}
    of_alice = {"person": people["alice"]}
    newest = rows.model("Event").objects.latest("id")
    of_project |= {"left_out": [_left_out(rows)], "clusters": [*_listed(rows, project)]}
    for name in rows.one_of_each_project():
        _add(rows, name, of_project)
    _add(rows, "Heartbeat", {"kind": "worker"})
    _add(rows, "Mail", of_alice | {"event": newest})
    _add(rows, "SignInCount", {"kind": "name"})
    _add(rows, "KeptForm", of_alice)
    # These have one row at most, a mailbox one for each person.
    for name in ("Installation", "DemoMarker", "Mailbox"):
        if rows.has(name) and not rows.model(name).objects.exists():
            _add(rows, name, of_alice)
    if "subject_kind" in rows.columns("Event"):
        _add_other_chains(rows, project, people["olga"])


def _add(rows: OldRows, name: str, values: dict[str, Any]) -> None:
    if rows.has(name):
        rows.add(name, rows.filled(name) | values)


def _left_out(rows: OldRows) -> dict[str, Any]:
    return {
        "what": "flavors",
        "count": rows.values.number(),
        "first": f"left_out-{rows.values.number()}",
        "may_be_ours": rows.values.number(),
        "more_than": None,
    }


def _listed(rows: OldRows, project: Any) -> Iterator[dict[str, Any]]:
    """Yield a listed cluster for each request that is unclear, and one of nobody's."""
    requests = rows.model("ClusterRequest").objects.filter(cloud_project=project)
    number = rows.values.number
    for request in [*requests.filter(state="unclear").order_by("name"), None]:
        yield {
            "id": str(rows.values.id()),
            "name": request.name if request else f"listed-{number()}",
            "tag": str(request.id if request else rows.values.id()),
            "engine": f"engine-{number()}",
            "flavors": [f"flavor-{number()}"],
            "nodes": number(),
            "vpc_id": f"vpc-{number()}",
            "subnet_id": f"subnet-{number()}",
            "created": rows.values.moment().isoformat(),
            "tags_unread": False,
        }


def _add_other_chains(rows: OldRows, project: Any, olga: Any) -> None:
    """Go on with the chains of a person, a group, a cloud project, the installation."""
    subjects = dict.fromkeys(_OTHER_SUBJECTS, str(project.pk)) | {"installation": ""}
    for kind, subject_id in subjects.items():
        events = rows.model("Event").objects
        chain = events.filter(subject_kind=kind, subject_id=subject_id)
        of_subject = {
            "subject_kind": kind,
            "subject_id": subject_id,
            "seq": chain.count() + 1,
            "actor": olga,
        }
        _add(rows, "Event", {**salted(rows), **of_subject})
