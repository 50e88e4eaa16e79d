"""Calls a cloud with the vendor's SDK and reports what it parsed; runs in its Python."""

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
    """Make the calls that stdin lists as JSON; write a report for each to stdout."""
    task = json.load(sys.stdin)
    reports = [_call(task["cloud"], **each) for each in task["calls"]]
    json.dump(reports, sys.stdout)


def _call(
    cloud: dict[str, str],
    package: str,
    name: str,
    query: dict[str, Any] | None = None,
    body: Any = None,
) -> dict[str, Any]:
    """
    Make the call `name`, with `query` as attributes of its request model.

    The report has `answer` (the JSON as received), `answer_again` (as the SDK writes
    what it parsed) and keys that its models do not know; or `refused`.
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
        parsed = getattr(client, method)(request)
    except ServiceResponseException as refusal:
        return {**report, "refused": str(refusal)}
    answer = json.loads(answers[-1])
    return {
        **report,
        "answer": answer,
        "answer_again": sanitize_for_serialization(parsed),
        "unknown_in_answer": unknown(models, f"{name}Response", answer),
    }


def _client(models: Any, cloud: dict[str, str], answers: list[str]) -> Any:
    """Return the SDK's client, which sends the token beside its own signature."""
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
    """Return the paths of all keys that the model and its nested models do not have."""
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
