"""The vendor's SDK calls a cloud and says what it made of the answers. Its Python only."""

import json
import re
import sys
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException
from huaweicloudsdkcore.http.http_handler import HttpHandler
from huaweicloudsdkcore.utils.http_utils import sanitize_for_serialization


def main() -> None:
    """Make the calls that stdin names; write one report for each to stdout."""
    wish = json.load(sys.stdin)
    reports = [_call(wish["cloud"], **each) for each in wish["calls"]]
    json.dump(reports, sys.stdout)


def _call(
    cloud: dict[str, str],
    package: str,
    name: str,
    query: dict[str, Any] | None = None,
    body: Any = None,
) -> dict[str, Any]:
    """
    Make the call `name`, with `query` for the attributes of its request model.

    The report holds `answer`, or `refused` where the cloud said no.
    """
    models = import_module(package)
    answers: list[str] = []
    client = _client(models, cloud, answers)
    report: dict[str, Any] = {}
    request = getattr(models, f"{name}Request")(**(query or {}))
    if body is not None:
        body_type = request.openapi_types["body"]
        request.body = _decoded(client, body, body_type)
        report["unknown_in_body"] = unknown(models, body_type, body)
        report["body_again"] = sanitize_for_serialization(request.body)
    method = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    try:
        understood = getattr(client, method)(request)
    except ServiceResponseException as refusal:
        return {**report, "refused": str(refusal)}
    answer = json.loads(answers[-1])
    return {
        **report,
        "answer": answer,
        "answer_again": sanitize_for_serialization(understood),
        "unknown_in_answer": unknown(models, f"{name}Response", answer),
    }


def _client(models: Any, cloud: dict[str, str], answers: list[str]) -> Any:
    """Return the SDK's own client; the token goes with it beside its signature."""
    signed = BasicCredentials("any", "any", cloud["project_id"])
    kept = HttpHandler().add_response_handler(
        lambda response, **_: answers.append(response.text)
    )
    builder = models.CssClient.new_builder().with_credentials(signed)
    client = builder.with_endpoint(cloud["url"]).with_http_handler(kept).build()
    client.preset_headers = {"X-Auth-Token": cloud["token"]}
    return client


def _decoded(client: Any, data: Any, type_name: str) -> Any:
    text = SimpleNamespace(text=json.dumps(data))
    return client.deserialize(text, type_name, None)


def unknown(models: Any, type_name: str, data: Any, path: str = "") -> list[str]:
    """Return the paths of all keys that the model, and those within it, do not know."""
    many = re.fullmatch(r"list\[(.*)\]", type_name)
    if many:
        return [
            each for row in data or [] for each in unknown(models, many[1], row, path)
        ]
    model = getattr(models, type_name, None)
    if model is None or not isinstance(data, dict):
        return []
    types = {
        key: model.openapi_types[name] for name, key in model.attribute_map.items()
    }
    found = [f"{path}{key}" for key in data if key not in types]
    for key in data.keys() & types.keys():
        found += unknown(models, types[key], data[key], f"{path}{key}.")
    return sorted(set(found))


if __name__ == "__main__":
    main()
