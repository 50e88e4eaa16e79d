"""
Asks for clusters by the operations that the pages call, and prints them as JSON.

`python -m tests.bench.asking submitted|approved PREFIX COUNT PROJECT ...`, in turn in
these cloud projects; `... decided` prints when each request was approved, and
`... looked PROJECT ...` lists the clusters of these as a worker does.
"""

import json
import sys
from typing import Any

import django


def main(what: str, *arguments: str) -> list[dict[str, Any]]:
    """Run the command that the first argument names."""
    if what == "decided":
        return _decided()
    if what == "looked":
        return [_look(project) for project in arguments]
    prefix, count, *projects = arguments
    return [
        _ask(what, f"{prefix}-{number}", projects[number % len(projects)])
        for number in range(int(count))
    ]


def _ask(what: str, name: str, project: str) -> dict[str, Any]:
    # Imported late: these need the settings.
    from django.utils import timezone  # noqa: PLC0415

    from tests import factories  # noqa: PLC0415

    row = getattr(factories, what)(
        name,
        project=factories.cloud_project(project),
        now=timezone.now(),
        instance_num=1,
    )
    return {
        "id": str(row.id),
        "path": f"/requests/{row.id}/",
        "body": row.body,
        "body_sha256": row.body_sha256,
    }


def _decided() -> list[dict[str, Any]]:
    from clusters.models import Decision  # noqa: PLC0415

    return [
        {"id": str(each.request_id), "at": each.at.timestamp()}
        for each in Decision.objects.filter(request__name__startswith="bench")
    ]


def _look(name: str) -> dict[str, Any]:
    from clusters import wiring  # noqa: PLC0415
    from clusters.models import CloudProject  # noqa: PLC0415
    from clusters.operations.inventory.scan import scan_inventory  # noqa: PLC0415

    project = CloudProject.objects.get(name=name)
    listing = scan_inventory(project.pk, cloud=wiring.cloud(project))
    return {"project": name, "clusters": len(listing.clusters)}


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(main(*sys.argv[1:])))
