"""A Compose project as one set of services: variables filled in, `include` and `extends` followed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tools.importing.interpolation import filled, variables
from tools.importing.source import InputError, content, single
from tools.importing.trees import Tree, at, mapping, pairs, sequence, text, texts, tree_of

_DEEPEST = 20
"""Files that extend or include each other; more is a circle."""
_AS_MAPPINGS = ("environment", "labels", "annotations", "depends_on", "extra_hosts", "sysctls")
_REPLACED = ("command", "entrypoint")


@dataclass(kw_only=True)
class Project:
    """Services by name, with what they refer to; bind mounts and variable files are absolute paths."""

    name: str
    file: Path
    services: dict[str, dict[str, Tree]] = field(default_factory=dict[str, dict[str, Tree]])
    volumes: dict[str, Tree] = field(default_factory=dict[str, Tree])
    networks: dict[str, Tree] = field(default_factory=dict[str, Tree])
    secrets: dict[str, Tree] = field(default_factory=dict[str, Tree])
    configs: dict[str, Tree] = field(default_factory=dict[str, Tree])
    values: dict[str, str] = field(default_factory=dict[str, str])
    lines: dict[str, int] = field(default_factory=dict[str, int])


def project(file: Path) -> Project:
    """Read a Compose file and every file it includes or extends. Raises InputError."""
    values = _values(file.parent)
    read = Project(name=file.resolve().parent.name, file=file, values=values)
    _load(read, file, values, _DEEPEST)
    if not read.services:
        raise InputError(f"{file}: no services in it; name a file that states `services:`")
    return read


def _values(folder: Path) -> dict[str, str]:
    """The project's own variables; those of the shell that runs this are nobody's business."""
    file = folder / ".env"
    return variables(content(file), {}) if file.is_file() else {}


def _load(read: Project, file: Path, values: Mapping[str, str], depth: int) -> None:
    if depth == 0:
        raise InputError(f"{file}: files include each other in a circle; break it")
    document = single(file)
    stated = mapping(filled(tree_of(document), values))
    services = stated.get("services")
    if not isinstance(services, dict):
        raise InputError(f"{file}: not a Compose file, for it has no `services:` mapping; {_hint(stated)}")
    for included in sequence(stated.get("include")):
        for name in texts(included) or texts(at(included, "path")):
            _load(read, file.parent / name, values, depth - 1)
    for name, service in services.items():
        if not isinstance(service, dict):
            raise InputError(f"{file}: services.{name} is no mapping; state at least its `image:`")
        read.services[name] = _extended(service, file, stated, values, _DEEPEST)
        read.lines[name] = document.line(("services", name)) or 1
    read.name = text(stated.get("name")) or read.name
    for section, kept in (
        ("volumes", read.volumes),
        ("networks", read.networks),
        ("secrets", read.secrets),
        ("configs", read.configs),
    ):
        for name, value in mapping(stated.get(section)).items():
            kept[name] = _absolute_file(value, file.parent)


def _hint(stated: Mapping[str, Tree]) -> str:
    if "apiVersion" in stated:
        return "it looks like a Kubernetes manifest without `kind:`"
    if any(isinstance(value, dict) and {"image", "build"} & value.keys() for value in stated.values()):
        return "it looks like Compose 1: move everything below `services:`"
    return "name a Compose file, a manifest or a folder of manifests"


def _absolute_file(value: Tree, folder: Path) -> Tree:
    stated = mapping(value)
    name = text(stated.get("file"))
    return {**stated, "file": str(folder / name)} if name else value


def _extended(
    service: dict[str, Tree], file: Path, stated: Mapping[str, Tree], values: Mapping[str, str], depth: int
) -> dict[str, Tree]:
    """Lay a service over the one it extends, which may stand in another file."""
    own = _local({key: value for key, value in service.items() if key != "extends"}, file.parent)
    extends = service.get("extends")
    if extends is None:
        return own
    if depth == 0:
        raise InputError(f"{file}: services extend each other in a circle; break it")
    name = text(extends) or text(at(extends, "service"))
    other = text(at(extends, "file"))
    if other:
        file = file.parent / other
        stated = mapping(filled(tree_of(single(file)), values))
    base = at(stated.get("services"), name)
    if not isinstance(base, dict):
        raise InputError(f"{file}: a service extends {name!r}, which is not there; name one that is")
    return merged(_extended(base, file, stated, values, depth - 1), own)


def _local(service: dict[str, Tree], folder: Path) -> dict[str, Tree]:
    """Write lists of `KEY=value` as mappings, and paths of this file's folder as absolute ones."""
    done = dict(service)
    for key in _AS_MAPPINGS:
        if isinstance(done.get(key), list):
            done[key] = dict[str, Tree](pairs(done[key]))
    files = done.get("env_file")
    if files is not None:
        listed: list[Tree] = files if isinstance(files, list) else [files]
        done["env_file"] = [_env_file(item, folder) for item in listed]
    done["volumes"] = [_bind(item, folder) for item in sequence(done.get("volumes"))]
    return done


def _env_file(item: Tree, folder: Path) -> Tree:
    if isinstance(item, dict):
        return {**item, "path": str(folder / text(item.get("path")))}
    return {"path": str(folder / text(item)), "required": "true"}


_WINDOWS = re.compile(r"^[A-Za-z]:[\\/]")


def _bind(item: Tree, folder: Path) -> Tree:
    """Write a volume in its long form; a bind mount's source becomes absolute."""
    if isinstance(item, dict):
        source = text(item.get("source"))
        return {**item, "source": str(folder / source)} if source.startswith((".", "~")) else item
    stated = text(item)
    drive = _WINDOWS.match(stated)
    head, rest = (stated[:2], stated[2:]) if drive else ("", stated)
    source, _, behind = rest.partition(":")
    target, _, mode = behind.partition(":")
    source = head + source
    if not target:
        return {"type": "volume", "source": "", "target": source}
    if source.startswith((".", "~", "/", "\ue000")) or drive:
        place = source if source.startswith(("/", "~", "\ue000")) or drive else str(folder / source)
        return {"type": "bind", "source": place, "target": target, "mode": mode}
    return {"type": "volume", "source": source, "target": target, "mode": mode}


def merged(base: Mapping[str, Tree], over: Mapping[str, Tree]) -> dict[str, Tree]:
    """Merge as Compose does: mappings key by key, lists one behind the other, commands and all else replaced."""
    done = dict(base)
    for key, value in over.items():
        below = done.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            done[key] = merged(below, value)
        elif isinstance(below, list) and isinstance(value, list) and key not in (*_REPLACED, "test"):
            done[key] = _joined(key, below, value)
        else:
            done[key] = value
    return done


def _joined(key: str, base: list[Tree], over: list[Tree]) -> list[Tree]:
    if key != "volumes":
        return [*base, *(item for item in over if item not in base)]
    targets = {text(at(item, "target")) for item in over}
    return [*(item for item in base if text(at(item, "target")) not in targets), *over]
