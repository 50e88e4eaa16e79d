"""The image that the Dockerfile makes: what is in it, and that the portal runs from it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.image import Container, Image, ImageStack
from tests.services.layout import named_for_the_image
from tests.services.stack import ROOT, free_port, shown

pytestmark = pytest.mark.services

NOT_WRITABLE = "find /app /venv ! -type l -writable; touch /app/portal/settings.py"
PACKAGES = (
    "import importlib.metadata as m; print(*(each.name for each in m.distributions()))"
)


@pytest.fixture(scope="module")
def image() -> Image:
    found = Image.of_environment()
    if not found:
        pytest.skip("TEST_IMAGE names an image to try: .ci/image builds one")
    return found


@pytest.fixture
def container(image: Image) -> Iterator[Container]:
    with image.container() as made:
        yield made


@pytest.fixture
def stack(
    image: Image, tmp_path: Path, queue_name: str, redis_url: str, postgres_url: str
) -> Iterator[ImageStack]:
    """The portal on PostgreSQL and Redis, each process from the image."""
    cache = f"{redis_url.replace('redis', 'rediscache', 1)}?key_prefix={queue_name}:"
    made = ImageStack(
        folder=tmp_path,
        broker_url=redis_url,
        database_url=postgres_url,
        cache_url=cache,
        queue=queue_name,
        changes={"DEBUG": "", "WEB_CONCURRENCY": "1"},
        image=image,
    )
    try:
        yield made.start()
    finally:
        made.stop()


class TestFiles:
    def test_are_the_product_and_nothing_else(self, container: Container) -> None:
        found = container.run("ls", "-A", "/app").stdout.split()
        product = {name for name in named_for_the_image() if "*" not in name}
        assert set(found) == product | {"var"}  # with the static files

    def test_bring_no_package_but_those_of_the_lock(self, container: Container) -> None:
        lock = (ROOT / "requirements.txt").read_text()
        locked = {_plain(name) for name in re.findall(r"^([\w.-]+)==", lock, re.M)}
        found = {
            _plain(name)
            for name in container.run("python", "-c", PACKAGES).stdout.split()
        }
        assert "django" in found
        assert found <= locked

    def test_cannot_be_changed_by_the_portal(self, container: Container) -> None:
        done = container.run("sh", "-c", f"id -u; {NOT_WRITABLE}")
        assert done.stdout == "10001\n"
        assert "Permission denied" in done.stderr


class TestHealthCheck:
    def test_fails_where_no_web_listens(self, image: Image) -> None:
        check = image.config()["Healthcheck"]["Test"][1:]
        with image.container(f"--env=PORT={free_port()}") as idle:
            assert idle.run(*check).returncode == 1


class TestStory:
    def test_goes_from_a_form_to_a_cluster(self, stack: ImageStack) -> None:
        assert stack.is_healthy()
        assert stack.users() == {10001}
        alice, bob = stack.person("alice"), stack.person("bob")
        path = alice.ask("logs-search")
        assert bob.approve(path).ok
        page = alice.waits_for(path, "active")
        (create,) = stack.calls()["creates"]
        assert create["body"]["cluster"]["name"] == "logs-search"
        assert shown(page, "cluster-id") == create["cluster_id"]


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
