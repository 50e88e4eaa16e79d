"""IAM: a password becomes a token that is scoped to one project."""

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
"""Without the catalog, which is long and which nobody here reads."""

_REFUSALS = frozenset({400, 401, 403, 404})
_TOKEN = re.compile(r"[!-~]+")
"""Printable ASCII: nothing that would break a header, or show up in its error."""


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """
    An IAM user. `domain` is the name of the account.

    The project is given by name, by id, or both; both must then be those of the token.
    `enterprise_project_id` is where its rights are used: no login names it, a token is
    good for all that the user may do.
    `project_domain` is the account that the name belongs to, for a Keystone that wants it
    beside the name (Open Telekom Cloud, FlexibleEngine); with an id it is not needed.
    """

    domain: str
    username: str
    password: str = field(repr=False)
    project_name: str = ""
    project_id: str = ""
    enterprise_project_id: str = ""
    project_domain: str = ""

    @property
    def as_sent(self) -> "Credentials":
        """
        Without the blanks that a value has which was pasted before they were taken off.

        IAM takes such a name for another user's, and counts the login as a wrong one.
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
    Ask IAM at the address `iam` for a token, exactly once.

    :raises SignInRefused: if it said no, or the token is not for the right project;
        never repeat it by itself, IAM locks the user after some tries
    :raises CloudUnavailable: if no usable answer came
    """
    credentials = credentials.as_sent
    body = json.dumps(_request(credentials)).encode()
    answer = http.post(iam + PATH, body=body)
    if not answer.is_success:
        raise _error(answer, credentials, now=clock())
    try:
        return _token(answer, credentials, now=clock())
    except UnexpectedShape as error:
        # Not the raw body: the answer to a login is never kept.
        raise AnswerUnreadable(str(error), status=answer.status) from None


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
    answer: CloudResponse, credentials: Credentials, *, now: datetime
) -> CloudError:
    """IAM echoes what it was sent, so its words lose the password and its body goes."""
    details = error_details(answer).without((credentials.password,))
    facts: dict[str, Any] = {
        "code": details.code,
        "status": answer.status,
        "request_id": details.request_id,
    }
    message = details.message or "IAM gave no reason"
    if answer.status == 429:
        pause = retry_after_of(answer, now=now)
        return Throttled(message, retry_after=pause, **facts)
    if answer.status in _REFUSALS:
        return SignInRefused(message, **facts)
    return CloudUnavailable(message, **facts)


def _token(answer: CloudResponse, credentials: Credentials, *, now: datetime) -> Token:
    token = JsonObject(answer.json).object("token")
    if token is None:
        raise UnexpectedShape("answer.token", "there")
    issued_at = token.text("issued_at")
    return Token(
        value=_value(answer),
        issued_at=_moment(issued_at) if issued_at else now,
        expires_at=_moment(token.required_text("expires_at")),
        project_id=_project_id(token, credentials, answer.status),
        roles=_roles(token),
    )


def _value(answer: CloudResponse) -> str:
    value = answer.headers.get("X-Subject-Token", "")
    if not _TOKEN.fullmatch(value):
        raise UnexpectedShape("X-Subject-Token", "a token")
    return value


def _roles(token: JsonObject) -> tuple[str, ...]:
    """Read the names; those of features under trial come and go and are no rights."""
    names = {role.text("name") for role in token.objects("roles")}
    return tuple(sorted(each for each in names if not each.startswith("op_gated_")))


def _project_id(token: JsonObject, credentials: Credentials, status: int) -> str:
    """A login without a right scope also answers 201, with a token of no use."""
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
    """Whether it is the account that was named; the id, where it is known, decides."""
    wanted = "" if credentials.project_id else credentials.project_domain
    domain = project.object("domain")
    told = domain.text("name") if domain else ""
    return not (wanted and told) or wanted.casefold() == told.casefold()


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UnexpectedShape("a time of the token", "a time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
