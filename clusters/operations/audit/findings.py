"""What a check of the history finds: the first bad row, in one sentence."""

from clusters.models import ArchivedRequest, ClusterRequest, Subject

_WORDS = {
    Subject.PERSON.value: "Person",
    Subject.GROUP.value: "Group",
    Subject.CLOUD_PROJECT.value: "Cloud project",
}


class Finding(Exception):
    """The first bad row; the text is a sentence that names it."""


def in_words(kind: str, subject_id: str) -> str:
    """Return what a sentence calls a subject: its kind and id, of a request the name, too."""
    if kind == Subject.INSTALLATION:
        return "The installation"
    if kind != Subject.REQUEST:
        return f"{_WORDS.get(kind, kind)} {subject_id}"
    rows: tuple[type[ClusterRequest | ArchivedRequest], ...]
    rows = (ClusterRequest, ArchivedRequest)
    found = (
        row._base_manager.filter(id=subject_id).values_list("name", flat=True).first()
        for row in rows
    )
    name = next(filter(None, found), "without a row")
    return f"Request {name} ({subject_id})"
