"""A part's folders: what is kept, what is shared by pods, what is scratch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import TypeAdapter, ValidationError

from settings.raw import Path, Raw
from settings.types import FolderPath
from tools.importing.document import Draft
from tools.importing.found import Folder, Part
from tools.importing.names import distinct

_FOLDER = TypeAdapter[str](FolderPath)
TEMPORARY = "/tmp"  # noqa: S108 -- inside the container
_SIZE = "10Gi"


@dataclass(kw_only=True)
class Mounts:
    """What a service's section says of folders and of the process' user."""

    volumes: dict[str, Raw] = field(default_factory=dict[str, Raw])
    scratch: list[str] = field(default_factory=list[str])
    single: bool = False
    """One of them is held by one pod at a time."""

    def section(self, part: Part) -> dict[str, Raw]:
        done: dict[str, Raw] = {"volumes": self.volumes} if self.volumes else {}
        security: dict[str, Raw] = {}
        if part.user is not None:
            security["user"] = part.user
        if not part.read_only:
            security["read_only_root_filesystem"] = False
        if self.scratch:
            security["writable_paths"] = [TEMPORARY, *self.scratch]
        return {**done, "security": security} if security else done


@dataclass(frozen=True)
class Sharing:
    """Which services see a volume of the source; `folder` is its name here, None where they cannot have it as one."""

    services: tuple[str, ...]
    folder: str | None


def shared_volumes(parts: Sequence[Part]) -> dict[str, Sharing]:
    """Find the volumes that several services mount, by their name in the source."""
    mounted: dict[str, list[Part]] = {}
    for part in parts:
        for folder in part.folders:
            if folder.volume and folder.kind in {"kept", "shared"} and _is_folder(folder.path):
                mounted.setdefault(folder.volume, []).append(part)
    found = {volume: by for volume, by in mounted.items() if len({each.name for each in by}) > 1}
    names = distinct(volume.removeprefix("bind:").strip("/").rpartition("/")[2] for volume in found)
    return {
        volume: Sharing(tuple(dict.fromkeys(each.name for each in by)), name if _agree(by) else None)
        for (volume, by), name in zip(found.items(), names, strict=True)
    }


def _agree(parts: Sequence[Part]) -> bool:
    """Whether all run as one user, whose the files are, and each mounts the volume once."""
    once = len({each.name for each in parts}) == len(parts)
    return once and len({each.user for each in parts}) == 1


def volumes_of(draft: Draft, path: Path, part: Part, shared: Mapping[str, Sharing], pods: int) -> Mounts:
    """Return where a part writes; `pods` is how many of it run at once."""
    mounts = Mounts()
    for folder in part.folders:
        if not _is_folder(folder.path):
            draft.comment((*path, "volumes"), f"{folder.path}: not a path that a volume has here; write it out.")
        elif folder.kind == "scratch":
            if folder.path not in {TEMPORARY, *mounts.scratch}:
                mounts.scratch.append(folder.path)
        elif folder.path not in mounts.volumes and folder.path not in mounts.scratch:
            _kept(draft, path, part, folder, shared.get(folder.volume or ""), pods, mounts)
    return mounts


def _kept(
    draft: Draft, path: Path, part: Part, folder: Folder, sharing: Sharing | None, pods: int, mounts: Mounts
) -> None:
    kind = "shared" if folder.kind == "shared" or sharing or (pods > 1 and folder.kind == "kept") else "persistent"
    if folder.kind == "each" and pods > 1:
        kind = "disk"
        why = "each pod has a disk of its own, which goes with the pod"
        draft.comment(
            (*path, "volumes"), f"{folder.path}: {why}; keep what must stay in the database or on a shared folder."
        )
    volume: dict[str, Raw] = {"kind": kind, "size": folder.size or _SIZE}
    if sharing and sharing.folder:
        volume = {"kind": kind, "folder": sharing.folder, "size": folder.size or _SIZE}
    elif sharing:
        others = ", ".join(name for name in sharing.services if name != part.name) or "another place of it"
        why = f"{others} uses the same folder, and here each has one of its own"
        do = "give both the same name, `folder: …`, where they run as the same user and mount it once"
        draft.comment((*path, "volumes"), f"{folder.path}: {why}; {do}.")
    mounts.single = mounts.single or kind == "persistent"
    mounts.volumes[folder.path] = volume


def _is_folder(path: str) -> bool:
    try:
        _FOLDER.validate_python(path)
    except ValidationError:
        return False
    return True
