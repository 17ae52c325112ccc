"""The objects of a manifest file or a folder, by their kinds."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tools.importing.source import InputError, content, documents
from tools.importing.trees import Tree, at, mapping, sequence, text, texts, tree_of

_SUFFIXES: Final = (".yaml", ".yml", ".json")
_KUSTOMIZATION: Final = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_MOST_FILES: Final = 500


@dataclass(frozen=True, kw_only=True)
class Object:
    """One object, and where it stands."""

    kind: str
    name: str
    data: dict[str, Tree]
    origin: str

    @property
    def spec(self) -> dict[str, Tree]:
        return mapping(self.data.get("spec"))

    @property
    def labels(self) -> dict[str, Tree]:
        return mapping(at(self.data, "metadata", "labels"))


@dataclass(kw_only=True)
class Objects:
    """All objects that were read, and sentences on what was not."""

    name: str
    all: list[Object] = field(default_factory=list[Object])
    notes: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])

    def of(self, *kinds: str) -> list[Object]:
        return [each for each in self.all if each.kind in kinds]

    def named(self, kind: str, name: str) -> Object | None:
        return next((each for each in self.of(kind) if each.name == name), None)


def is_manifest(file: Path) -> bool:
    """Whether a file's first document says which kind of object it is."""
    found = documents(file)
    first = mapping(tree_of(found[0])) if found else {}
    return "apiVersion" in first and "kind" in first


def objects_in(source: Path) -> Objects:
    """Read a file, or a folder with all below it. Raises InputError."""
    read = Objects(name=source.resolve().name if source.is_dir() else source.resolve().parent.name)
    files = list(_files(source, read))
    if len(files) > _MOST_FILES:
        raise InputError(f"{source}: {len(files)} files, and at most {_MOST_FILES} are read; name a folder below it")
    for file in files:
        _read(file, source, read)
    if not read.all:
        raise InputError(f"{source}: no Kubernetes objects in it; name a folder of manifests, or a Compose file")
    return read


def _files(source: Path, read: Objects) -> Iterator[Path]:
    if source.is_file():
        yield source
        return
    kustomization = next((source / name for name in _KUSTOMIZATION if (source / name).is_file()), None)
    if kustomization is None:
        yield from sorted(file for file in source.rglob("*") if file.suffix in _SUFFIXES and file.is_file())
        return
    for document in documents(kustomization):
        stated = mapping(tree_of(document))
        for name in texts(stated.get("resources")):
            place = source / name
            if place.is_file():
                yield place
            elif place.is_dir():
                yield from _files(place, read)
            else:
                read.notes.append(
                    (name, "it is not in this folder", "render it with `kubectl kustomize` and import that")
                )
        for key in sorted(stated.keys() - {"apiVersion", "kind", "resources", "metadata"}):
            do = "run `kubectl kustomize` and import what it prints"
            read.notes.append((f"{key} of {kustomization.name}", "it is not applied", do))


def _read(file: Path, source: Path, read: Objects) -> None:
    if "{{" in content(file) and (file.parent.parent / "Chart.yaml").is_file():
        raise InputError(f"{file}: a template of a Helm chart; run `helm template` and import what it prints")
    place = file.name if source.is_file() else str(file.relative_to(source))
    for document in documents(file):
        data = mapping(tree_of(document))
        line = min(document.lines.values(), default=1)
        for each in sequence(data.get("items")) if text(data.get("kind")) == "List" else [data]:
            kind, name = text(at(each, "kind")), text(at(each, "metadata", "name"))
            if kind and name:
                read.all.append(
                    Object(kind=kind, name=name, data=mapping(each), origin=f"{place}:{line} {kind} {name}")
                )
