"""What a Compose service mounts: named volumes, folders and files of the host, memory, configs and secrets."""

import re
from pathlib import Path

from tools.importing.compose.project import Project
from tools.importing.found import Folder, Part
from tools.importing.interpolation import shown, unset
from tools.importing.source import InputError, content
from tools.importing.trees import Tree, at, mapping, sequence, text, texts

_CLOCK = ("/etc/localtime", "/etc/timezone")
_SOCKET = "docker.sock"
_LARGEST_FILE = 64 * 1024
"""A task definition of ECS takes no more than that of all files (settings.checks.tasks)."""


def add_folders(part: Part, service: dict[str, Tree], project: Project) -> None:
    """Add a service's mounts to its part; what has no counterpart becomes a note."""
    home = project.file.parent
    for item in sequence(service.get("volumes")):
        kind, source = text(at(item, "type")), text(at(item, "source"))
        target = re.sub("/+", "/", text(at(item, "target"))).rstrip("/")
        if not target or target in _CLOCK:
            continue
        if kind == "tmpfs":
            part.folders.append(Folder(path=target, kind="scratch"))
        elif kind == "bind":
            _bind(part, source, target, home)
        else:
            part.folders.append(Folder(path=target, kind="kept", volume=source or None))
    for item in texts(service.get("tmpfs")):
        part.folders.append(Folder(path=item.partition(":")[0], kind="scratch"))
    _configs(part, service, project)
    _secrets(part, service)


def _bind(part: Part, source: str, target: str, home: Path) -> None:
    stated = source.removeprefix(f"{home}/")
    what = f"the host's {shown(stated)} at {target}"
    if source.endswith(_SOCKET) or target.endswith(_SOCKET):
        part.note(what, "no pod sees the machine's Docker", "leave the feature out that needs it", "volumes")
        return
    place = Path(source)
    if unset(source) or not place.exists():
        # Docker makes the folder: it holds what the process writes.
        part.folders.append(Folder(path=target, kind="kept", volume=f"bind:{source}"))
        return
    if place.is_file():
        _file(part, place, target, what)
        return
    if place.is_dir() and not any(each.name != ".gitkeep" for each in place.iterdir()):
        part.folders.append(Folder(path=target, kind="kept", volume=f"bind:{source}"))
        return
    do = "build what the process reads into the image, or state it under `files:`; `volumes:` is for what it writes"
    part.note(what, "no pod sees this machine's folders", do, "volumes")


def _file(part: Part, place: Path, target: str, what: str) -> None:
    try:
        written = content(place)
    except InputError:
        part.note(what, "it is no text of at most 1 MiB", "build it into the image", "files")
        return
    if len(written.encode()) > _LARGEST_FILE:
        part.note(what, "it is too large for a setting", "build it into the image", "files")
    elif written.startswith("#!"):
        part.note(what, "a mounted file cannot be run as a program", "build it into the image", "files")
    else:
        part.files[target] = written


def _configs(part: Part, service: dict[str, Tree], project: Project) -> None:
    for item in sequence(service.get("configs")):
        name = text(item) or text(at(item, "source"))
        target = text(at(item, "target")) or f"/{name}"
        stated = mapping(project.configs.get(name))
        if "content" in stated:
            part.files[target] = text(stated["content"])
        elif "file" in stated and Path(text(stated["file"])).is_file():
            _file(part, Path(text(stated["file"])), target, f"the config {name}")
        else:
            part.note(f"the config {name}", "its text is not here", "state it under `files:`", "files")


def _secrets(part: Part, service: dict[str, Tree]) -> None:
    """Secrets are mounted below /run/secrets; their values stay where they are."""
    for item in sequence(service.get("secrets")):
        name = text(item) or text(at(item, "source"))
        target = text(at(item, "target")) or name
        part.secret_files[target if target.startswith("/") else f"/run/secrets/{target}"] = name
