"""Who may sign in and to what."""

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
    One account ("domain") with one IAM user and its projects.

    ``enterprise_project_id`` is the only one in which the user has rights; empty where
    they go for the whole account.
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
        """Return the project with this id or, where no id is given, this name."""
        for project in self.projects:
            if (project.id == project_id) if project_id else (project.name == name):
                return project
        return None
