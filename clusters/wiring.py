"""Build objects from Django's settings; no other module of `clusters` does."""

import threading
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from clusters.cloud.dialect import Dialect
from clusters.cloud.errors import HostRefused, SignInRefused
from clusters.cloud.hosts import AllowedHosts
from clusters.cloud.huawei.auth import MemoryTokenStore, TokenStore
from clusters.cloud.huawei.client import Credentials, Endpoints, HuaweiCloud
from clusters.cloud.huawei.http import CloudHttp
from clusters.cloud.types import Cloud
from clusters.credentials.encryption import Encryptor
from clusters.credentials.signing import Signer
from clusters.credentials.token_store import CachedTokenStore
from clusters.demo.simulator_client import SimulatorClient
from clusters.domain.engine_settings import EngineSettings
from clusters.models import CloudProject
from clusters.operations.audit.archives.reader import ArchiveReader
from clusters.operations.audit.head_copies import HeadCopies
from clusters.operations.audit.signing_keys import AuditKeys
from clusters.operations.core.backoff import pause_credentials
from clusters.operations.core.project_columns import ADDRESS_FIELDS
from clusters.operations.projects.connect import Connection, save_connection
from clusters.operations.projects.credentials import secret_is_for
from clusters.operations.projects.spelling import in_stored_spelling

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def engine_settings() -> EngineSettings:
    """Return the intervals and limits that the environment sets."""
    return EngineSettings(
        poll_seconds=settings.POLL_SECONDS,
        reconcile_seconds=settings.RECONCILE_SECONDS,
        settle_seconds=settings.SETTLE_SECONDS,
        ready_deadline_minutes=settings.READY_DEADLINE_MINUTES,
        connect_timeout=settings.CONNECT_TIMEOUT,
        read_timeout=settings.READ_TIMEOUT,
        catalog_seconds=settings.CATALOG_SECONDS,
        max_calls=settings.MAX_CALLS,
    )


def max_open_requests() -> int:
    """Return how many requests of one person may be pending or moving at a time."""
    return int(settings.MAX_OPEN_REQUESTS)


def public_url() -> str:
    """Return the address of the portal: scheme://host[:port]."""
    return str(settings.PUBLIC_URL.geturl())


def encryptor() -> Encryptor:
    """Return one that encrypts with the first of ENCRYPTION_KEYS, decrypts with any."""
    return Encryptor(settings.ENCRYPTION_KEYS)


def audit_keys() -> AuditKeys:
    """Return the keys that heads and archives are signed with."""
    given = settings.AUDIT_SIGNING_KEY
    return AuditKeys(encryptor(), Signer(given) if given else None)


def archive_reader(folder: Path | None = None) -> ArchiveReader:
    """Return what reads archives: from this folder first, else from where they were written."""
    return ArchiveReader(encryptor(), folder)


def head_copies() -> HeadCopies:
    """Return where the heads that are kept go, too."""
    return HeadCopies(
        file=Path(settings.AUDIT_HEAD_FILE) if settings.AUDIT_HEAD_FILE else None,
        mail=tuple(settings.AUDIT_HEAD_MAIL),
        public_url=public_url(),
    )


def cloud(cloud_project: CloudProject) -> Cloud:
    """
    Return the client of this cloud project, the same one for each call in this process.

    So its connections stay open. A change of the row's place or credentials makes a new
    client.

    :raises clusters.credentials.encryption.DecryptionFailed: if no key opens the stored password
    :raises clusters.credentials.encryption.EncryptedForAnotherUse: if it was entered for other addresses
    :raises clusters.cloud.errors.HostRefused: if an address is not allowed
    """
    key = _client_key(cloud_project)
    with _LOCK:
        kept = _CLOUDS.get(cloud_project.pk)
        if kept is None or kept[0] != key:
            kept = (key, _new_cloud(cloud_project))
            _CLOUDS[cloud_project.pk] = kept
        return kept[1]


_LOCK: Final = threading.Lock()
_CLOUDS: Final[dict[int, tuple[tuple[object, ...], Cloud]]] = {}


def new_http() -> CloudHttp:
    """Return the HTTP client: with timeouts, CA file, proxy and allowed hosts."""
    return CloudHttp(
        connect_timeout=settings.CONNECT_TIMEOUT,
        read_timeout=settings.READ_TIMEOUT,
        ca_file=settings.CLOUD_CA_FILE,
        proxy=settings.CLOUD_PROXY,
        pool_size=settings.WORKER_THREADS,
        hosts=allowed_hosts(),
    )


def token_store(cloud_project: CloudProject) -> CachedTokenStore:
    """
    Return the store of the shared token of this cloud project and its credentials.

    A refused login pauses the project, and a paused project makes no login.
    """
    owner = (cloud_project.pk, cloud_project.credentials_version)
    return CachedTokenStore(
        cache=cache,
        name=":".join(map(str, owner)),
        encryptor=encryptor(),
        may_sign_in=partial(_may_sign_in, *owner),
        on_refused=partial(_pause, *owner),
        lock_seconds=engine_settings().call.total_seconds() + 5,
    )


def is_demo() -> bool:
    """Whether ./run started this portal, with the simulator as its cloud."""
    return bool(settings.SIMULATOR_URL)


def simulator_client() -> SimulatorClient | None:
    """Return the client of the demo's simulator; None where no cloud project uses it."""
    url = settings.SIMULATOR_URL
    if not (url and CloudProject.objects.filter(css_url=url).exists()):
        return None
    return SimulatorClient(url)


def allowed_hosts() -> AllowedHosts:
    """Return the hosts that need neither https nor a public address."""
    hosts: AllowedHosts = settings.ALLOWED_CLOUD_HOSTS
    return hosts


def encrypted_for(place: CloudProject | Connection, password: str) -> str:
    """Return the ciphertext of a password for these addresses and this user only."""
    return encryptor().encrypt_for(secret_is_for(place), password)


def connect(
    name: str,
    connection: Connection,
    password: str = "",
    *,
    by: "User | None" = None,
    via: str = "",
) -> CloudProject:
    """
    Encrypt the password and call `save_connection`; an empty password keeps the stored one.

    :raises AddressNotAllowed: see `clusters.operations.projects.connect.save_connection`
    :raises PlaceFixed: see there
    :raises PasswordNeeded: see there
    """
    wanted = in_stored_spelling(name, asdict(connection), has_password=bool(password))
    connection = replace(connection, **wanted)
    ciphertext = encrypted_for(connection, password) if password else ""
    return save_connection(
        name,
        connection,
        sealed_password=ciphertext,
        hosts=allowed_hosts(),
        by=by,
        via=via,
    )


def unsaved_cloud(connection: Connection, password: str) -> HuaweiCloud:
    """
    Return a client for a place that is not saved yet; its token stays in memory.

    :raises clusters.cloud.errors.HostRefused: if an address is not allowed
    """
    _require_allowed_hosts(connection)
    return _cloud_at(connection, password, MemoryTokenStore())


def _new_cloud(cloud_project: CloudProject) -> Cloud:
    _require_allowed_hosts(cloud_project)
    purpose = secret_is_for(cloud_project)
    password = encryptor().decrypt_for(purpose, cloud_project.sealed_password)
    return _cloud_at(cloud_project, password, token_store(cloud_project))


def _require_allowed_hosts(place: CloudProject | Connection) -> None:
    addresses = (getattr(place, field) for field in ADDRESS_FIELDS)
    if not all(map(allowed_hosts().allow_url, addresses)):
        raise HostRefused


def _cloud_at(
    place: CloudProject | Connection, password: str, tokens: TokenStore
) -> HuaweiCloud:
    return HuaweiCloud(
        http=new_http(),
        region=place.region,
        endpoints=Endpoints(
            iam=place.iam_url,
            css=place.css_url,
            vpc=place.vpc_url,
            dialect=Dialect(place.dialect),
        ),
        credentials=Credentials(
            domain=place.domain_name,
            username=place.username,
            password=password,
            project_name=place.project_name,
            project_id=place.project_id,
            enterprise_project_id=place.enterprise_project_id,
            project_domain=place.project_domain,
        ),
        tokens=tokens,
        margin_seconds=settings.TOKEN_MARGIN_SECONDS,
    )


def _client_key(cloud_project: CloudProject) -> tuple[object, ...]:
    return (
        cloud_project.credentials_version,
        cloud_project.region,
        cloud_project.iam_url,
        cloud_project.css_url,
        cloud_project.vpc_url,
        cloud_project.domain_name,
        cloud_project.username,
        cloud_project.project_name,
        cloud_project.project_id,
        cloud_project.enterprise_project_id,
        cloud_project.project_domain,
        cloud_project.dialect,
        cloud_project.sealed_password,
    )


def _may_sign_in(cloud_project_id: int, credentials_version: int) -> bool:
    running = CloudProject.objects.running()
    return running.filter(
        pk=cloud_project_id, credentials_version=credentials_version
    ).exists()


def _pause(
    cloud_project_id: int, credentials_version: int, error: SignInRefused
) -> None:
    pause_credentials(cloud_project_id, credentials_version, error, now=timezone.now())
