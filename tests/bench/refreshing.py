"""Reads the catalogs of small and large cloud projects, and prints what that took."""

import time
import tracemalloc

from django.db.models import TextField
from django.db.models.functions import Cast, Length
from django.test import Client

from clusters.cloud.huawei.auth import MemoryTokenStore
from clusters.cloud.huawei.client import HuaweiCloud
from clusters.models import CatalogSnapshot
from clusters.operations.projects.refresh_catalog import refresh_catalog
from tests import factories
from tests.bench.measuring import cost_of_page
from tests.bench.network import LargeNetwork
from tests.bench.table import print_line
from tests.clients import client_over

FORM = "/requests/new/?cloud_project=demo"


def run(database: str, *sizes: int) -> None:
    """Refresh for each number of subnets; then open the form on it."""
    project, client = factories.cloud_project("demo"), Client()
    client.force_login(factories.user("alice"))
    print_line(
        f"{database}; a VPC for 20 subnets, a security group of 20 rules for 10\n"
    )
    print_line(
        "| subnets | calls | longest answer, kB | refresh, ms | peak memory, MB"
        " | kept, kB | form, kB | form, ms |"
    )
    print_line("|---|---|---|---|---|---|---|---|")
    for size in sizes:
        network = LargeNetwork(subnets=size)
        milliseconds, peak = _refresh(project.pk, network)
        kept = _kept_bytes()
        form = cost_of_page(client, FORM)
        print_line(
            f"| {size:,} | {network.calls} | {network.longest / 1e3:,.0f}"
            f" | {milliseconds:,.0f} | {peak / 1e6:,.1f} | {kept / 1e3:,.0f}"
            f" | {form.bytes / 1e3:,.0f} | {form.milliseconds:,.0f} |"
        )


def _refresh(project_id: int, network: LargeNetwork) -> tuple[float, int]:
    """Return the milliseconds of one refresh, and the peak of a second one."""
    began = time.perf_counter()
    is_read = refresh_catalog(project_id, cloud=_cloud(network), now=factories.NOON)
    assert is_read, CatalogSnapshot.objects.get().error
    took = (time.perf_counter() - began) * 1000
    again = LargeNetwork(subnets=network.subnets)
    tracemalloc.start()
    refresh_catalog(project_id, cloud=_cloud(again), now=factories.NOON)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return took, peak


def _cloud(network: LargeNetwork) -> HuaweiCloud:
    return client_over(
        network,
        tokens=MemoryTokenStore(),
        clock=lambda: factories.NOON,
    )


def _kept_bytes() -> int:
    kept = CatalogSnapshot.objects.annotate(size=Length(Cast("data", TextField())))
    return kept.values_list("size", flat=True).get()
