"""Rules over Helm releases."""

from collections.abc import Iterator

from policies.about import medium
from policies.rule import resource_rule
from policies.view import Resource

_RELEASE = "kubernetes:helm.sh/v3:Release"


@resource_rule(
    "release-atomic",
    "A release that fails leaves the one before it in place",
    _RELEASE,
    about=medium(
        "A release that failed half way is left as it is.",
        "Switch atomic on and state a timeout.",
    ),
)
def release_atomic(release: Resource) -> Iterator[str]:
    if not release.is_set("atomic"):
        yield "atomic is off; switch it on"
    if not release.has("timeout"):
        yield "timeout is not set; state how many seconds the rollout may take"


@resource_rule(
    "release-pinned",
    "A chart from a repository is pinned to a version",
    _RELEASE,
    about=medium(
        "The next update takes whatever version is newest.",
        "State the chart's version.",
    ),
)
def release_pinned(release: Resource) -> Iterator[str]:
    local = str(release.value("chart")).startswith(("./", "../", "/"))
    if not local and not release.has("version"):
        yield "version is not set, so the next update takes whatever is newest"


RULES = (release_atomic, release_pinned)
