"""Whether this installation has signed a line."""

from collections.abc import Collection

from clusters.models import Installation


def why_not_ours(
    installation: str, public_key: str, known_keys: Collection[str]
) -> str:
    """
    Return in half a sentence why a signed line is not of this installation; else nothing.

    :param installation: the id in the line
    :param public_key: the key that has signed it
    :param known_keys: public keys that this installation signs and has signed with
    """
    ours = Installation.objects.values_list("installation_id", flat=True).first() or ""
    # An installation may get its id after its first lines.
    if installation not in ("", ours):
        return f"is of the installation “{installation}”, and this one is “{ours}”"
    if public_key not in known_keys:
        return f"is signed with the key {public_key}, which this installation does not know"
    return ""
