"""Every form of the portal that a person types into, and who fills it in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType

from clusters.domain.states import State
from clusters.models import CatalogSnapshot, ClusterRequest
from tests import factories
from tests.factories import NOON, PASSWORD
from tests.flows.decide.test_wrong_input import broken, unclear
from tests.flows.safety.outliving import Browser, end_sessions
from tests.unit.ask.made import catalog, posted

KEPT = "This was typed before your session ended. Nothing was sent."


@dataclass(frozen=True)
class Form:
    """Who fills in what, on which page, and how the page shows it again."""

    name: str
    who: str
    make: Callable[[], Any]
    page: str
    action: str
    typed: dict[str, Any]
    shown: tuple[str, ...]
    secrets: dict[str, str] = field(default_factory=dict)


def make_catalog() -> None:
    project = factories.cloud_project("demo")
    CatalogSnapshot.objects.create(
        cloud_project=project,
        data=catalog().to_json(),
        fetched_at=NOON,
        tried_at=NOON,
    )


def pending() -> ClusterRequest:
    return factories.cluster_request(state=State.PENDING)


def root() -> None:
    User.objects.create_superuser("olga", password=PASSWORD)


def group() -> Group:
    root()
    # Tests that empty the database have permissions made anew, with other ids.
    kind = ContentType.objects.get_for_model(ClusterRequest)
    for number in (1, 3):
        Permission.objects.get_or_create(
            pk=number, defaults={"content_type": kind, "codename": f"number-{number}"}
        )
    return Group.objects.create(name="readers")


def project_and_root() -> Any:
    root()
    return factories.cloud_project("demo")


TYPED_TWICE = {"admin_password": "hunter2", "admin_password_again": "hunter2"}
ASK = dict(
    posted(
        name="kept-logs",
        reason="Because <of> the fair.",
        **dict.fromkeys(TYPED_TWICE),
    ).lists()
)
COMMENT = {"comment": "Not before the fair."}
IN_COMMENT = ">Not before the fair.</textarea>"
REQUEST = "/requests/{0.id}/"
FORMS = [
    Form(
        "ask",
        "alice",
        make_catalog,
        "/requests/new/",
        "/requests/new/",
        ASK,
        ('value="kept-logs"', ">\nBecause &lt;of&gt; the fair.</textarea>"),
        TYPED_TWICE,
    ),
    *(
        Form(name, who, make, REQUEST, REQUEST + f"{name}/", typed, (shown,))
        for name, who, make, typed, shown in [
            ("approve", "bob", pending, COMMENT, IN_COMMENT),
            ("reject", "bob", pending, COMMENT, IN_COMMENT),
            ("cancel", "alice", pending, COMMENT, IN_COMMENT),
            ("delete-cluster", "alice", broken, {"name": "logs-s"}, 'value="logs-s"'),
            (
                "hand-over",
                "olga",
                pending,
                {"requester": "charlie", **COMMENT},
                'value="charlie"',
            ),
            ("confirm-absent", "olga", unclear, COMMENT, IN_COMMENT),
            ("keep-watching", "olga", unclear, COMMENT, IN_COMMENT),
        ]
    ),
    Form(
        "pause",
        "olga",
        lambda: factories.cloud_project("demo"),
        "/operate/",
        "/operate/demo/pause/",
        {"reason": "The account is moved."},
        ('value="The account is moved."',),
    ),
    Form(
        "admin-person",
        "olga",
        root,
        "/admin/auth/user/add/",
        "/admin/auth/user/add/",
        {"username": "newcomer", "usable_password": "false"},
        ('value="newcomer"',),
        {"password1": "hunter2-hunter2", "password2": "hunter2-hunter2"},
    ),
    Form(
        "admin-group",
        "olga",
        group,
        "/admin/auth/group/{0.id}/change/",
        "/admin/auth/group/{0.id}/change/",
        {"name": "writers", "permissions": ["1", "3"]},
        ('value="writers"', '<option value="1" selected>'),
    ),
    Form(
        "admin-project",
        "olga",
        project_and_root,
        "/admin/clusters/cloudproject/{0.id}/change/",
        "/admin/clusters/cloudproject/{0.id}/change/",
        {"username": "another-bot", "iam_url": ""},
        ('value="another-bot"',),
        {"password": "hunter2-hunter2"},
    ),
]


def filled_in(form: Form) -> tuple[Browser, str, str]:
    """Somebody opens the page of a form; returns it, and the form's two addresses."""
    made = form.make()
    factories.user(form.who)
    browser = Browser(form.who)
    page = form.page.format(made)
    browser.opens(page)
    return browser, page, form.action.format(made)


def comments(browser: Browser, **typed: str) -> str:
    """Bob writes a comment; returns the page's address."""
    row = pending()
    browser.opens(row.get_absolute_url())
    end_sessions()
    browser.sends(f"{row.get_absolute_url()}reject/", {**COMMENT, **typed})
    return row.get_absolute_url()
