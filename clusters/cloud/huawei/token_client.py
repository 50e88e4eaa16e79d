"""Calls that may be repeated with a new token: reads, and the deletion of a cluster."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar
from urllib.parse import quote

from clusters.cloud.errors import (
    CloudError,
    CloudRefused,
    ClusterGone,
    TokenRefused,
)
from clusters.cloud.huawei import css
from clusters.cloud.huawei.auth import Clock, TokenAuth
from clusters.cloud.huawei.http import CloudHttp
from clusters.cloud.huawei.json_object import JsonObject, UnexpectedShape
from clusters.cloud.huawei.redaction import redacted
from clusters.cloud.huawei.responses import (
    CloudResponse,
    error_of,
    marks_an_error,
    unreadable,
)
from clusters.cloud.types import CloudCluster, ClusterPage, Token
from clusters.cloud.unreadable import LeftOut, Note

T = TypeVar("T")
Query = Mapping[str, str | int]

_NONE: Query = {}


class TokenClient:
    """
    Calls with the token of one cloud project.

    A call whose token the cloud refuses (`TokenRefused`) is made once more with a new
    one, so nothing that must happen only once may go through here: a create does not.
    `new_auth` returns the authentication of one call; `drop_token` makes the store
    forget a refused token; `password` is taken out of what errors say.
    """

    def __init__(
        self,
        *,
        http: CloudHttp,
        new_auth: Callable[[], TokenAuth],
        drop_token: Callable[[Token], None],
        password: str,
        clock: Clock,
    ) -> None:
        self._http = http
        self._new_auth = new_auth
        self._drop_token = drop_token
        self._password = password
        self._clock = clock

    def get(
        self,
        address: str,
        path: str,
        parse: Callable[[JsonObject], T],
        query: Query = _NONE,
    ) -> T:
        """
        Read and parse.

        :raises CloudError: of the kind that says what to do next
        """
        return self._retry_with_new_token(
            lambda auth: self._get_once(auth, address + path, parse, query)
        )

    def get_first(
        self, address: str, paths: Sequence[str], parse: Callable[[JsonObject], T]
    ) -> T:
        """
        Read at the first of these paths that the cloud has, and parse.

        :raises CloudError: as `get` does, of the last path that was tried
        """
        *earlier, last = paths
        for path in earlier:
            try:
                return self.get(address, path, parse)
            except CloudError as error:
                if not css.is_path_missing(error):
                    raise
        return self.get(address, last, parse)

    def delete(self, address: str, path: str) -> None:
        """
        Delete what stands there.

        :raises CloudError: of the kind that says what to do next
        """
        self._retry_with_new_token(lambda auth: self._delete_once(auth, address + path))

    def without_secrets(self, note: Note) -> Note:
        """Take secrets out of what is noted: a cloud may write anything anywhere."""

        def noted(left_out: LeftOut) -> None:
            note(*self.safe((left_out,)))

        return noted

    def page_without_secrets(self, page: ClusterPage) -> ClusterPage:
        """Do the same with what of a page of clusters could not be read."""
        clusters = tuple(map(self._safe_cluster, page.clusters))
        return replace(page, clusters=clusters, left_out=self.safe(page.left_out))

    def safe(self, left_out: tuple[LeftOut, ...]) -> tuple[LeftOut, ...]:
        """Return the same without secrets; before anything of it is cut off."""
        return tuple(replace(each, why=self._redacted(each.why)) for each in left_out)

    def _safe_cluster(self, cluster: CloudCluster) -> CloudCluster:
        if not cluster.garbled:
            return cluster
        told = tuple((part, self._redacted(why)) for part, why in cluster.garbled)
        return replace(cluster, garbled=told)

    def _redacted(self, text: str) -> str:
        return redacted(text, self._secrets(self._new_auth().token()))

    def _retry_with_new_token(self, call: Callable[[TokenAuth], T]) -> T:
        auth = self._new_auth()
        try:
            return call(auth)
        except TokenRefused:
            self._drop_token(auth.token())
        return call(self._new_auth())

    def _get_once(
        self, auth: TokenAuth, url: str, parse: Callable[[JsonObject], T], query: Query
    ) -> T:
        token = auth.token()
        answer = self._http.get(with_project(url, token), auth=auth, params=query)
        self._raise_for_error(answer, token)
        try:
            return parse(JsonObject(answer.json))
        except UnexpectedShape as error:
            because = str(error)
        raise unreadable(answer, secrets=self._secrets(token), because=because)

    def _delete_once(self, auth: TokenAuth, url: str) -> None:
        token = auth.token()
        # The documented answer is empty, so nothing is read from a success.
        self._raise_for_error(
            self._http.delete(with_project(url, token), auth=auth), token
        )

    def _raise_for_error(self, answer: CloudResponse, token: Token) -> None:
        if not answer.is_success or marks_an_error(answer.json):
            raise error_of(answer, secrets=self._secrets(token), now=self._clock())

    def _secrets(self, token: Token) -> tuple[str, ...]:
        return (self._password, token.value)


def with_project(template: str, token: Token) -> str:
    """Put the id of the token's project into a path."""
    return template.replace("{project_id}", quote(token.project_id, safe=""))


def cluster_path(cluster_id: str) -> str:
    """Return the path of one cluster, whatever its id holds."""
    return css.CLUSTER_PATH.replace("{cluster_id}", quote(cluster_id, safe=""))


def gone(refusal: CloudRefused, *, is_proven: bool) -> ClusterGone:
    """Return the same words as the error for a cluster that is not shown."""
    return ClusterGone(
        refusal.message,
        is_proven=is_proven,
        code=refusal.code,
        status=refusal.status,
        request_id=refusal.request_id,
    )
