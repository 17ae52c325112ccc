"""Outputs of stacks of other projects, stated by a person: a program that refers to them finds them in the backend."""

import json
from collections.abc import Mapping
from typing import Final

from offline_cloud.errors import OfflineCloudError
from offline_cloud.workspace import Workspace, write_safely

_PARTS: Final = 3
_CHECKPOINT_VERSION: Final = 3  # as the engine writes it


def write(space: Workspace, stacks: Mapping[str, Mapping[str, object]]) -> None:
    """Write a state with its outputs for each ``organization/<project>/<stack>``; raises ``OfflineCloudError``."""
    for name, outputs in stacks.items():
        parts = name.split("/")
        if len(parts) != _PARTS or parts[0] != "organization" or not all(parts):
            raise OfflineCloudError(
                f"stacks: {name!r} must be organization/<project>/<stack>, as the program refers to it"
            )
        _, project, stack = parts
        if project == space.project:
            raise OfflineCloudError(f"stacks: {name} is a stack of this project; bring it up instead of stating it")
        file = space.backend / ".pulumi" / "stacks" / project / f"{stack}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        write_safely(file, json.dumps(_state(project, stack, outputs)).encode())


def _state(project: str, stack: str, outputs: Mapping[str, object]) -> dict[str, object]:
    resource = {
        "urn": f"urn:pulumi:{stack}::{project}::pulumi:pulumi:Stack::{project}-{stack}",
        "custom": False,
        "type": "pulumi:pulumi:Stack",
        "inputs": {},
        "outputs": dict(outputs),
    }
    manifest = {"time": "2026-11-01T00:00:00Z", "magic": "", "version": ""}
    return {
        "version": _CHECKPOINT_VERSION,
        "checkpoint": {
            "stack": f"organization/{project}/{stack}",
            "latest": {"manifest": manifest, "resources": [resource]},
        },
    }
