"""What the engine writes of a preview, in its two forms."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

STACK = "urn:pulumi:prod::groundwork"


def urn(type: str, name: str) -> str:
    return f"{STACK}::groundwork:components:Platform${type}::{name}"


def digest(folder: Path, *steps: Mapping[str, Any], diagnostics: Sequence[Mapping[str, Any]] = ()) -> Path:
    """Write a file as `pulumi preview --json --show-sames` does."""
    file = folder / "preview.json"
    document: dict[str, Any] = {
        "config": {},
        "steps": list(steps),
        "diagnostics": list(diagnostics),
        "changeSummary": {},
    }
    file.write_text(json.dumps(document, indent=4), "utf-8")
    return file


def step(
    op: str,
    type: str,
    name: str,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """One step, whose inputs differ as `old` and `new` do; `replaces` names those that replace it."""
    before, after = dict(old or {}), dict(new or {})
    replaces = more.pop("replaces", ())
    detailed = {
        path: {"kind": "update-replace" if path in replaces else "update"}
        for path in sorted(before.keys() | after.keys())
        if before.get(path) != after.get(path)
    }
    told: dict[str, Any] = {"op": op, "urn": urn(type, name), "detailedDiff": detailed if op != "delete" else None}
    if op != "create":
        told["oldState"] = {"inputs": before, **more}
    if op not in ("delete", "delete-replaced"):
        told["newState"] = {"inputs": after}
    return told


def events(folder: Path, *steps: Mapping[str, Any], whole: bool = True) -> Path:
    """Write a file as the engine's event log; broken off before its end where it is not whole."""
    lines: list[dict[str, Any]] = []
    for number, each in enumerate(steps):
        metadata: dict[str, Any] = {
            "op": each["op"],
            "urn": each["urn"],
            "old": each.get("oldState"),
            "new": each.get("newState"),
        }
        told: dict[str, dict[str, str]] = each["detailedDiff"] or {}
        metadata["detailedDiff"] = {path: {"diffKind": how["kind"]} for path, how in told.items()}
        lines.append({"sequence": number, "timestamp": 0, "resourcePreEvent": {"metadata": metadata}})
    if whole:
        lines.append({"sequence": len(lines), "timestamp": 0, "summaryEvent": {"resourceChanges": {}}})
    file = folder / "events"
    file.write_text("\n".join(json.dumps(line, separators=(",", ":")) for line in lines) + "\n", "utf-8")
    return file
