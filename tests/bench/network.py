"""The network of a large cloud project under a requests session; each page is made late."""

import copy
import json
import uuid
from io import BytesIO
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from tests.unit.cloud.samples import sample

RULES: Final = 20
"""How many rules each security group has."""


class LargeNetwork(HTTPAdapter):
    """Answers logins and reads of the catalog; counts calls and the bytes of each."""

    def __init__(self, *, subnets: int) -> None:
        super().__init__()
        self.subnets = subnets
        self.calls = 0
        self.longest = 0
        self._counts = {
            "subnets": subnets,
            "vpcs": max(1, subnets // 20),
            "security_groups": max(1, subnets // 10),
        }

    def send(self, request: PreparedRequest, *_args: Any, **_kwargs: Any) -> Response:
        """Return one answer."""
        url = urlsplit(str(request.url))
        name = url.path.rsplit("/", 1)[-1].replace("-", "_")
        body = json.dumps(self._answer(name, parse_qs(url.query))).encode()
        self.calls += 1
        self.longest = max(self.longest, len(body))
        is_login = request.method == "POST"
        answer = HTTPResponse(
            body=BytesIO(body),
            headers={"X-Subject-Token": "MII" + "a" * 4000} if is_login else {},
            status=201 if is_login else 200,
            preload_content=False,
        )
        return self.build_response(request, answer)

    def _answer(self, name: str, query: dict[str, list[str]]) -> Any:
        if name in self._counts:
            return {name: self._page(name, query)}
        return sample(
            {
                "tokens": "iam-token-response-201",
                "es_flavors": "flavors",
                "disktypes": "disktypes",
            }[name]
        )

    def _page(self, name: str, query: dict[str, list[str]]) -> list[dict[str, Any]]:
        [row] = sample(f"{name.replace('_', '-')}-v1")[name][:1]
        if name == "security_groups":
            row["security_group_rules"] *= RULES
        first = uuid.UUID(query["marker"][0]).int + 1 if "marker" in query else 0
        last = min(first + int(query["limit"][0]), self._counts[name])
        return [
            copy.copy(row)
            | {"id": str(uuid.UUID(int=number)), "name": f"{name}-{number}"}
            for number in range(first, last)
        ]
