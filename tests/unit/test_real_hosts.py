"""Only the table of regions names hosts of a real cloud; the demo leads to none."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from clusters.cloud.huawei.regions import console_of
from clusters.management import seeding
from clusters.models import CloudProject
from tests.factories import user

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "clusters/cloud/huawei/regions.py"
SUFFIXES = {".py", ".html", ".txt", ".js", ".css", ".svg", ".json", ".conf", ".sh", ""}
DOCUMENTATION = "support.huaweicloud.com"
"""Docstrings name its pages as the source of a fact; nothing is ever sent there."""
REAL = re.compile(
    r"[\w.-]*\b(?:(?:my)?huaweicloud\.(?:com|eu|cn)|t-systems\.com|orange-business\.com)",
    re.IGNORECASE,
)


def sources() -> Iterator[Path]:
    yield from (ROOT / name for name in ("run", "test", "Procfile", ".env.example"))
    for folder in ("clusters", "portal", "templates", "static"):
        for file in (ROOT / folder).rglob("*"):
            if (
                file.is_file()
                and file.suffix in SUFFIXES
                and "__pycache__" not in str(file)
            ):
                yield file


class TestSources:
    def test_name_no_host_of_a_real_cloud(self) -> None:
        found = {
            f"{file.relative_to(ROOT)}: {match[0]}"
            for file in sources()
            if file != TABLE
            for match in REAL.finditer(file.read_text())
            if match[0] != DOCUMENTATION
        }
        assert not found

    def test_are_read_by_a_pattern_that_finds_the_table(self) -> None:
        assert TABLE in set(sources())
        assert len(set(REAL.findall(TABLE.read_text()))) > 4


@pytest.mark.django_db
class TestDemo:
    def test_leads_nowhere_but_to_this_machine(self) -> None:
        seeding.seed("http://127.0.0.1:8090")
        for project in CloudProject.objects.all():
            hosts = {project.iam_url, project.css_url, project.vpc_url}
            assert all(
                url == "http://127.0.0.1:8090" or url.endswith(".invalid")
                for url in hosts
            )
            assert console_of(project.region, css_url=project.css_url) == ""

    def test_writes_to_nobody_who_could_be_real(self) -> None:
        seeding.seed("http://127.0.0.1:8090")
        # Reserved by RFC 2606: no mail is taken there.
        assert user("alice").email == "alice@example.com"
        assert {
            each.email.rpartition("@")[2] for each in type(user("alice")).objects.all()
        } == {"example.com"}
