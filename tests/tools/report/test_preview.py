"""What `make preview` prints: changes of a part together, with values before and after, and what is lost first."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.tools.report.graphs import DATABASE, INSTANCE, PLATFORM, urn
from tools.report import preview

BASE = {"engine": "postgres", "instanceClass": "db.m7g.large"}


def event(op: str, target: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None, *diff: str) -> str:
    states: dict[str, Any] = {
        side: {"urn": target, "parent": DATABASE, "inputs": inputs}
        for side, inputs in (("old", old), ("new", new))
        if inputs is not None
    }
    detailed = {path: {"diffKind": "update-replace" if op != "update" else "update"} for path in diff}
    metadata = {"op": op, "urn": target, "detailedDiff": detailed, **states}
    return json.dumps({"sequence": 1, "resourcePreEvent": {"metadata": metadata}}, separators=(",", ":"))


def component(target: str, parent: str) -> str:
    state: dict[str, Any] = {"urn": target, "parent": parent, "inputs": {}}
    metadata = {"op": "same", "urn": target, "old": state, "new": state}
    return json.dumps({"sequence": 0, "resourcePreEvent": {"metadata": metadata}}, separators=(",", ":"))


def told(folder: Path, *events: str, **report: Any) -> list[str]:
    file = folder / "events"
    end = '{"sequence":9,"summaryEvent":{"resourceChanges":{}}}'
    file.write_text("\n".join([component(PLATFORM, ""), component(DATABASE, PLATFORM), *events, end]) + "\n", "utf-8")
    return preview.told(file, folder / "no-plan", {"diagnostics": [], "notes": [], "seconds": 1.0, **report})


def test_changes_are_told_with_values_before_and_after(tmp_path: Path) -> None:
    primary, replica = urn(INSTANCE, "database-primary"), urn(INSTANCE, "database-replica-1")
    lines = told(
        tmp_path,
        event(
            "update", primary, {**BASE, "allocatedStorage": 100}, {**BASE, "allocatedStorage": 200}, "allocatedStorage"
        ),
        event("create", replica, None, {**BASE, "replicateSourceDb": "primary"}),
    )
    assert lines == [
        "the database gets a replica: database-replica-1",
        "the database: storage 100 → 200 GB (instance database-primary)",
        "preview: would change: 1 created, 1 changed (1.0 s)",
    ]


def test_what_is_lost_is_told_first(tmp_path: Path) -> None:
    primary = urn(INSTANCE, "database-primary")
    new = {**BASE, "storageEncrypted": True}
    lines = told(
        tmp_path,
        event("create-replacement", primary, BASE, new, "storageEncrypted"),
        event("replace", primary, BASE, new, "storageEncrypted"),
        event("delete-replaced", primary, BASE, new, "storageEncrypted"),
    )
    assert lines[0] == "replaced, or lost:"
    assert lines[1] == f"  loses data: {INSTANCE} database-primary: replaced: storageEncrypted none → true"
    assert lines[-1] == "preview: would change: 1 replaced (1.0 s)"


def test_policies_and_notes_are_told_and_nothing_where_nothing_changes(tmp_path: Path) -> None:
    said = {"policy": "rule", "level": "advisory", "resource": "aws:a/b:C d", "text": "wrong\nfix it"}
    lines = told(tmp_path, diagnostics=[said], notes=["note: a chart was not rendered"])
    assert lines == [
        "policy rule (advisory): aws:a/b:C d: wrong",
        "    fix it",
        "note: a chart was not rendered",
        "preview: nothing would change (1.0 s)",
    ]


def test_a_stack_that_does_not_exist_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert preview.main(["--stack", "prod", "--project", str(tmp_path)]) != 0
    assert capsys.readouterr().err.count("\n") == 1
