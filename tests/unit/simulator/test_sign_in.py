"""Signing in: the token, its shape, its end, and every way to be refused."""

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
    def test_answers_in_the_documented_shape(self, caller: Caller) -> None:
        answer = caller.sign_in()
        assert answer.status_code == 201
        documented = sample("iam-token-response-201")["token"]
        assert shape(answer.json()) == {"token": shape(documented)}

    def test_tells_the_times_of_the_token(self, caller: Caller) -> None:
        token = caller.sign_in().json()["token"]
        assert token["issued_at"] == "2026-11-23T12:00:00.000000Z"
        assert token["expires_at"] == "2026-11-24T12:00:00.000000Z"

    def test_gives_a_long_token_in_the_header_only(self, caller: Caller) -> None:
        answer = caller.sign_in()
        token = answer.headers["X-Subject-Token"]
        assert token.startswith("MII")
        assert 4_000 <= len(token) <= 16_384
        assert token not in answer.text

    def test_gives_another_token_each_time_and_keeps_the_old_one_good(
        self, caller: Caller
    ) -> None:
        first = caller.token
        caller.sign_in()
        assert caller.token != first
        caller.token = first
        assert caller.css("GET", "clusters").status_code == 200

    @pytest.mark.parametrize("scope", [{"id": PROJECT_ID}, {"name": "cn-north-4"}])
    def test_takes_the_project_by_id_or_name(
        self, caller: Caller, scope: dict[str, str]
    ) -> None:
        token = caller.sign_in(login(**scope)).json()["token"]
        assert token["project"]["id"] == PROJECT_ID
        assert token["project"]["name"] == "cn-north-4"

    def test_lists_a_catalog_unless_told_not_to(self, caller: Caller) -> None:
        answer = caller.call("POST", "/v3/auth/tokens", json=login())
        services = [each["type"] for each in answer.json()["token"]["catalog"]]
        assert services == ["iam", "css", "vpc"]

    @pytest.mark.parametrize(
        ("scope", "key"), [({}, None), ({"domain": {"name": "demo-account"}}, "domain")]
    )
    def test_gives_a_token_of_no_use_without_a_project(
        self, caller: Caller, scope: dict[str, Any], key: str | None
    ) -> None:
        body = login()
        body["auth"]["scope"] = scope
        answer = caller.sign_in(body)
        assert answer.status_code == 201
        assert "project" not in answer.json()["token"]
        assert key is None or key in answer.json()["token"]
        assert caller.css("GET", "clusters").status_code == 403

    def test_prefers_the_project_where_both_scopes_are_there(
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
        answer = caller.sign_in(body)
        assert answer.status_code == 401
        assert answer.json() == {
            "error": {
                "code": 401,
                "message": "The username or password is wrong.",
                "title": "Unauthorized",
            }
        }
        assert "X-Subject-Token" not in answer.headers

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
    def test_refuses_what_is_no_login(self, caller: Caller, body: bytes) -> None:
        answer = caller.call("POST", "/v3/auth/tokens", data=body)
        assert answer.status_code == 400
        assert answer.json()["error"]["code"] == 400
        assert answer.json()["error"]["title"] == "Bad Request"

    def test_takes_no_offence_at_a_password_that_is_no_text(
        self, caller: Caller
    ) -> None:
        body = login()
        body["auth"]["identity"]["password"]["user"]["password"] = "\ud800"
        assert caller.sign_in(body).status_code == 401

    def test_does_not_find_an_unknown_project(self, caller: Caller) -> None:
        answer = caller.sign_in(login(name="cn-north-9"))
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == 404

    def test_tells_projects_apart(self, clock: Clock) -> None:
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
        answer = caller.css("GET", "clusters")
        body = answer.json()
        assert set(body) == {"error_code", "error_msg", "request_id"}
        assert body["request_id"] == answer.headers["X-Request-Id"]
        return answer.status_code, body["error_code"], body["error_msg"]

    def test_is_good_until_its_end_and_no_longer(
        self, caller: Caller, clock: Clock
    ) -> None:
        clock.now += 86_399
        assert caller.css("GET", "clusters").status_code == 200
        clock.now += 1
        status, code, words = self.refusal(caller)
        assert (status, code) == (401, "APIGW.0301")
        assert words.endswith("token expires, expires_at: 2026-11-24T12:00:00.000000Z")

    def test_may_live_shorter(self, clock: Clock) -> None:
        caller = Caller.of(World(clock=clock, token_seconds=60))
        caller.sign_in()
        clock.now += 60
        assert self.refusal(caller)[1] == "APIGW.0301"

    def test_is_missed_where_it_is_absent(self, caller: Caller) -> None:
        caller.token = ""
        status, code, words = self.refusal(caller)
        assert (status, code) == (401, "APIGW.0301")
        assert words == (
            "Incorrect IAM authentication information: x-auth-token not found"
        )

    def test_is_not_understood_where_it_is_cut(self, caller: Caller) -> None:
        caller.token = caller.token[:-1]
        status, code, words = self.refusal(caller)
        assert (status, code) == (401, "APIGW.0301")
        assert words == ("Incorrect IAM authentication information: decrypt token fail")

    def test_of_another_region_must_be_updated(self, clock: Clock) -> None:
        away = Project(id="e" * 32, name="eu-west-101", region="eu-west-101")
        caller = Caller.of(World(clock=clock, account=Account(projects=(away,))))
        caller.sign_in(login(name="eu-west-101"))
        assert self.refusal(caller)[:2] == (401, "APIGW.0307")

    def test_is_asked_for_by_every_call_but_the_login(self, caller: Caller) -> None:
        caller.token = ""
        for answer in (
            caller.create({}),
            caller.css("GET", "clusters/some-id"),
            caller.css("DELETE", "clusters/some-id"),
            caller.css("GET", "es-flavors"),
            caller.vpc("vpcs"),
            caller.vpc("subnets"),
            caller.vpc("security-groups"),
        ):
            assert answer.json()["error_code"] == "APIGW.0301"

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
    def test_does_not_help_where_no_api_is_published(
        self, caller: Caller, method: str, path: str
    ) -> None:
        answer = caller.call(method, path)
        assert answer.status_code == 404
        assert answer.json()["error_code"] == "APIGW.0101"
