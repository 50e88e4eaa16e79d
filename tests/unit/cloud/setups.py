"""A scripted cloud over real connections, for the tests of the client."""

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from clusters.cloud.dialect import Dialect
from clusters.cloud.hosts import AllowedHosts
from clusters.cloud.huawei.auth import MemoryTokenStore
from clusters.cloud.huawei.client import Credentials, Endpoints, HuaweiCloud
from clusters.cloud.huawei.http import CloudHttp
from clusters.cloud.types import CreateResult, GateCallback
from tests.unit.cloud.samples import sample
from tests.unit.cloud.test_responses import NOON
from tests.unit.cloud.wire import LOOPBACK, Behaviour, ScriptedServer, reply

PASSWORD = "example-Passw0rd"
FIRST = "MIIfirst" + "a" * 4000
SECOND = "MIIsecond" + "b" * 4000
PROJECT = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
BODY = json.dumps({"cluster": {"name": "ES-Test"}}).encode()
CLUSTERS = f"/v1.0/{PROJECT}/clusters"

MADE = reply(200, sample("create-response-200"))
TOKEN_REFUSED = reply(401, {"error_code": "APIGW.0301", "error_msg": "token expires"})


def granted(value: str) -> Behaviour:
    return reply(201, sample("iam-token-response-201"), x_subject_token=value)


def open_gate() -> None:
    return None


class Setup:
    """Two scripted servers (IAM; CSS and VPC in one) and a client for them."""

    def __init__(
        self,
        iam: ScriptedServer,
        css: ScriptedServer,
        http: CloudHttp,
        dialect: Dialect,
    ) -> None:
        self.iam = iam
        self.css = css
        self.tokens = MemoryTokenStore()
        self.cloud = HuaweiCloud(
            http=http,
            region="cn-north-4",
            endpoints=Endpoints(iam=iam.url, css=css.url, vpc=css.url, dialect=dialect),
            credentials=Credentials(
                domain="example-account",
                username="portal-bot",
                password=PASSWORD,
                project_name="cn-north-4",
            ),
            tokens=self.tokens,
            clock=lambda: NOON,
        )

    @property
    def sent_tokens(self) -> list[str]:
        return [each.headers["x-auth-token"] for each in self.css.received]

    def create(self, gate: GateCallback = open_gate) -> CreateResult:
        return self.cloud.create(BODY, gate=gate)


@contextmanager
def setup(
    *css: Behaviour,
    iam: tuple[Behaviour, ...] = (granted(FIRST), granted(SECOND)),
    read_timeout: float = 2.0,
    tls: ssl.SSLContext | None = None,
    ca_file: str = "",
    hosts: AllowedHosts = LOOPBACK,
    dialect: Dialect = Dialect.HUAWEI,
) -> Iterator[Setup]:
    http = CloudHttp(
        connect_timeout=0.3,
        read_timeout=read_timeout,
        ca_file=ca_file,
        hosts=hosts,
    )
    with (
        ScriptedServer(*iam) as iam_server,
        ScriptedServer(*css, tls=tls) as css_server,
    ):
        yield Setup(iam_server, css_server, http, dialect)
        http.close()
