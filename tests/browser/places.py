"""Every page that a person can come to, with who comes there and how."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import expect

from tests.browser.people import Person, open_form


@dataclass(frozen=True)
class Place:
    """A page: its name, who looks at it ("" is nobody), and what they do to see it."""

    name: str
    who: str
    go: Callable[[Person], None]


def _address(path: str) -> Callable[[Person], None]:
    return lambda person: person.open(path)


def _request(name: str) -> Callable[[Person], None]:
    return lambda person: person.open(person.portal.path_of(name))


def _again(name: str) -> Callable[[Person], None]:
    def go(person: Person) -> None:
        person.open(person.portal.path_of(name))
        person.page.get_by_role("link", name="Ask again with these values").click()
        expect(person.page.locator("#request-form")).to_be_visible()

    return go


def _refused(path: str) -> Callable[[Person], None]:
    def go(person: Person) -> None:
        person.open(path)
        person.page.wait_for_load_state("load")
        person.forgives("the server responded with a status of 40")

    return go


def _wrong_login(person: Person) -> None:
    page = person.open("/login/")
    page.get_by_label("Username").fill("dora")
    page.get_by_label("Password").fill("not-the-password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()


def _form_with_errors(person: Person) -> None:
    page = open_form(person)
    page.get_by_label("Name", exact=True).fill("7-logs")
    page.get_by_label("Nodes", exact=True).fill("99")
    page.get_by_label("VPC", exact=True).select_option("vpc-prod (192.168.0.0/16)")
    page.get_by_label("Take snapshots").check()
    page.get_by_label("Snapshots kept").fill("900")
    page.get_by_role("button", name="Send for approval").click()
    expect(page.locator("#problems")).to_be_visible()


def _audit(person: Person) -> None:
    person.portal.verify_audit()
    page = person.open("/audit/")
    for _ in range(60):
        if page.locator("#head-line").is_visible():  # the worker keeps one a day
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(page.locator("#head-line")).to_be_visible()


def _audit_fault(person: Person) -> None:
    _audit(person)
    with person.portal.check_that_found(_FINDING):
        person.page.reload()
    expect(person.page.locator("#finding")).to_be_visible()


_FINDING: Final = (
    "Request orders-search (47d1add1-9461-449a-9720-fe18590295ce): event 4 (accept)"
    " follows event 2 (approve); event 3 is missing between them."
)
LOGIN: Final = Place("login", "", _address("/login/"))
HOME: Final = Place("home", "alice", _address("/"))
LIST: Final = Place("list", "bob", _address("/requests/"))
NEW: Final = Place("new", "alice", lambda person: open_form(person) and None)
NEW_ERRORS: Final = Place("new-errors", "alice", _form_with_errors)
DECISION: Final = Place("pending-decision", "bob", _request("catalog-es"))
CREATING: Final = Place("detail", "alice", _request("logs-search-prod"))
FAILED: Final = Place("failed", "charlie", _request("metrics-search"))
UNCLEAR: Final = Place("unclear", "alice", _request("orders-search"))
APPROVALS: Final = Place("approvals", "bob", _address("/approvals/"))
CLUSTERS: Final = Place("clusters", "bob", _address("/clusters/"))
OPERATE: Final = Place("operate", "olga", _address("/operate/"))
SIMULATOR: Final = Place("simulator", "olga", _address("/operate/simulator/"))
PASSWORD: Final = Place("password", "alice", _address("/password/"))
AUDIT: Final = Place("audit", "dora", _audit)
AUDIT_FAULT: Final = Place("audit-fault", "dora", _audit_fault)
NOT_FOUND: Final = Place("not-found", "alice", _refused("/requests/nothing/"))

SHOWN: Final = (
    *(LOGIN, HOME, LIST, NEW, NEW_ERRORS, CREATING, DECISION, FAILED, UNCLEAR),
    *(APPROVALS, CLUSTERS, OPERATE, SIMULATOR, PASSWORD, NOT_FOUND),
    *(AUDIT, AUDIT_FAULT),
)
"""Those of which there are pictures in docs/screens/."""

EVERY: Final = (
    *SHOWN,
    Place("wrong-login", "", _wrong_login),
    Place("home-of-an-approver", "bob", _address("/")),
    Place("list-that-is-empty", "bob", _address("/requests/?q=nothing-like-this")),
    Place("list-with-filters", "bob", _address("/requests/?state=failed&q=search")),
    Place("clusters-without-any", "charlie", _address("/clusters/")),
    Place("pending", "charlie", _request("catalog-es")),
    Place("approved", "charlie", _request("users-search")),
    Place("sending", "alice", _request("tickets-search")),
    Place("active", "alice", _request("audit-search")),
    Place("broken", "alice", _request("events-search")),
    Place("failed-for-an-operator", "olga", _request("metrics-search")),
    Place("unclear-for-an-operator", "olga", _request("orders-search")),
    Place("rejected", "charlie", _request("everything-search")),
    Place("cancelled", "charlie", _request("old-index")),
    Place("expired", "charlie", _request("quiet-index")),
    Place("ask-again", "charlie", _again("metrics-search")),
    Place("forbidden", "alice", _refused("/approvals/")),
)
"""Every page, and each state of a request."""
