"""The client of the one simulated account, over whatever wire a test or a bench has."""

from collections.abc import Callable
from datetime import datetime

from requests.adapters import BaseAdapter

from clusters.cloud.huawei.auth import TokenStore
from clusters.cloud.huawei.client import Credentials, Endpoints, HuaweiCloud
from clusters.cloud.huawei.http import CloudHttp
from clusters.simulator.account import REGION, Account
from tests.drill.cloud import PASSWORD

PROJECT = Account().projects[0]


def client_over(
    adapter: BaseAdapter,
    *,
    tokens: TokenStore,
    clock: Callable[[], datetime],
    password: str = PASSWORD,
    css: str = "https://css.test",
    project_id: str = PROJECT.id,
    enterprise_project_id: str = "",
) -> HuaweiCloud:
    """Return a client whose calls all go through this adapter."""
    return HuaweiCloud(
        http=CloudHttp(connect_timeout=5, read_timeout=60, adapter=adapter),
        region=REGION,
        endpoints=Endpoints(iam="https://iam.test", css=css, vpc="https://vpc.test"),
        credentials=Credentials(
            domain="demo-account",
            username="portal-bot",
            password=password,
            project_name=PROJECT.name,
            project_id=project_id,
            enterprise_project_id=enterprise_project_id,
        ),
        tokens=tokens,
        clock=clock,
    )
