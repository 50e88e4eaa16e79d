"""
The login at IAM: a user name and a password for a token scoped to one project.

Source: IAM API Reference, Obtaining a User Token Through Password Authentication, which
is the Identity API v3 of OpenStack Keystone.
"""

import json
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from clusters.cloud.errors import (
    AnswerUnreadable,
    CloudError,
    CloudUnavailable,
    SignInRefused,
    Throttled,
)
from clusters.cloud.huawei.auth import Clock, utc_now
from clusters.cloud.huawei.http import CloudHttp
from clusters.cloud.huawei.json_object import JsonObject, UnexpectedShape
from clusters.cloud.huawei.responses import CloudResponse, error_details, retry_after_of
from clusters.cloud.text_cleaning import tidy_value
from clusters.cloud.types import Token

PATH = "/v3/auth/tokens?nocatalog=true"
"""`nocatalog` leaves out the service catalog, which is large and not used here."""

_REFUSALS = frozenset({400, 401, 403, 404})
"""Statuses that mean: not with these credentials. Others may pass (410, 429, 5xx)."""
_TOKEN = re.compile(r"[!-~]+")
"""Printable ASCII: anything else is not valid in a header, whose error would quote it."""


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """
    An IAM user, and the project to sign in to.

    The project is given by name, by id or by both; the token must then match both.
    """

    domain: str
    """Name of the account; not a DNS domain."""
    username: str
    password: str = field(repr=False)
    project_name: str = ""
    """Name of a region, such as cn-north-4, or of a sub-project of it."""
    project_id: str = ""
    enterprise_project_id: str = ""
    """Not sent with a login: a token covers all permissions of the user."""
    project_domain: str = ""
    """
    Name of the account that `project_name` belongs to.

    Keystone requires it beside the name (Open Telekom Cloud, FlexibleEngine); Huawei's
    IAM does not, and with a project id it is not needed.
    """

    @property
    def as_sent(self) -> "Credentials":
        """
        The same without invisible characters (`clusters.cloud.text_cleaning`).

        Values are cleaned when they are saved; rows of older versions may have them.
        """
        return replace(
            self,
            domain=tidy_value(self.domain),
            username=tidy_value(self.username),
            project_name=tidy_value(self.project_name),
            project_id=tidy_value(self.project_id),
            project_domain=tidy_value(self.project_domain),
        )


def sign_in(
    http: CloudHttp, iam: str, credentials: Credentials, *, clock: Clock = utc_now
) -> Token:
    """
    Make one login; it is never repeated here.

    :param iam: address of IAM, scheme://host[:port]
    :return: the token of the header X-Subject-Token
    :raises SignInRefused: if IAM refused it, or the token is not for the wanted project;
        not to be repeated automatically, since IAM locks the user after some tries
    :raises Throttled: if IAM asked to slow down (IAM.0012)
    :raises CloudUnavailable: if no usable response came
    """
    credentials = credentials.as_sent
    body = json.dumps(_request(credentials)).encode()
    response = http.post(iam + PATH, body=body)
    if not response.is_success:
        raise _error(response, credentials, now=clock())
    try:
        return _token(response, credentials, now=clock())
    except UnexpectedShape as error:
        # Without the raw body: the response to a login is never stored.
        raise AnswerUnreadable(str(error), status=response.status) from None


def _project(credentials: Credentials) -> dict[str, Any]:
    if credentials.project_id:
        return {"id": credentials.project_id}
    named: dict[str, Any] = {"name": credentials.project_name}
    if credentials.project_domain:
        named["domain"] = {"name": credentials.project_domain}
    return named


def _request(credentials: Credentials) -> dict[str, Any]:
    return {
        "auth": {
            "identity": {
                "methods": ["password"],
                "password": {
                    "user": {
                        "name": credentials.username,
                        "password": credentials.password,
                        "domain": {"name": credentials.domain},
                    }
                },
            },
            "scope": {"project": _project(credentials)},
        }
    }


def _error(
    response: CloudResponse, credentials: Credentials, *, now: datetime
) -> CloudError:
    """Return the error for a failed login, without the body, which may echo the password."""
    details = error_details(response).without((credentials.password,))
    fields: dict[str, Any] = {
        "code": details.code,
        "status": response.status,
        "request_id": details.request_id,
    }
    message = details.message or "IAM gave no reason"
    if response.status == 429:
        pause = retry_after_of(response, now=now)
        return Throttled(message, retry_after=pause, **fields)
    if response.status in _REFUSALS:
        return SignInRefused(message, **fields)
    return CloudUnavailable(message, **fields)


def _token(
    response: CloudResponse, credentials: Credentials, *, now: datetime
) -> Token:
    token = JsonObject(response.json).object("token")
    if token is None:
        raise UnexpectedShape("answer.token", "there")
    issued_at = token.text("issued_at")
    return Token(
        value=_token_value(response),
        issued_at=_parse_time(issued_at) if issued_at else now,
        expires_at=_parse_time(token.required_text("expires_at")),
        project_id=_project_id(token, credentials, response.status),
        roles=_roles(token),
    )


def _token_value(response: CloudResponse) -> str:
    value = response.headers.get("X-Subject-Token", "")
    if not _TOKEN.fullmatch(value):
        raise UnexpectedShape("X-Subject-Token", "a token")
    return value


def _roles(token: JsonObject) -> tuple[str, ...]:
    """
    Return the names of the roles, sorted.

    Those that begin with op_gated_ mark features under trial; they are no permissions
    and change without notice.
    """
    names = {role.text("name") for role in token.objects("roles")}
    return tuple(sorted(each for each in names if not each.startswith("op_gated_")))


def _project_id(token: JsonObject, credentials: Credentials, status: int) -> str:
    """
    Return the project id of the token.

    A login whose scope is not a project returns 201 as well, with a token that no CSS
    call accepts.

    :raises SignInRefused: if the token has no project, or another than the wanted one
    """
    project = token.object("project")
    found = project.text("id") if project else ""
    if project is None or not found:
        raise SignInRefused("Signed in, but not into a project", status=status)
    named = project.text("name")
    is_wanted = (
        (credentials.project_id or found) == found
        and (credentials.project_name or named) == named
        and _is_in_domain(project, credentials)
    )
    if not is_wanted:
        raise SignInRefused(
            f"Signed in, but into another project: {named} ({found})", status=status
        )
    return found


def _is_in_domain(project: JsonObject, credentials: Credentials) -> bool:
    """Whether the project is in the account that was named; with an id it always is."""
    wanted = "" if credentials.project_id else credentials.project_domain
    domain = project.object("domain")
    told = domain.text("name") if domain else ""
    return not (wanted and told) or wanted.casefold() == told.casefold()


def _parse_time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UnexpectedShape("a time of the token", "a time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
