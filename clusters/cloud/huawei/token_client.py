"""
The calls that are repeated once with a new token: reads, and the deletion of a cluster.

A token can become invalid before it expires (IAM API Reference, Obtaining a User Token
Through Password Authentication), so a refused token is replaced once.
"""

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

    A call whose token the cloud refuses (`TokenRefused`) is repeated once with a new
    one. Therefore a create must not be made here.

    :param new_auth: returns the authentication of one call
    :param drop_token: removes a refused token from the store
    :param password: is removed, like the token, from what errors say
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
        GET and parse.

        :param address: scheme://host[:port] of the service
        :param path: the path; {project_id} in it is replaced by the token's project
        :param parse: makes a value of the JSON object of the response
        :raises AnswerUnreadable: if the body is not an object that `parse` accepts
        :raises CloudError: if the call failed
        """
        return self._retry_with_new_token(
            lambda auth: self._get_once(auth, address + path, parse, query)
        )

    def get_first(
        self, address: str, paths: Sequence[str], parse: Callable[[JsonObject], T]
    ) -> T:
        """
        GET the first of these paths that exists in the cloud, and parse.

        :raises CloudError: as `get`, for the last path that was tried
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
        DELETE a resource.

        :raises CloudError: if the call failed
        """
        self._retry_with_new_token(lambda auth: self._delete_once(auth, address + path))

    def redacting(self, note: Note) -> Note:
        """Return a callback that removes secrets before it calls `note`."""

        def redacted_note(left_out: LeftOut) -> None:
            note(*self.redact_all((left_out,)))

        return redacted_note

    def redact_page(self, page: ClusterPage) -> ClusterPage:
        """Return the page with secrets removed from what could not be read of it."""
        clusters = tuple(map(self._redact_cluster, page.clusters))
        return replace(page, clusters=clusters, left_out=self.redact_all(page.left_out))

    def redact_all(self, left_out: tuple[LeftOut, ...]) -> tuple[LeftOut, ...]:
        """Return the items with secrets removed; to be called before a text is cut."""
        return tuple(replace(each, why=self._redacted(each.why)) for each in left_out)

    def _redact_cluster(self, cluster: CloudCluster) -> CloudCluster:
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
        response = self._http.get(with_project(url, token), auth=auth, params=query)
        self._raise_for_error(response, token)
        try:
            return parse(JsonObject(response.json))
        except UnexpectedShape as error:
            reason = str(error)
        raise unreadable(response, secrets=self._secrets(token), because=reason)

    def _delete_once(self, auth: TokenAuth, url: str) -> None:
        token = auth.token()
        # The documented response is empty, so a successful one is not parsed.
        self._raise_for_error(
            self._http.delete(with_project(url, token), auth=auth), token
        )

    def _raise_for_error(self, response: CloudResponse, token: Token) -> None:
        if not response.is_success or marks_an_error(response.json):
            raise error_of(response, secrets=self._secrets(token), now=self._clock())

    def _secrets(self, token: Token) -> tuple[str, ...]:
        return (self._password, token.value)


def with_project(template: str, token: Token) -> str:
    """Return the path with the project id of the token in the place of {project_id}."""
    return template.replace("{project_id}", quote(token.project_id, safe=""))


def cluster_path(cluster_id: str) -> str:
    """Return the path of one cluster, its id escaped: it may come from an operator."""
    return css.CLUSTER_PATH.replace("{cluster_id}", quote(cluster_id, safe=""))


def cluster_gone(refusal: CloudRefused, *, is_proven: bool) -> ClusterGone:
    """Return a refusal as the error for a cluster that the cloud does not show."""
    return ClusterGone(
        refusal.message,
        is_proven=is_proven,
        code=refusal.code,
        status=refusal.status,
        request_id=refusal.request_id,
    )
