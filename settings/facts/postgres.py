"""The PostgreSQL majors that the platform runs clients of, each with the pinned tag of its image."""

from typing import Final

# A client may be newer than its server but pg_dump refuses a server newer than itself, so each major has its own.
CLIENT_TAGS: Final = {
    "14": "14.19-alpine",
    "15": "15.14-alpine",
    "16": "16.10-alpine",
    "17": "17.6-alpine",
    "18": "18.0-alpine",
}
"""Tags of https://hub.docker.com/_/postgres, which AWS mirrors at public.ecr.aws/docker/library/postgres."""


def client_tag(version: str) -> str:
    """Return the tag whose psql and pg_dump fit a server `version` such as "16" or "16.9".

    Raises ValueError for a major version without a pinned client.
    """
    major = version.split(".", maxsplit=1)[0]
    if major not in CLIENT_TAGS:
        raise ValueError(f"no client image is pinned for PostgreSQL {major}; there is one for {', '.join(CLIENT_TAGS)}")
    return CLIENT_TAGS[major]
