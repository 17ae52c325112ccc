"""Whether a person accepts that the old database may still be written to, run by Systems Manager."""

from collections.abc import Mapping


def handler(events: Mapping[str, str], _context: object) -> dict[str, str]:
    """Stop the takeover of a database that could not be closed, unless somebody accepted that beforehand."""
    if events["Unfenced"] != "accept":
        raise RuntimeError(
            "The old database could not be closed: two databases would take writes. Make certain that it is gone, "
            "then start this document again with Unfenced=accept"
        )
    return {"Unfenced": "accepted"}
