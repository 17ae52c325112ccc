"""What can be learned from the stack files themselves: lines, sibling stacks, secrets left in clear text."""

import json
from dataclasses import replace
from ipaddress import IPv4Network
from pathlib import Path as FilePath

from pydantic import ValidationError

from settings.context import Sibling
from settings.diagnostics import HIDDEN, Diagnostic
from settings.document import Document, read
from settings.primary import PrimaryRegion
from settings.raw import ABSENT, Path, Raw, value_at

PROJECT = "groundwork"


def stack_file(stack_name: str) -> str:
    return f"Pulumi.{stack_name}.yaml"


def read_stack(folder: FilePath | None, stack_name: str) -> Document:
    """Read a stack's file; without one (configuration kept elsewhere), an empty document of that name."""
    name = stack_file(stack_name)
    if folder is None or not (folder / name).is_file():
        return Document(name, {})
    return _with_project(read(folder / name))


def _with_project(document: Document) -> Document:
    """Give keys of the configuration that name no project this one's name, as the engine does."""
    config = value_at(document.data, ("config",))
    bare = {key for key in config if ":" not in key} if isinstance(config, dict) else set[str]()
    if not isinstance(document.data, dict) or not isinstance(config, dict) or not bare:
        return document

    def named(path: Path) -> Path:
        key = path[1] if len(path) > 1 and path[0] == "config" else None
        return ("config", f"{PROJECT}:{key}", *path[2:]) if key in bare else path

    whole: dict[str, Raw] = {f"{PROJECT}:{key}" if key in bare else key: value for key, value in config.items()}
    return replace(
        document,
        data={**document.data, "config": whole},
        lines={named(path): line for path, line in document.lines.items()},
        texts={named(path): text for path, text in document.texts.items()},
    )


def place(document: Document, diagnostic: Diagnostic) -> Diagnostic:
    """Return a stack's diagnostic with its file and line: `network.cidr` stands under `groundwork:network`."""
    first, *rest = diagnostic.path or ("",)
    if ":" in str(first):
        whole = str(first).removesuffix(":")
        line = document.line(("config", whole, *rest) if whole == first else (whole,))
        return replace(diagnostic, path=(whole,)).placed(document.file, line)
    line = document.line(in_file((first, *rest))) if document.lines else None
    return diagnostic.placed(document.file, line, f"{PROJECT}:")


def in_file(path: Path) -> Path:
    return ("config", f"{PROJECT}:{path[0]}", *path[1:])


def texts(document: Document) -> dict[Path, str]:
    """Return how the stack's file writes its numbers, by the path of each setting."""
    prefix = f"{PROJECT}:"
    found: dict[Path, str] = {}
    for path, text in document.texts.items():
        match path:
            case ("config", str(key), *rest) if key.startswith(prefix):
                found[(key.removeprefix(prefix), *rest)] = text
            case _:
                continue
    return found


def clear_text_secrets(document: Document) -> list[Diagnostic]:
    """Find values under `secrets` that the stack file holds unencrypted."""
    secrets = value_at(document.data, in_file(("secrets",)))
    if not isinstance(secrets, dict) or "secure" in secrets:
        return []
    return [
        Diagnostic(
            ("secrets", name),
            HIDDEN,
            "an encrypted value; this one is in clear text",
            f"change it at its source, then `pulumi config set --secret --path {PROJECT}:secrets.{name}`",
        )
        for name, value in secrets.items()
        if not (isinstance(value, dict) and "secure" in value)
    ]


def siblings(folder: FilePath | None, stack_name: str, workload: Raw, environment: Raw) -> tuple[Sibling, ...]:
    """Return the other stacks of the same product and environment that state a network range.

    A file that cannot be read is left out here: loading that stack reports it.
    """
    if folder is None:
        return ()
    others = sorted(path for path in folder.glob("Pulumi.*.yaml") if path.name != stack_file(stack_name))
    found = (_sibling(read(path), workload, environment) for path in others)
    return tuple(sibling for sibling in found if sibling is not None)


def _sibling(document: Document, workload: Raw, environment: Raw) -> Sibling | None:
    def stated(*path: str) -> str:
        value = value_at(document.data, in_file(path))
        return value if isinstance(value, str) else ""

    if (stated("workload"), stated("environment")) != (workload, environment):
        return None
    cidr = stated("network", "cidr")
    return Sibling(document.file, stated("region"), cidr) if is_network(cidr) else None


def primary_region(folder: FilePath | None, stack: str | None) -> PrimaryRegion | None:
    """Read what the primary's stack file states of its region; None without a file that states all of it."""
    if folder is None or stack is None:
        return None
    name = stack.rpartition("/")[2]
    data = read_stack(folder, name).data
    found = {key: value_at(data, in_file(path)) for key, path in _OF_THE_PRIMARY.items()}
    stated = {key: value for key, value in found.items() if value is not ABSENT}
    try:
        return PrimaryRegion.model_validate_json(json.dumps({"stack": name, **stated}))
    except ValidationError:
        return None


_OF_THE_PRIMARY: dict[str, Path] = {
    "region": ("region",),
    "zones": ("zones",),
    "cidr": ("network", "cidr"),
    "domain": ("domain",),
    "replica_regions": ("replica_regions",),
    "routing": ("ingress", "routing"),
}


def is_network(text: str) -> bool:
    try:
        IPv4Network(text)
    except ValueError:
        return False
    return True
