"""Login and tokens: format, expiry, and every error."""

from typing import Any

import pytest

from clusters.simulator.account import Account, Project
from clusters.simulator.world import World
from tests.unit.simulator.caller import (
    ACCOUNT,
    PROJECT_ID,
    Caller,
    Clock,
    login,
    sample,
)
from tests.unit.simulator.shapes import shape


class TestSignIn:
    def test_matches_the_documented_sample(self, caller: Caller) -> None:
        response = caller.sign_in()
        assert response.status_code == 201
        documented = sample("iam-token-response-201")["token"]
        assert shape(response.json()) == {"token": shape(documented)}

    def test_returns_issue_and_expiry_times(self, caller: Caller) -> None:
        token = caller.sign_in().json()["token"]
        assert token["issued_at"] == "2026-11-23T12:00:00.000000Z"
        assert token["expires_at"] == "2026-11-24T12:00:00.000000Z"

    def test_returns_a_long_token_in_the_header_only(self, caller: Caller) -> None:
        response = caller.sign_in()
        token = response.headers["X-Subject-Token"]
        assert token.startswith("MII")
        assert 4_000 <= len(token) <= 16_384
        assert token not in response.text

    def test_issues_a_new_token_and_keeps_older_ones_valid(
        self, caller: Caller
    ) -> None:
        first = caller.token
        caller.sign_in()
        assert caller.token != first
        caller.token = first
        assert caller.css("GET", "clusters").status_code == 200

    @pytest.mark.parametrize("scope", [{"id": PROJECT_ID}, {"name": "cn-north-4"}])
    def test_accepts_the_project_by_id_or_name(
        self, caller: Caller, scope: dict[str, str]
    ) -> None:
        token = caller.sign_in(login(**scope)).json()["token"]
        assert token["project"]["id"] == PROJECT_ID
        assert token["project"]["name"] == "cn-north-4"

    def test_returns_a_catalog_without_nocatalog(self, caller: Caller) -> None:
        response = caller.call("POST", "/v3/auth/tokens", json=login())
        services = [each["type"] for each in response.json()["token"]["catalog"]]
        assert services == ["iam", "css", "vpc"]

    @pytest.mark.parametrize(
        ("scope", "key"), [({}, None), ({"domain": {"name": "demo-account"}}, "domain")]
    )
    def test_returns_a_token_without_css_access_without_a_project(
        self, caller: Caller, scope: dict[str, Any], key: str | None
    ) -> None:
        body = login()
        body["auth"]["scope"] = scope
        response = caller.sign_in(body)
        assert response.status_code == 201
        assert "project" not in response.json()["token"]
        assert key is None or key in response.json()["token"]
        assert caller.css("GET", "clusters").status_code == 403

    def test_prefers_the_project_scope_over_the_domain_scope(
        self, caller: Caller
    ) -> None:
        body = login()
        body["auth"]["scope"]["domain"] = {"name": "demo-account"}
        assert "project" in caller.sign_in(body).json()["token"]

    @pytest.mark.parametrize("wrong", ["password", "name", "domain"])
    def test_refuses_a_wrong_user_password_or_account(
        self, caller: Caller, wrong: str
    ) -> None:
        body = login()
        user = body["auth"]["identity"]["password"]["user"]
        user[wrong] = {"name": "other"} if wrong == "domain" else "other"
        response = caller.sign_in(body)
        assert response.status_code == 401
        assert response.json() == {
            "error": {
                "code": 401,
                "message": "The username or password is wrong.",
                "title": "Unauthorized",
            }
        }
        assert "X-Subject-Token" not in response.headers

    @pytest.mark.parametrize(
        "body",
        [
            b"{",
            b"[]",
            b"",
            b"{}",
            b'{"auth": null}',
            b"[" * 100_000,
            b"\xff",
            b'{"auth":{"identity":{"password":{"user":{"name":1}}}}}',
        ],
        ids=["cut", "list", "empty", "object", "null", "deep", "no utf-8", "number"],
    )
    def test_refuses_a_malformed_body(self, caller: Caller, body: bytes) -> None:
        response = caller.call("POST", "/v3/auth/tokens", data=body)
        assert response.status_code == 400
        assert response.json()["error"]["code"] == 400
        assert response.json()["error"]["title"] == "Bad Request"

    def test_refuses_a_password_with_a_lone_surrogate(self, caller: Caller) -> None:
        body = login()
        body["auth"]["identity"]["password"]["user"]["password"] = "\ud800"
        assert caller.sign_in(body).status_code == 401

    def test_answers_404_for_an_unknown_project(self, caller: Caller) -> None:
        response = caller.sign_in(login(name="cn-north-9"))
        assert response.status_code == 404
        assert response.json()["error"]["code"] == 404

    def test_scopes_a_token_to_one_project(self, clock: Clock) -> None:
        team = Project(id="f" * 32, name="cn-north-4_team")
        account = Account(projects=(*ACCOUNT.projects, team))
        caller = Caller.of(World(clock=clock, account=account))
        token = caller.sign_in(login(name="cn-north-4_team")).json()["token"]
        assert token["project"]["id"] == "f" * 32
        assert caller.css("GET", "clusters").status_code == 403
        caller.project_id = "f" * 32
        assert caller.css("GET", "clusters").status_code == 200


class TestToken:
    def refusal(self, caller: Caller) -> tuple[int, str, str]:
        response = caller.css("GET", "clusters")
        body = response.json()
        assert set(body) == {"error_code", "error_msg", "request_id"}
        assert body["request_id"] == response.headers["X-Request-Id"]
        return response.status_code, body["error_code"], body["error_msg"]

    def test_is_valid_until_it_expires(self, caller: Caller, clock: Clock) -> None:
        clock.now += 86_399
        assert caller.css("GET", "clusters").status_code == 200
        clock.now += 1
        status, code, message = self.refusal(caller)
        assert (status, code) == (401, "APIGW.0301")
        assert message.endswith(
            "token expires, expires_at: 2026-11-24T12:00:00.000000Z"
        )

    def test_can_have_a_shorter_lifetime(self, clock: Clock) -> None:
        caller = Caller.of(World(clock=clock, token_seconds=60))
        caller.sign_in()
        clock.now += 60
        assert self.refusal(caller)[1] == "APIGW.0301"

    def test_is_reported_missing(self, caller: Caller) -> None:
        caller.token = ""
        status, code, message = self.refusal(caller)
        assert (status, code) == (401, "APIGW.0301")
        assert message == (
            "Incorrect IAM authentication information: x-auth-token not found"
        )

    def test_is_invalid_if_truncated(self, caller: Caller) -> None:
        caller.token = caller.token[:-1]
        status, code, message = self.refusal(caller)
        assert (status, code) == (401, "APIGW.0301")
        assert message == (
            "Incorrect IAM authentication information: decrypt token fail"
        )

    def test_of_another_region_is_refused(self, clock: Clock) -> None:
        away = Project(id="e" * 32, name="eu-west-101", region="eu-west-101")
        caller = Caller.of(World(clock=clock, account=Account(projects=(away,))))
        caller.sign_in(login(name="eu-west-101"))
        assert self.refusal(caller)[:2] == (401, "APIGW.0307")

    def test_is_required_by_every_call_but_the_login(self, caller: Caller) -> None:
        caller.token = ""
        for response in (
            caller.create({}),
            caller.css("GET", "clusters/some-id"),
            caller.css("DELETE", "clusters/some-id"),
            caller.css("GET", "es-flavors"),
            caller.vpc("vpcs"),
            caller.vpc("subnets"),
            caller.vpc("security-groups"),
        ):
            assert response.json()["error_code"] == "APIGW.0301"

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", f"/v1/{PROJECT_ID}/clusters"),
            ("GET", f"/v2.0/{PROJECT_ID}/clusters"),
            ("PUT", f"/v1.0/{PROJECT_ID}/clusters"),
            ("GET", f"/v1.0/{PROJECT_ID}/clusters/"),
            ("GET", "/"),
        ],
    )
    def test_is_not_checked_on_unpublished_paths(
        self, caller: Caller, method: str, path: str
    ) -> None:
        response = caller.call(method, path)
        assert response.status_code == 404
        assert response.json()["error_code"] == "APIGW.0101"
