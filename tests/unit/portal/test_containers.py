"""The image and compose.yaml keep what docs/deploy.md promises of them."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from portal.environment import Environment
from tests.services.layout import named_for_the_image
from tests.services.stack import ROOT
from tests.unit.portal.test_env_example import listed

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
PORTAL = ("web", "worker", "beat", "migrate")


def seconds(duration: str) -> int:
    assert duration.endswith("s"), duration
    return int(duration[:-1])


class TestImage:
    def test_holds_the_product_and_no_keys_state_or_tests(self) -> None:
        product = {"manage.py", "Procfile", "requirements.txt"}
        product |= {"clusters", "portal", "static", "templates"}
        assert {name for name in named_for_the_image() if "*" not in name} == product

    def test_runs_as_somebody_who_is_not_root(self) -> None:
        last_stage = DOCKERFILE.rpartition("\nFROM ")[2]
        users = re.findall(r"^USER (\d+):(\d+)$", last_stage, re.M)
        assert users == [("10001", "10001")]
        assert "--chown" not in last_stage, "the portal could change its own code"

    def test_installs_only_what_the_lock_names(self) -> None:
        assert "--require-hashes --only-binary :all:" in DOCKERFILE
        assert DOCKERFILE.count("pip --python /venv install") == 1

    def test_sets_no_secret(self) -> None:
        kept = re.findall(r"^(?:ENV|ARG) (.+(?:\\\n.+)*)", DOCKERFILE, re.M)
        assert kept
        assert not re.search("KEY|SECRET|PASSWORD|URL", "".join(kept))

    def test_listens_on_all_addresses_of_its_container(self) -> None:
        last_stage = DOCKERFILE.rpartition("\nFROM ")[2]
        assert re.search(r"^ENV (?:.+\\\n)*.*BIND_ADDRESS=0\.0\.0\.0", last_stage, re.M)
        for name in PORTAL:
            environment = COMPOSE["services"][name]["environment"]
            assert environment["BIND_ADDRESS"] == "0.0.0.0"  # noqa: S104 - as it says

    def test_is_checked_through_a_file_that_asks_for_livez(self) -> None:
        check = re.search(
            r'HEALTHCHECK .*\\\n +CMD \["python", "-I", "(.+)"\]', DOCKERFILE
        )
        assert check
        assert '"/livez"' in (ROOT / check[1]).read_text()


class TestEntryPoint:
    @pytest.mark.parametrize("name", ["web", "worker", "beat"])
    def test_starts_the_line_of_the_procfile(self, name: str, tmp_path: Path) -> None:
        (tmp_path / "portal").mkdir()
        entry = tmp_path / "portal" / "entrypoint.sh"
        entry.write_text((ROOT / "portal" / "entrypoint.sh").read_text())
        (tmp_path / "Procfile").write_text(
            "web: exec echo web $((4 + 4))\nworker: exec echo worker\nbeat: exec echo beat"
        )
        done = subprocess.run(
            ["/bin/sh", entry, name], capture_output=True, text=True, check=True
        )
        assert done.stdout.split()[0] == name

    def test_runs_any_other_command_and_keeps_its_exit_code(self) -> None:
        entry = ROOT / "portal" / "entrypoint.sh"
        done = subprocess.run(["/bin/sh", entry, "sh", "-c", "exit 7"], check=False)
        assert done.returncode == 7


class TestCompose:
    def test_starts_each_kind_of_process_of_the_procfile_and_one_beat(self) -> None:
        lines = (ROOT / "Procfile").read_text().splitlines()
        kinds = [line.partition(":")[0] for line in lines]
        services = COMPOSE["services"]
        assert [services[kind]["command"] for kind in kinds] == kinds
        assert services["beat"]["deploy"] == {"replicas": 1}

    def test_gives_the_worker_longer_than_a_call_to_the_cloud_takes(self) -> None:
        call = settings.CONNECT_TIMEOUT + settings.READ_TIMEOUT
        grace = seconds(COMPOSE["services"]["worker"]["stop_grace_period"])
        assert grace > call + 15

    @pytest.mark.parametrize("name", PORTAL)
    def test_hands_secrets_over_in_files_only(self, name: str) -> None:
        service = COMPOSE["services"][name]
        files = {
            variable.removesuffix("_FILE").lower(): path
            for variable, path in service["environment"].items()
            if variable.endswith("_FILE")
        }
        assert files == {each: f"/run/secrets/{each}" for each in service["secrets"]}
        assert set(service["environment"]).isdisjoint(each.upper() for each in files)
        assert set(files) <= set(COMPOSE["secrets"])

    def test_opens_redis_to_nobody_without_the_password(self) -> None:
        redis = COMPOSE["services"]["redis"]
        assert redis["secrets"] == ["redis_conf"]
        program, file, *_ = redis["command"].split()
        assert (program, file) == ("redis-server", "/run/secrets/redis_conf")
        kind, check = redis["healthcheck"]["test"]
        assert kind == "CMD-SHELL"
        assert f"REDISCLI_AUTH=$$(sed -n 's/^requirepass //p' {file})" in check

    @pytest.mark.parametrize("name", PORTAL)
    def test_sets_only_variables_that_the_portal_reads(self, name: str) -> None:
        variables = COMPOSE["services"][name]["environment"]
        assert {each.removesuffix("_FILE") for each in variables} <= set(listed())

    @pytest.mark.parametrize("name", PORTAL)
    def test_lets_the_portal_change_nothing_and_gain_no_rights(self, name: str) -> None:
        service = COMPOSE["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]

    def test_keeps_no_log_without_a_limit(self) -> None:
        for name, service in COMPOSE["services"].items():
            assert service["logging"]["options"]["max-size"], name

    def test_shows_nothing_but_web_and_that_to_this_machine_only(self) -> None:
        shown = {
            name: service["ports"]
            for name, service in COMPOSE["services"].items()
            if "ports" in service
        }
        assert shown == {"web": ["127.0.0.1:${WEB_PORTS:-8000}:8000"]}
        assert COMPOSE["networks"]["inside"] == {"internal": True}
        for name in ("database", "redis"):
            assert COMPOSE["services"][name]["networks"] == ["inside"]


class TestDeployGuide:
    def test_makes_secrets_that_the_portal_accepts(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        guide = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
        block = next(
            each
            for each in re.findall(r"```sh\n(.+?)```", guide, re.S)
            if "mkdir" in each
        )
        (tmp_path / ".env.example").touch()
        subprocess.run(["/bin/sh", "-eu", "-c", block], cwd=tmp_path, check=True)
        secrets = tmp_path / "secrets"
        assert {each.name for each in secrets.iterdir()} == set(COMPOSE["secrets"])
        for name in COMPOSE["services"]["web"]["secrets"]:
            monkeypatch.setenv(f"{name.upper()}_FILE", str(secrets / name))
        env = Environment(tmp_path / ".env")
        assert len(env.text("SECRET_KEY")) > 50
        assert len(env.fernet_keys("ENCRYPTION_KEYS")) == 1
        database = env.database("DATABASE_URL", "", tmp_path)
        assert (
            database["PASSWORD"] == (secrets / "database_password").read_text().strip()
        )
        assert database["HOST"] in COMPOSE["services"]
        assert env.email("EMAIL_URL", "consolemail://")["EMAIL_BACKEND"]
        word, redis_password = (secrets / "redis_conf").read_text().split()
        assert (word, len(redis_password)) == ("requirepass", 32)
        place = f"://:{redis_password}@redis:6379"
        assert env.url("CELERY_BROKER_URL", ("redis",), "") == f"redis{place}/0"
        assert env.cache("CACHE_URL", "")["LOCATION"] == f"redis{place}/1"

    def test_names_a_stop_time_for_systemd_as_long_as_that_of_compose(self) -> None:
        guide = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
        grace = COMPOSE["services"]["worker"]["stop_grace_period"]
        assert f"TimeoutStopSec={seconds(grace)}\n" in guide
