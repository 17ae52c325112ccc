"""Rules about a service's files: where they lie, and how much a ConfigMap holds."""

from collections.abc import Iterator

from settings.diagnostics import Diagnostic
from settings.raw import Path
from settings.workload import Workload
from settings.workload.service import Service

_CONFIG_MAP_BYTES = 1024 * 1024
"""https://kubernetes.io/docs/concepts/configuration/configmap/"""


def check(workload: Workload) -> Iterator[Diagnostic]:
    for name, service in workload.services.items():
        path: Path = ("services", name)
        yield from _places(path, service)
        contents = {mounted: file.content for mounted, file in service.files.items() if file.content is not None}
        yield from _size((*path, "files"), contents)
        if service.config is not None:
            yield from _size((*path, "config", "files"), dict(service.config.files))


def _size(path: Path, texts: dict[str, str]) -> Iterator[Diagnostic]:
    given = sum(len(name.encode()) + len(text.encode()) for name, text in texts.items())
    if given > _CONFIG_MAP_BYTES:
        allowed = f"{_CONFIG_MAP_BYTES:,} bytes together: a ConfigMap holds no more; these are {given:,}"
        yield Diagnostic(path, f"{len(texts)} files", allowed, "put the larger ones into the image")


def _places(path: Path, service: Service) -> Iterator[Diagnostic]:
    """A file is mounted at its path: nothing is mounted below it, nor inside a folder of read-only files."""
    files: dict[str, Path] = {mounted: (*path, "files", mounted) for mounted in service.files}
    folders: dict[str, Path] = {folder: (*path, "volumes", folder) for folder in service.volumes}
    closed = dict(files)
    if service.config is not None:
        closed[service.config.path] = (*path, "config", "path")
    for place, at in (*folders.items(), *files.items()):
        for outer, stated in closed.items():
            if place.startswith(f"{outer}/") or (place == outer and at != stated):
                what = "the file" if outer in files else "the read-only folder"
                yield Diagnostic(at, place, f"a place outside {what} {outer}", "move one of the two", (stated,))
    yield from _one_key(path, files)


def _one_key(path: Path, files: dict[str, Path]) -> Iterator[Diagnostic]:
    """In the ConfigMap a file is a key: /a/b and /a__b would be one."""
    seen: dict[str, str] = {}
    for mounted, at in files.items():
        first = seen.setdefault(mounted.lstrip("/").replace("/", "__"), mounted)
        if first != mounted:
            yield Diagnostic(at, mounted, f"another path than {first}, which has the same key", "rename one", (path,))
