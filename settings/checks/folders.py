"""Rules about folders that several services share."""

from collections.abc import Iterator
from typing import NamedTuple

from settings.diagnostics import Diagnostic
from settings.raw import Path
from settings.workload import Workload


class _Mounted(NamedTuple):
    """Where a service states a shared folder, whose user it has, and how much it asks for."""

    at: Path
    service: str
    user: int
    size: str


def check(workload: Workload) -> Iterator[Diagnostic]:
    """Report a name where nothing is shared, and services that do not agree on the folder that they share."""
    first: dict[str, _Mounted] = {}
    seen: dict[tuple[str, str], Path] = {}
    for name, service in workload.services.items():
        for path, volume in service.volumes.items():
            if volume.folder is None:
                continue
            at: Path = ("services", name, "volumes", path)
            if volume.kind != "shared":
                allowed = "none for a volume that no other service sees: kind shared alone has a name"
                fix = "write `kind: shared`, or remove it"
                yield Diagnostic((*at, "folder"), volume.folder, allowed, fix, ((*at, "kind"),))
                continue
            mounted = _Mounted(at, name, service.security.user, volume.size)
            yield from _agreed(volume.folder, mounted, first.setdefault(volume.folder, mounted))
            before = seen.setdefault((name, volume.folder), at)
            if before != at:
                allowed = f"not supported: one folder at two places of {name}"
                yield Diagnostic((*at, "folder"), volume.folder, allowed, "mount it once", (before,))


def _agreed(folder: str, mounted: _Mounted, first: _Mounted) -> Iterator[Diagnostic]:
    """Every file of a shared folder belongs to one user and group; Kubernetes is told one size."""
    if mounted.user != first.user:
        place = ("services", mounted.service, "security", "user")
        allowed = f"{first.user}, as for {first.service}: the files of folder {folder} belong to one user"
        fix = f"write {first.user}, or change the other"
        concerns: tuple[Path, ...] = (("services", first.service, "security"), (*mounted.at, "folder"))
        yield Diagnostic((*mounted.at, "folder"), f"user {mounted.user}", allowed, fix, (place, *concerns))
    if mounted.size != first.size:
        allowed = f"{first.size}, as for {first.service}: folder {folder} has one size"
        fix = f"write {first.size}, or change the other"
        yield Diagnostic((*mounted.at, "size"), mounted.size, allowed, fix, ((*first.at, "size"),))
