"""The account that may sign in, and its projects."""

from dataclasses import dataclass, field

REGION = "cn-north-4"


@dataclass(frozen=True, kw_only=True)
class Project:
    """An IAM project: the region itself, or a sub-project of it."""

    id: str
    name: str
    region: str = REGION


@dataclass(frozen=True, kw_only=True)
class Account:
    """
    One account (called "domain" in the IAM API) with one IAM user and its projects.

    ``enterprise_project_id`` is the enterprise project that the user's permissions are
    limited to; empty if they apply to the whole account.
    """

    domain: str = "demo-account"
    domain_id: str = "a0b1c2d3e4f5061728394a5b6c7d8e9f"
    username: str = "portal-bot"
    user_id: str = "b1c2d3e4f5061728394a5b6c7d8e9fa0"
    password: str = field(default="simulator-Passw0rd", repr=False)
    enterprise_project_id: str = ""
    projects: tuple[Project, ...] = (
        Project(id="0a1b2c3d4e5f60718293a4b5c6d7e8f9", name=REGION),
    )

    def find_project(self, *, project_id: str = "", name: str = "") -> Project | None:
        """Return the project with this id or, if no id is given, with this name."""
        for project in self.projects:
            if (project.id == project_id) if project_id else (project.name == name):
                return project
        return None
