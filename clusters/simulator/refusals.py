"""
The ways in which the cloud says no, each in the shape of the service that says it.

* Refusal            answered as JSON with an HTTP status
  + CssRefusal       errCode / externalMessage, the shape that CSS really sends
  + GatewayRefusal   error_code / error_msg / request_id
  + IamRefusal       the Keystone envelope, where the code is the HTTP status
  + VpcRefusal       code / message
  + BrokenPage       no JSON at all: the HTML page of a server that broke down
"""

from dataclasses import replace
from http import HTTPStatus

from clusters.simulator.wire import Answer, json_answer


class Refusal(Exception):
    """A no with its HTTP status, its code and the cloud's words."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    def answer(self, request_id: str) -> Answer:
        """Return this refusal as it goes over the wire."""
        headers = {"X-Request-Id": request_id}
        return json_answer(self.status, self._body(request_id), headers)

    def _body(self, request_id: str) -> dict[str, object]:
        # Each service has its own; a page has none, and answers without it.
        raise NotImplementedError


class CssRefusal(Refusal):
    """A no of the search service."""

    def _body(self, request_id: str) -> dict[str, object]:
        return {"errCode": self.code, "externalMessage": self.message}


class GatewayRefusal(Refusal):
    """A no of the API gateway: the service behind it never saw the call."""

    def __init__(
        self, status: int, code: str, message: str, *, retry_after: float | None = None
    ) -> None:
        super().__init__(status, code, message)
        self.retry_after = retry_after

    def answer(self, request_id: str) -> Answer:
        """Return this refusal, with Retry-After where the gateway names a pause."""
        answer = super().answer(request_id)
        if self.retry_after is None:
            return answer
        headers = {**answer.headers, "Retry-After": f"{self.retry_after:g}"}
        return replace(answer, headers=headers)

    def _body(self, request_id: str) -> dict[str, object]:
        return {
            "error_code": self.code,
            "error_msg": self.message,
            "request_id": request_id,
        }


class IamRefusal(Refusal):
    """A no of the identity service."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(status, str(status), message)

    def _body(self, request_id: str) -> dict[str, object]:
        title = HTTPStatus(self.status).phrase
        return {"error": {"code": self.status, "message": self.message, "title": title}}


class VpcRefusal(Refusal):
    """A no of the network service."""

    def _body(self, request_id: str) -> dict[str, object]:
        return {"code": self.code, "message": self.message}


class BrokenPage(Refusal):
    """An HTTP 5xx with a page for a person."""

    def __init__(self, status: int = 500) -> None:
        super().__init__(status, "", "Internal Server Error")

    def answer(self, request_id: str) -> Answer:
        """Return the page."""
        page = f"<html><body><h1>HTTP Status {self.status} - {self.message}</h1></body></html>"
        headers = {"Content-Type": "text/html", "X-Request-Id": request_id}
        return Answer(status=self.status, headers=headers, body=page.encode())


def css_refusal(code: str, words: str, status: int = 400) -> CssRefusal:
    """Return a CSS refusal whose message begins with its code, as seen on the wire."""
    return CssRefusal(status, code, f"{code} : {words}")


def incorrect(detail: str) -> CssRefusal:
    """Return CSS.0001; the detail stands in brackets at the end."""
    return css_refusal("CSS.0001", f"Incorrect parameters. ({detail})")


def not_found() -> CssRefusal:
    """Return CSS.0015: unknown or forbidden look the same; its text has no code."""
    words = "No resources are found or the access is denied."
    return CssRefusal(403, "CSS.0015", words)


def no_such_cluster() -> CssRefusal:
    """Return how Open Telekom Cloud says that; a hidden cluster looks the same."""
    return css_refusal("CSS.3027", "The cluster does not exist.", 404)


def quota_used_up() -> CssRefusal:
    """Return the refusal of one cluster too many."""
    return css_refusal("CSS.1112", "The number of clusters exceeds the quota.")


def too_many_calls(retry_after: float | None = None) -> GatewayRefusal:
    """Return the gateway's 429; the pause that it names is in seconds."""
    words = "The throttling threshold has been reached: policy user over ratelimit"
    return GatewayRefusal(429, "APIGW.0308", words, retry_after=retry_after)
