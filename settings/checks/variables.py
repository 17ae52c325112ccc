"""Rules about a container's environment variables and secrets."""

from collections.abc import Collection, Iterator, Mapping

from settings.checks.common import component_present, declared_secret, repeated
from settings.problems import Finding
from settings.raw import Path
from settings.workload import Workload
from settings.workload.service import Wired


def check_shared(workload: Workload) -> Iterator[Finding]:
    """Report shared outputs that the file does not have, and shared variables that a service reads as a secret."""
    for name, value in workload.environment.items():
        if isinstance(value, Wired):
            yield from component_present(workload, ("environment", name, "output"), value.output)
        readers = [service for service, stated in workload.services.items() if name in stated.secrets]
        if readers:
            place: Path = ("services", readers[0], "secrets")
            mend = f"remove {name} from `environment:` or from `secrets:` of {readers[0]}"
            yield Finding(("environment", name), name, "each variable once", mend, (place,))


def check(
    workload: Workload, path: Path, environment: Mapping[str, str | Wired], secrets: Collection[str]
) -> Iterator[Finding]:
    """Report outputs and secrets that the file does not have, and variables that are stated twice."""
    for name, value in environment.items():
        if isinstance(value, Wired):
            yield from component_present(workload, (*path, "environment", name, "output"), value.output)
    for index, name in enumerate(secrets):
        at = (*path, "secrets", index)
        yield from declared_secret(workload, at, name)
        if name in environment:
            mend = f"remove {name} from `environment:` or from `secrets:`"
            yield Finding(at, name, "each variable once", mend, ((*path, "environment", name),))
    yield from repeated((((*path, "secrets", index), name) for index, name in enumerate(secrets)), "secret")
